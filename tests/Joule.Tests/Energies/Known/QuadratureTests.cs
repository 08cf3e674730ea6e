using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class QuadratureTests
{
    [Theory]
    [InlineData("correlated gaussian", 12)]
    [InlineData("gaussian mixture", 12)]
    [InlineData("harmonic", 9)]
    [InlineData("double well", 4)]
    [InlineData("deep double well", 4)]
    public void Answers_are_the_exact_ones(string name, double reach)
    {
        using Device device = Device.Cpu(1);
        Energy energy = SampleEnergies.All[name](device);
        IKnown known = (IKnown)energy;
        QuadratureResult result = Quadrature.Of(energy, [.. Enumerable.Repeat((-reach, reach), energy.Space.Width)]);
        // Formulas in float64 to 10⁻⁸; kernels in float32 to the rounding of their energies.
        double tolerance = energy is FormulaEnergy ? 1e-8 : 2e-5;
        Assert.InRange(result.Error, 0, tolerance);
        Assert.Equal(known.LogPartition!.Value, result.LogPartition, tolerance);
        for (int i = 0; i < energy.Space.Width; i++)
        {
            Assert.Equal(known.Mean(i)!.Value, result.Means[i], tolerance);
            Assert.Equal(known.Deviation(i)!.Value, result.Deviation(i), tolerance);
            for (int j = 0; j < i; j++)
                Assert.Equal(known.Covariance(i, j)!.Value, result.Covariances[i, j], tolerance);
        }
    }

    [Fact]
    public void Three_dimensions_and_walls_are_counted()
    {
        // A normal of deviation 1 in [0, 8]³ and nothing left of it but an eighth.
        QuadratureResult result = Quadrature.Of(new HarmonicEnergy(1, 1, 1), [(0, 8), (0, 8), (0, 8)]);
        Assert.Equal(3 * Math.Log(Math.Sqrt(2 * Math.PI) / 2), result.LogPartition, 1e-9);
        Assert.Equal(Math.Sqrt(2 / Math.PI), result.Means[1], 1e-9);
        Assert.Equal(1 - 2 / Math.PI, result.Covariances[2, 2], 1e-9);
        Assert.Equal(0, result.Covariances[2, 0], 1e-9);
        Assert.True(result.Evaluations > 30_000);
    }

    [Fact]
    public void The_walls_of_a_box_are_its_limits()
    {
        QuadratureResult result = Quadrature.Of(new Slope());
        Assert.Equal(Math.Log(1 - Math.Exp(-2)), result.LogPartition, 2e-5);
        Assert.Equal(0, Math.Abs(result.Means[0] - (1 - 2 * Math.Exp(-2) / (1 - Math.Exp(-2)))), 2e-5);
    }

    [Fact]
    public void Tiny_and_huge_densities_neither_vanish_nor_overflow()
    {
        foreach (double offset in new[] { -5000.0, 5000 })
            Assert.Equal(0.5 * Math.Log(2 * Math.PI) - offset, Quadrature.Of(new Lifted(offset), [(-9, 9)]).LogPartition, 1e-8);
    }

    [Fact]
    public void What_cannot_be_integrated_is_refused_in_words()
    {
        Assert.Contains("three continuous", Message(() => Quadrature.Of(new HarmonicEnergy(1, 1, 1, 1), [])), StringComparison.Ordinal);
        Assert.Contains("spins", Message(() => Quadrature.Of(new IsingChainEnergy([], [1]))), StringComparison.Ordinal);
        Assert.Contains("2 pairs", Message(() => Quadrature.Of(new HarmonicEnergy(1, 1), [(0, 1)])), StringComparison.Ordinal);
        Assert.Contains("finite", Message(() => Quadrature.Of(new HarmonicEnergy(1))), StringComparison.Ordinal);
        Assert.Contains("from 1 to 1", Message(() => Quadrature.Of(new HarmonicEnergy(1), [(1, 1)])), StringComparison.Ordinal);
        Assert.Contains("NaN", Message(() => Quadrature.Of(new Lifted(double.NaN), [(0, 1)])), StringComparison.Ordinal);
        string narrow = Message(() => Quadrature.Of(new HarmonicEnergy(1e6, 1e6, 1e6), [(-100, 100), (-100, 101), (-100, 100)]));
        Assert.Contains("does not converge", narrow, StringComparison.Ordinal);
        Assert.Contains("limits", narrow, StringComparison.Ordinal);

        static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    // E = x on [0, 2], in float32.
    private sealed class Slope : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(1), 0, 2);

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0];

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient[0] = 1;
            return state[0];
        }
    }

    private sealed class Lifted(double offset) : FormulaEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(1));

        public override double Value(ReadOnlySpan<double> state, Span<double> gradient) => state[0] * state[0] / 2 + offset;
    }
}
