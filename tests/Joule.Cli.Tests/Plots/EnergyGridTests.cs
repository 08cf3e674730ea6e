using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class EnergyGridTests
{
    [Fact]
    public void A_linear_energy_is_exact_everywhere()
    {
        using Device device = Device.Cpu(2);
        EnergyGrid grid = EnergyGrid.Of(
            new MadeUpChains.Plane((x, y) => 3 * x - 2 * y), [0, 0], (0, 1), new RobustRange(-1, 1), new RobustRange(0, 4), device);
        for (double u = 0; u <= 1; u += 0.07)
        {
            for (double v = 0; v <= 1; v += 0.09)
                Assert.Equal(3 * (-1 + 2 * u) - 2 * (4 * v), grid[u, v], 1e-5);
        }
    }

    [Fact]
    public void The_other_numbers_are_fixed()
    {
        using Device device = Device.Cpu(1);
        Energy energy = new GaussianOptions { Dimensions = 3 }.Create();
        EnergyGrid grid = EnergyGrid.Of(energy, [0, 2, 0], (2, 0), new RobustRange(-1, 1), new RobustRange(-1, 1), device);
        float[] corner = new float[1];
        using DeviceBuffer state = device.Allocate(3);
        device.Upload([-1, 2, 1], state.AsRows(1, 3));
        energy.Evaluate(state.AsRows(1, 3), corner);
        Assert.Equal(corner[0], grid[1, 0], 1e-6);
    }

    [Fact]
    public void Places_beside_a_wall_have_the_energy_of_their_nearest_point()
    {
        using Device device = Device.Cpu(1);
        EnergyGrid grid = EnergyGrid.Of(new MadeUpChains.Plane((x, _) => x < 0 ? float.PositiveInfinity : 1), [0, 0], (0, 1),
            new RobustRange(-1, 1), new RobustRange(-1, 1), device);
        Assert.Equal(1, grid[0.9, 0.5]);
        Assert.Equal(double.PositiveInfinity, grid[0.1, 0.5]);
    }

    [Fact]
    public void A_grid_may_lie_over_any_plane()
    {
        using Device device = Device.Cpu(2);
        EnergyGrid grid = EnergyGrid.Over(new MadeUpChains.Plane((x, y) => 3 * x - 2 * y), new RobustRange(-1, 1), new RobustRange(0, 4),
            device, (across, up, state) => (state[0], state[1]) = (across + up, 2 * across));
        for (double u = 0; u <= 1; u += 0.25)
            Assert.Equal(3 * (-1 + 2 * u + 2) - 4 * (-1 + 2 * u), grid[u, 0.5], 1e-5);
    }

    [Fact]
    public void A_grid_that_does_not_fit_is_an_error()
    {
        using Device device = Device.Cpu(1);
        Energy energy = new GaussianOptions { Dimensions = 3 }.Create();
        RobustRange range = new(0, 1);
        Assert.Throws<InvalidInputException>(() => EnergyGrid.Of(energy, [0, 0], (0, 1), range, range, device));
        Assert.Throws<InvalidInputException>(() => EnergyGrid.Of(energy, [0, 0, 0], (1, 1), range, range, device));
        Assert.Throws<InvalidInputException>(() => EnergyGrid.Of(energy, [0, 0, 0], (0, 3), range, range, device));
        Assert.Throws<InvalidInputException>(() => EnergyGrid.Of(energy, [0, 0, 0], (0, 1), range, new RobustRange(1, 1), device));
    }
}
