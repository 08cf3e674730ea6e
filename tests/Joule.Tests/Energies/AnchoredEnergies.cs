using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Energies;

/// <summary>Small networks beside blurred mixtures, for tests.</summary>
internal static class AnchoredEnergies
{
    /// <summary>Parameters of a mixture of two components with one factor: weights, means, variances, loadings.</summary>
    public static float[] Mixture { get; } =
        [MathF.Log(0.4f), MathF.Log(0.6f), -1, -0.5f, 1, 0.5f, 0.2f, 0.3f, 0.25f, 0.2f, 0.6f, -0.4f, 0.3f, 0.5f];

    /// <summary>Two components with one factor, and a small dense network.</summary>
    public static AnchoredEnergyOptions Options(double blur, double weight) => new()
    {
        Components = 2,
        Factors = 1,
        Blur = blur,
        Weight = weight,
        Layers = [new DenseLayer { Outputs = 8 }, new TanhLayer(), new DenseLayer { Outputs = 1 }],
    };

    /// <summary>An energy of states of two numbers.</summary>
    public static AnchoredEnergy Of(Device device, StateSpace space, double blur, double weight)
    {
        AnchoredEnergy energy = (AnchoredEnergy)Options(blur, weight).Create(device, space);
        energy.Initialize(3);
        device.Upload(Mixture, energy.Fitted);
        energy.Commit();
        return energy;
    }
}
