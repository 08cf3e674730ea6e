using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Networks;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ClassificationTests
{
    [Fact]
    public void Figures_are_those_of_the_definition()
    {
        // Two rows of probability 0.9 in one bin, one of them right; two of 0.6 in another, both right.
        double[] probabilities = [0.9, 0.1, 0.1, 0.9, 0.6, 0.4, 0.6, 0.4];
        ClassificationFigures figures = Classification.Measure(probabilities, [0, 0, 0, 0]);
        Assert.Equal((4, 0.25), (figures.Count, figures.Error));
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.1) + 2 * Math.Log(0.6)) / 4, figures.CrossEntropy, 1e-12);
        Assert.Equal((Math.Abs(1.8 - 1) + Math.Abs(1.2 - 2)) / 4, figures.CalibrationError, 1e-12);
    }

    [Fact]
    public void A_certain_classifier_that_is_right_is_calibrated()
    {
        ClassificationFigures figures = Classification.Measure([1, 0, 0, 1], [0, 1]);
        Assert.Equal((0.0, 0.0, 0.0), (figures.Error, figures.CrossEntropy, figures.CalibrationError));
        Assert.True(double.IsFinite(Classification.Measure([1, 0], [1]).CrossEntropy));
        Assert.Throws<ArgumentException>(() => Classification.Measure([1, 0, 0], [1, 0]));
    }

    [Fact]
    public void Probabilities_are_the_softmax_of_the_outputs()
    {
        using FakeDevice device = new();
        Network network = new(device, Shape.Vector(1), [new DenseLayer { Outputs = 3 }]);
        network.Write(network.Plan.Parameters[0], [0, 1, 2]);
        network.Commit();
        using LogitEnergy energy = new(network, StateSpace.Real(Shape.Vector(1)));
        ArrayStates states = new("made up", energy.Space, [.. Enumerable.Range(0, 600).Select(i => (float[])[i / 100f])]);
        (double[] found, float[] energies) = Classification.Run(device, energy, states, null, TestContext.Current.CancellationToken);
        Assert.Equal(EnergyOfStates.Run(device, energy, states, null, TestContext.Current.CancellationToken), energies);
        for (int i = 0; i < states.Count; i++)
        {
            double x = i / 100f, sum = 1 + Math.Exp(x) + Math.Exp(2 * x);
            for (int k = 0; k < 3; k++)
                Assert.Equal(Math.Exp(k * x) / sum, found[3 * i + k], 1e-6);
        }
    }

    [Fact]
    public void Other_energies_do_not_classify()
    {
        using Device device = Device.Cpu(1);
        ArrayStates states = new("made up", StateSpace.Real(Shape.Vector(3)), [[0, 0, 0]]);
        Refused.With(() => Classification.Run(device, new GaussianEnergy([1, -2, 0.5f], [0.5f, 3, 1]), states),
            "one output per class");
    }
}
