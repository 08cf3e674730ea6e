using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Runs the same chains on the processor and on the interpreted GPU, and compares everything that a loop tells.</summary>
internal static class BothDevices
{
    /// <summary>Agreement, relative to the larger of 1 and the number.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>A network as an energy, with the same weights on every device.</summary>
    public static Func<Device, Energy> Network(StateSpace space, params Layer[] layers) => device =>
    {
        NetworkEnergy energy = new(new Network(device, space.Shape, layers), space);
        energy.Initialize(4);
        return energy;
    };

    /// <summary>Compares chains.</summary>
    /// <param name="make">Makes the energy on a device.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="steps">Their steps, in two launches.</param>
    /// <param name="spread">The chains start from this times the space's noise.</param>
    /// <param name="networks">How the GPU runs networks; null: as it chooses.</param>
    /// <param name="tolerance">Agreement, as <see cref="Tolerance"/>.</param>
    /// <returns>The proposals of all chains; null for a sampler without a test.</returns>
    public static ProposalFigures? Compare(Func<Device, Energy> make, SamplerOptions sampler, int chains = 3, int steps = 3,
        float spread = 1, NetworkOptions? networks = null, double tolerance = Tolerance)
    {
        using Device processor = Device.Cpu(1);
        InterpretedGpu engine = new();
        Results expected = Run(processor, make, sampler, chains, steps, spread), found;
        using (GpuDevice gpu = new(engine))
        {
            gpu.Kernels.Networks = networks ?? new NetworkOptions();
            found = Run(gpu, make, sampler, chains, steps, spread);
        }
        Assert.Equal(0, engine.Open);
        Near(expected.States, found.States, tolerance);
        Near(expected.Energies, found.Energies, tolerance);
        Near(expected.Norms, found.Norms, tolerance);
        Near(expected.Evaluated, found.Evaluated, tolerance);
        Assert.Equal(expected.Accepted, found.Accepted);
        Assert.Equal(expected.Figures?.Accepted, found.Figures?.Accepted);
        Assert.Equal(expected.Figures?.Divergent, found.Figures?.Divergent);
        Assert.Equal(expected.Figures?.ErrorSum ?? 0, found.Figures?.ErrorSum ?? 0, 1e-4 * Math.Max(1, expected.Figures?.ErrorSum ?? 0));
        return found.Figures;
    }

    private static Results Run(Device device, Func<Device, Energy> make, SamplerOptions options, int chains, int steps, float spread)
    {
        Energy energy = make(device);
        using IDisposable? owner = energy as IDisposable;
        using ChainLoop loop = new(device, energy, chains) { FirstChain = 7 };
        using DeviceBuffer memory = device.Allocate((long)chains * energy.Space.Width);
        Rows rows = memory.AsRows(chains, energy.Space.Width);
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        device.Write(rows, (i, state) =>
        {
            energy.Space.FillNoise(start, (uint)i, state);
            foreach (ref float x in state)
                x *= spread;
        });
        Sampler sampler = options.Create(energy);
        RandomStream noise = new(11, RandomPurpose.SamplingChains, 0);
        int half = steps / 2;
        if (half > 0)
            loop.Run(sampler, rows, half, noise, firstStep: 1000);
        loop.Run(sampler, rows, steps - half, noise, firstStep: 1000 + (ulong)half);
        float[] states = device.Download(rows), evaluated = new float[chains];
        energy.Evaluate(rows, evaluated);
        return new Results(
            states, loop.Energies.ToArray(), loop.SquaredNorms.ToArray(), evaluated, loop.Accepted.ToArray(), loop.Proposals);
    }

    private static void Near(float[] expected, float[] found, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
    }

    private sealed record Results(
        float[] States, float[] Energies, float[] Norms, float[] Evaluated, int[] Accepted, ProposalFigures? Figures);
}
