using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>A mixture with a bounded correction, beside the contract of all energies.</summary>
public sealed class ResidualEnergyTests : IDisposable
{
    private readonly Device _device = Device.Cpu(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_energy_is_base_plus_tilt_and_the_tilt_is_bounded()
    {
        using ResidualEnergy energy = ResidualEnergies.Plane(_device, bound: 0.2, scale: 30);
        Rows states = Noise(energy, 200), all = TestRows.Empty(200, 1), tilts = TestRows.Empty(200, 1), bases = TestRows.Empty(200, 1);
        energy.Evaluate(states, all);
        energy.Tilt(states, tilts);
        energy.Base(states, bases);
        for (int i = 0; i < 200; i++)
            Assert.Equal(bases.Span[i] + tilts.Span[i], all.Span[i]);
        Assert.All(tilts.Span.ToArray(), t => Assert.InRange(t, -0.2001f, 0.2001f));
        Assert.InRange(tilts.Span.ToArray().Max() - tilts.Span.ToArray().Min(), 0.1, 0.4002);
    }

    [Fact]
    public void The_base_is_normalised_in_a_box()
    {
        // The midpoint rule over 400 × 400 cells of a smooth density that vanishes at the walls; its error is far below 10⁻³.
        using ResidualEnergy energy = ResidualEnergies.Plane(_device, 1, 1);
        const int side = 400;
        Rows grid = ResidualEnergies.Grid(side), bases = TestRows.Empty(side * side, 1);
        energy.Base(grid, bases);
        Assert.Equal(1, bases.Span.ToArray().Sum(e => Math.Exp(-(double)e)) / (side * side), 1e-3);
    }

    [Fact]
    public void In_a_box_the_gradient_is_the_slope_of_the_energy()
    {
        // Central differences of float32 energies: rounding, 10⁻⁶ over the step, and the cubic term, well inside the walls.
        using ResidualEnergy energy = ResidualEnergies.Plane(_device, 1, 12);
        Rows states = TestRows.Of(3, 2, [0.3f, 0.6f, 0.5f, 0.45f, 0.7f, 0.2f]), gradient = TestRows.Empty(3, 2), at = TestRows.Empty(1, 2);
        float[] energies = new float[3], moved = new float[1];
        energy.Gradient(states, energies, gradient);
        const float step = 1f / 512;
        double[] slopes = new double[6];
        for (int i = 0; i < 6; i++)
        {
            foreach (int side in new[] { 1, -1 })
            {
                states[i / 2].CopyTo(at.Span);
                at.Span[i % 2] += side * step;
                energy.Evaluate(at, moved);
                slopes[i] += side * (double)moved[0] / (2 * step);
            }
        }
        Assert.InRange(TestRows.RelativeError(gradient.Span, slopes), 0, 2e-3);
    }

    [Fact]
    public void What_is_fitted_lies_behind_the_parameters_and_among_the_tensors()
    {
        using ResidualEnergy energy = ResidualEnergies.Plane(_device, 1, 1);
        Assert.Equal(energy.Parameters.Length + energy.Fitted.Length, energy.Saved.Length);
        Assert.Equal(energy.Parameters.Offset + energy.Parameters.Length, energy.Fitted.Offset);
        Assert.Equal(energy.Saved.Length, energy.Tensors.Sum(t => t.Length));
        int next = 0;
        foreach (Parameter tensor in energy.Tensors)
        {
            Assert.Equal(next, tensor.Offset);
            next += tensor.Length;
        }
    }

    [Fact]
    public void States_on_other_domains_are_refused_and_so_are_more_parameters_than_a_file_holds()
    {
        ResidualEnergyOptions options = ResidualEnergies.Options(1);
        Assert.Contains("binary", Assert.Throws<InvalidInputException>(
            () => options.Create(_device, StateSpace.Binary(Shape.Vector(2)))).Message, StringComparison.Ordinal);
        Assert.Contains("components", Assert.Throws<InvalidInputException>(
            () => options.Create(_device, StateSpace.Real(Shape.Vector(2)), 10)).Message, StringComparison.Ordinal);
    }

    private static Rows Noise(Energy energy, int count)
    {
        Rows states = TestRows.Empty(count, energy.Space.Width);
        for (int i = 0; i < count; i++)
            energy.Space.FillNoise(new RandomStream(4, RandomPurpose.User, 0), (uint)i, states[i]);
        return states;
    }
}
