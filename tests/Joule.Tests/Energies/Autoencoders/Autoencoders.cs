using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Energies;

/// <summary>Small autoencoders for the tests.</summary>
internal static class Autoencoders
{
    /// <summary>For vectors, with free latent vectors; a dense layer to the state is added.</summary>
    public static AutoencoderEnergyOptions Dense { get; } = new()
    {
        Encoder = [new DenseLayer { Outputs = 6 }, new SiluLayer()],
        Decoder = [new DenseLayer { Outputs = 7 }, new TanhLayer()],
        Latent = 3,
    };

    /// <summary>For images of 2×6×6, with latent vectors on a sphere.</summary>
    public static AutoencoderEnergyOptions Images { get; } = new()
    {
        Encoder = [new ConvolutionLayer { Outputs = 3, Kernel = 4, Stride = 2, Padding = 1 }, new SiluLayer()],
        Decoder =
        [
            new TransposedConvolutionLayer { Outputs = 4, Kernel = 3 }, new SiluLayer(),
            new TransposedConvolutionLayer { Outputs = 2, Kernel = 4, Stride = 2, Padding = 1 }, new SigmoidLayer(),
        ],
        Latent = 4,
        Sphere = true,
        Deviation = 1.5,
        Initialization = Initialization.He, // with small weights, rounding hides the slopes of finite differences
    };

    /// <summary>An autoencoder with drawn weights.</summary>
    public static AutoencoderEnergy Of(Device device, StateSpace space, AutoencoderEnergyOptions options, ulong seed = 3)
    {
        AutoencoderEnergy energy = new(device, space, options);
        energy.Initialize(seed);
        return energy;
    }

    /// <summary>The energy of an autoencoder on the manifold of another.</summary>
    public static LatentEnergy Latent(Device device, StateSpace space, AutoencoderEnergyOptions options)
    {
        AutoencoderEnergy energy = Of(device, space, options), other = Of(device, space, options, 5);
        AutoencoderManifold manifold = other.CreateManifold(other.Parameters);
        device.Launch(manifold.CommitProgram);
        return new LatentEnergy(energy, manifold);
    }
}
