using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Energies;

/// <summary>Small mixtures with corrections, for tests.</summary>
internal static class ResidualEnergies
{
    /// <summary>Two components with one factor, and a small dense network.</summary>
    public static ResidualEnergyOptions Options(double bound) => new()
    {
        Components = 2,
        Factors = 1,
        Bound = bound,
        Layers = [new DenseLayer { Outputs = 8 }, new TanhLayer(), new DenseLayer { Outputs = 1 }],
    };

    /// <summary>A density in the unit square, with two modes.</summary>
    /// <param name="device">The device.</param>
    /// <param name="bound">Bound of the correction.</param>
    /// <param name="scale">Factor of the network's initial weights: the larger, the more the correction varies.</param>
    public static ResidualEnergy Plane(Device device, double bound, float scale) =>
        Of(device, StateSpace.Box(Shape.Vector(2), 0, 1), bound, scale);

    /// <summary>The same numbers on any states of two numbers.</summary>
    public static ResidualEnergy Of(Device device, StateSpace space, double bound, float scale)
    {
        ResidualEnergy energy = (ResidualEnergy)Options(bound).Create(device, space);
        energy.Initialize(3);
        float[] weights = device.Download(energy.Parameters);
        device.Upload([.. weights.Select(w => w * scale)], energy.Parameters);
        // Weights, means, variances, loadings.
        device.Upload([MathF.Log(0.4f), MathF.Log(0.6f), -1, -0.5f, 1, 0.5f, 0.2f, 0.3f, 0.25f, 0.2f, 0.6f, -0.4f, 0.3f, 0.5f],
            energy.Fitted);
        energy.Commit();
        return energy;
    }

    /// <summary>The centres of cells of the unit square.</summary>
    public static Rows Grid(int side)
    {
        Rows grid = TestRows.Empty(side * side, 2);
        for (int i = 0; i < side * side; i++)
            (grid[i][0], grid[i][1]) = ((i % side + 0.5f) / side, (i / side + 0.5f) / side);
        return grid;
    }
}
