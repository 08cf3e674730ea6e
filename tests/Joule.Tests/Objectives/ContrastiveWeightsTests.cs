using Joule.Compute;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Networks;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class ContrastiveWeightsTests
{
    [Fact]
    public void Weights_and_figures_follow_the_formula()
    {
        float[] weights = new float[5];
        ContrastiveFigures figures = ContrastiveWeights.Weigh(0.25, [1, 3, -2, 0, 4], 2, weights, 0);
        Assert.Equal([(1 + 0.5f) / 2, (1 + 1.5f) / 2, (-1 - 1f) / 3, -1 / 3f, (-1 + 2f) / 3], weights);
        Assert.Equal(2, figures.DataEnergy);
        Assert.Equal(2 / 3.0, figures.NegativeEnergy, 1e-15);
        Assert.Equal(0.25 * (5 + 20 / 3.0), figures.Regularization, 1e-15);
        Assert.Equal(figures.DataEnergy - figures.NegativeEnergy, figures.Divergence);
        Assert.Equal(figures.Divergence + figures.Regularization, figures.Loss);
    }

    [Theory]
    [InlineData(1, "data", 1)]
    [InlineData(3, "negatives", 1)]
    public void An_energy_that_is_not_finite_is_named(int place, string what, int chain)
    {
        float[] energies = [1, 2, 3, 4];
        energies[place] = float.NaN;
        DivergenceException e = Assert.Throws<DivergenceException>(() => ContrastiveWeights.Weigh(0, energies, 2, new float[4], 6));
        Assert.Equal((7, chain), (e.Step, e.Chain));
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_bad_regularisation_is_refused(double alpha) =>
        Assert.Throws<InvalidInputException>(() => ContrastiveWeights.Weigh(alpha, [1, 2], 1, new float[2], 0));

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void The_gradient_of_the_loss_agrees_with_float64_differences(double alpha)
    {
        const int data = 4, negatives = 3;
        using Device device = Device.Cpu(1);
        using Network network = new(
            device, Shape.Vector(5), [new DenseLayer { Outputs = 4 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]);
        network.Initialize(4);
        Rows states = TestRows.Normal(data + negatives, 5, 2);
        float[] weights = new float[data + negatives];
        using NetworkPass pass = network.CreatePass(data + negatives);
        ContrastiveFigures figures = ContrastiveWeights.Weigh(alpha, pass.Forward(states).Span, data, weights, 0);
        pass.Reverse(weights);
        Assert.Equal(Loss(), figures.Loss, 1e-6);

        double[] expected = new double[network.Plan.ParameterLength];
        const float h = 1f / 1024;
        for (int p = 0; p < expected.Length; p++)
        {
            // The step is exact in float32; central differences of an analytic function have an error of order h² = 10⁻⁶.
            float kept = network.Parameters.Span[p], up = kept + h, down = kept - h;
            network.Parameters.Span[p] = up;
            double above = Loss();
            network.Parameters.Span[p] = down;
            expected[p] = (above - Loss()) / ((double)up - down);
            network.Parameters.Span[p] = kept;
        }
        Assert.InRange(TestRows.RelativeError(pass.ParameterGradient.Span, expected), 0, 1e-5);

        double Loss()
        {
            ReferenceNetwork reference = new(network);
            double[] e = [.. Enumerable.Range(0, data + negatives).Select(i => reference.Evaluate(states[i]))];
            double[] d = e[..data], n = e[data..];
            return d.Average() - n.Average() + alpha * (d.Average(v => v * v) + n.Average(v => v * v));
        }
    }
}
