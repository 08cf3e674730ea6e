using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Devices;

/// <summary>Launches chains: finds the kernel, and cuts long launches so that they can be stopped.</summary>
/// <param name="engine">The GPU.</param>
/// <param name="energies">The kernels.</param>
internal sealed class ChainLauncher(IGpuEngine engine, EnergyKernels energies) : IDisposable
{
    private const int MostSteps = 1000;
    private const int LeastTried = 10, MostTried = 60; // steps of a launch that is timed

    private readonly GpuScratch _trial = new(engine, "the timing of chains");
    private readonly GpuScratch _trajectories = new(engine, "the steps of trajectories"), _scale = new(engine, "inverse masses");

    /// <summary>Checks that a launch can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(IChainLaunch launch)
    {
        if (launch.Sampler is not (Langevin or ILeapfrogSampler))
        {
            throw new InvalidInputException($"The GPU has no kernel for the sampler {launch.Sampler.GetType().Name}: it runs langevin, "
                + "mala and hmc. Use one of them, or run this one on the CPU.");
        }
        if (launch.Sampler is ILeapfrogSampler { Scale: null })
        {
            throw new InvalidInputException(
                "The GPU has no kernel for dense masses. Use metric \"diagonal\", or run the chains on the CPU.");
        }
        energies.Check(launch.Sampler.Energy);
        if (launch.States.Count > 0 && Global(launch) is null)
            _ = Find(launch, null);
    }

    /// <summary>Runs a launch. Its last part is not waited for: the host finds a divergence when it reads the results.</summary>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite in an earlier part.</exception>
    public void Run(IChainLaunch launch)
    {
        if (launch.States.Count == 0)
            return;
        for (int done = 0; done < launch.Steps;)
        {
            launch.BeginPart(done);
            launch.Cancellation.ThrowIfCancellationRequested();
            RandomStream noise = launch.Noise.At(launch.Noise.Step + (ulong)done);
            // A kernel counts steps in the lower word.
            long room = uint.MaxValue - (long)noise.Counter2;
            int steps = (int)Math.Clamp(room, 1, Math.Min(MostSteps, launch.Steps - done));
            Run(launch, noise, steps);
            done += steps;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trajectories.Dispose();
        _scale.Dispose();
        _trial.Dispose();
    }

    private void Run(IChainLaunch launch, in RandomStream noise, int steps)
    {
        if (Global(launch) is { } network)
        {
            network.Advance(launch, noise, steps);
            return;
        }
        RandomStream draws = noise;
        CutKernel kernel = Find(launch, trial => Try(launch, trial, draws, Math.Clamp(steps, LeastTried, MostTried)));
        Launch(kernel, launch, noise, steps, new Memory(At(launch.States), At(launch.Energies), At(launch.SquaredNorms),
            At(launch.Failures), At(launch.Accepted), At(launch.Divergent), At(launch.EnergyErrors)));
    }

    // Chains of its own, which start at 0.
    private void Try(IChainLaunch launch, CutKernel kernel, in RandomStream noise, int steps)
    {
        int count = launch.States.Count, words = checked(count * launch.Sampler.Energy.Space.Width);
        ulong at = _trial.Take(checked(words + 7 * count)).Bits;
        // The errors are float64, and come first.
        Launch(kernel, launch, noise, steps, new Memory(Of(7 * count), Of(2 * count), Of(3 * count), Of(4 * count), Of(5 * count),
            Of(6 * count), Of(0)));

        KernelArgument Of(int word) => KernelArgument.Address(at + (ulong)word * sizeof(float));
    }

    private void Launch(CutKernel kernel, IChainLaunch launch, in RandomStream noise, int steps, in Memory at)
    {
        StateSpace space = launch.Sampler.Energy.Space;
        int count = launch.States.Count;
        List<KernelArgument> own = [];
        if (launch.Sampler is Langevin { Options: { } options })
        {
            own.AddRange([options.StepSize, options.NoiseDeviation(), options.GradientClip ?? float.PositiveInfinity]);
        }
        else
        {
            ILeapfrogSampler sampler = (ILeapfrogSampler)launch.Sampler;
            float[] scale = sampler.Scale!;
            own.AddRange(
            [
                _trajectories.Fill(Trajectories(sampler, noise, steps)), sampler.Temperature,
                at.Accepted, at.Divergent, at.Errors, _scale.Fill(scale),
            ]);
        }
        kernel.Kernel.Launch(kernel.Blocks(count),
            [
                energies.Constants(launch.Sampler.Energy), at.States, at.Energies, at.Norms, at.Failures, (uint)count, (uint)steps,
                space.Low, space.High, noise.Key0, noise.Key1, noise.Counter2, noise.Counter3, launch.FirstChain, .. own,
            ]);
    }

    private GlobalNetwork? Global(IChainLaunch launch) =>
        energies.Global(launch.Sampler.Energy, withTrajectories: launch.Sampler is ILeapfrogSampler);

    private CutKernel Find(IChainLaunch launch, Action<CutKernel>? trial)
    {
        StateSpace space = launch.Sampler.Energy.Space;
        int count = launch.States.Count;
        if (launch.Sampler is Langevin { Options: { } options })
        {
            bool isFirst = options.NoiseFirst && options.NoiseDeviation() > 0;
            return energies.Find(launch.Sampler.Energy, isFirst ? "langevin_noise_first" : "langevin", count,
                (frame, energy) => LangevinKernel.Write(frame, energy, isFirst), trial);
        }
        bool isScaled = ((ILeapfrogSampler)launch.Sampler).Scale!.Length > 0;
        WallKind walls = LeapfrogKernel.WallsOf(space);
        return energies.Find(launch.Sampler.Energy, $"leapfrog_{walls}{(isScaled ? "_scaled" : "")}", count,
            (frame, energy) => LeapfrogKernel.Write(frame, energy, walls, isScaled), trial);
    }

    private static KernelArgument At(Rows rows) => KernelArgument.Address(GpuBuffer.AddressOf(rows));

    // Drift, kick and length of every step, which all chains share.
    private static float[] Trajectories(ILeapfrogSampler sampler, in RandomStream noise, int steps)
    {
        float[] words = new float[3 * steps];
        for (int s = 0; s < steps; s++)
        {
            (LeapfrogCoefficients c, int length) = sampler.Trajectory(noise.At(noise.Step + (ulong)s));
            (words[3 * s], words[3 * s + 1], words[3 * s + 2]) = (c.Drift, c.Kick, BitConverter.Int32BitsToSingle(length));
        }
        return words;
    }

    // The memory of a launch.
    private readonly record struct Memory(
        KernelArgument States, KernelArgument Energies, KernelArgument Norms, KernelArgument Failures, KernelArgument Accepted,
        KernelArgument Divergent, KernelArgument Errors);
}
