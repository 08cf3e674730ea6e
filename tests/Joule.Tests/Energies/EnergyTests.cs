using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class EnergyTests
{
    [Fact]
    public void A_Gaussian_has_the_energy_gradient_and_partition_of_its_formula()
    {
        GaussianEnergy energy = new([1, -2], [0.5f, 3]);
        Rows x = TestRows.Of(2, 2, 2, 1, 1, -2), gradient = TestRows.Empty(2, 2);
        float[] energies = new float[2], again = new float[2];
        energy.Gradient(x, energies, gradient);
        energy.Evaluate(x, again);
        Assert.Equal([2.5f, 0], energies);
        Assert.Equal(energies, again);
        Assert.Equal([4f, 1 / 3f, 0, 0], gradient.Span.ToArray());
        Assert.Equal(Math.Log(2 * Math.PI * 1.5), energy.LogPartition, 1e-12);
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(1, 3), again));
    }

    [Fact]
    public void A_Gaussian_with_invalid_parameters_is_refused()
    {
        Assert.Throws<InvalidInputException>(() => new GaussianEnergy([], []));
        Assert.Throws<InvalidInputException>(() => new GaussianEnergy([1], [1, 1]));
        Assert.Throws<InvalidInputException>(() => new GaussianEnergy([1], [0]));
        Assert.Throws<InvalidInputException>(() => new GaussianEnergy([1], [float.NaN]));
    }

    [Fact]
    public void A_network_energy_is_its_network_and_checks_shapes()
    {
        using Device device = Device.Cpu(2);
        Layer[] layers = [new SquareLayer(), new SumLayer()];
        using NetworkEnergy energy = new(new Network(device, Shape.Vector(3), layers), StateSpace.Real(Shape.Vector(3)));
        Rows states = TestRows.Of(1, 3, 1, 2, 3), gradient = TestRows.Empty(1, 3);
        float[] energies = new float[1];
        energy.Gradient(states, energies, gradient);
        Assert.Equal(14, energies[0]);
        Assert.Equal([2f, 4, 6], gradient.Span.ToArray());
        Assert.Throws<InvalidInputException>(() => energy.Evaluate(TestRows.Empty(1, 4), energies));
        using Network other = new(device, Shape.Vector(3), layers);
        Assert.Throws<InvalidInputException>(() => new NetworkEnergy(other, StateSpace.Real(Shape.Vector(4))));
        NetworkEnergyOptions two = new() { Layers = [new DenseLayer { Outputs = 2 }] };
        string message = Assert.Throws<InvalidInputException>(() => two.Create(device, StateSpace.Real(Shape.Vector(3)))).Message;
        Assert.Contains("an energy is one number", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_states_are_evaluated_on_all_workers()
    {
        using Device device = Device.Cpu(3);
        GaussianEnergy energy = new([0], [1]);
        Rows states = TestRows.Normal(1001, 1, 3);
        float[] energies = new float[1005];
        new EnergyEvaluation(device, energy).Run(states, energies, 4);
        Assert.Equal([0f, 0, 0, 0, .. states.Span.ToArray().Select(x => (float)(0.5 * ((double)x * x)))], energies);
    }

    [Fact]
    public void Spaces_describe_themselves_and_refuse_empty_shapes()
    {
        Assert.Equal("1×28×28 in [0, 1]", StateSpace.Box(new Shape(1, 28, 28), 0, 1).ToString());
        Assert.Equal("5, real", StateSpace.Real(Shape.Vector(5)).ToString());
        Assert.Equal("3×2×2, spins", StateSpace.Spins(new Shape(3, 2, 2)).ToString());
        Assert.Equal(12, StateSpace.Spins(new Shape(3, 2, 2)).Width);
        Assert.Throws<InvalidInputException>(() => StateSpace.Box(Shape.Vector(2), 1, 1));
        Assert.Throws<InvalidInputException>(() => StateSpace.Box(Shape.Vector(2), float.NaN, 1));
        Assert.Throws<InvalidInputException>(() => StateSpace.Real(new Shape(1, 0, 3)));
    }
}
