using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Samplers;

namespace Joule.Gpu.Check;

/// <summary>Chains on an energy: the same as on the processor, and how long they take.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Make">Makes the energy on a device.</param>
/// <param name="Sampler">The sampler.</param>
internal sealed record ChainCase(string Name, Func<Device, Energy> Make, SamplerOptions Sampler)
{
    private const int Repeats = 9;
    private const int Verified = 129; // so that the last block is not full

    /// <summary>Numbers of chains to time; none: the case is only verified.</summary>
    public IReadOnlyList<int> Counts { get; init; } = [];

    /// <summary>Steps of a timed launch.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Steps that are verified.</summary>
    public int VerifiedSteps { get; init; } = 3;

    /// <summary>Largest error, relative to the larger of 1 and the number, after the verified steps.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Largest share of chains that may end elsewhere, since their test decided otherwise by a rounding.</summary>
    public double Strays { get; init; }

    /// <summary>Verifies and times the case; a refusal is a failed check.</summary>
    public void Run(GpuDevice device, Report report)
    {
        try
        {
            Stopwatch watch = Stopwatch.StartNew();
            device.Kernels.Forced = null;
            Verify(device, report, watch);
            Measure(device, report, "chosen");
        }
        catch (JouleException e)
        {
            report.Check($"{Name}, {Sampler.StepName()}", false, double.NaN, e.Message.ReplaceLineEndings(" "));
        }
        device.Kernels.Forced = null;
    }

    private void Verify(GpuDevice device, Report report, Stopwatch watch)
    {
        using Device processor = Device.Cpu(Math.Min(8, Environment.ProcessorCount));
        Outcome expected = Outcome.Of(processor, this, Verified, VerifiedSteps), found = Outcome.Of(device, this, Verified, VerifiedSteps);
        int width = expected.States.Length / Verified, strays = 0;
        double largest = 0;
        for (int c = 0; c < Verified; c++)
        {
            double of = Math.Max(Error(expected.Energies, found.Energies, c, 1), Error(expected.Norms, found.Norms, c, 1));
            of = Math.Max(of, Math.Max(Error(expected.States, found.States, c, width), Error(expected.Evaluated, found.Evaluated, c, 1)));
            if (expected.Accepted[c] != found.Accepted[c])
                strays++;
            else
                largest = !(of <= largest) ? of : largest;
        }
        bool passed = largest < Tolerance && strays <= Strays * Verified;
        report.Check($"{Name}: {Verified} chains, {Sampler.StepsText(VerifiedSteps)}", passed, largest,
            $"{strays} accepted elsewhere, {watch.ElapsedMilliseconds} ms with compilation and the processor's own");
    }

    /// <summary>Times the case with the blocks that a device with <see cref="GpuDevice.Tunes"/> finds.</summary>
    public void Explore(GpuDevice device, Report report) => Measure(device, report, "best of timed blocks");

    private void Measure(GpuDevice device, Report report, string how)
    {
        if (Counts.Count == 0)
            return;
        // One energy for all, so that every block is compiled once.
        using Chains chains = new(device, this, Counts.Max());
        foreach (int count in Counts)
            report.Time($"{Name}, {how}", count, Time(chains, count), Describe(device.Kernels.Last));
    }

    /// <summary>A kernel in words.</summary>
    public static string Describe(CutKernel? kernel) => kernel is null
        ? "layer by layer over global memory"
        : $"{kernel.Cut}, {kernel.SharedBytes} bytes of shared memory, {kernel.ResidentBytes} of them weights, {kernel.Kernel.Description}";

    /// <summary>Milliseconds of a launch.</summary>
    public double Time(Chains chains, int count)
    {
        double[] times = new double[Repeats];
        for (int i = -2; i < Repeats; i++)
        {
            chains.Start(count);
            Stopwatch watch = Stopwatch.StartNew();
            chains.Advance(Steps);
            if (i >= 0)
                times[i] = watch.Elapsed.TotalMilliseconds;
        }
        Array.Sort(times);
        return times[Repeats / 2];
    }

    private static double Error(float[] expected, float[] found, int row, int width)
    {
        double largest = 0;
        for (int i = row * width; i < (row + 1) * width; i++)
        {
            double error = Math.Abs((double)expected[i] - found[i]) / Math.Max(1, Math.Abs(expected[i]));
            largest = !(error <= largest) ? error : largest;
        }
        return largest;
    }
}
