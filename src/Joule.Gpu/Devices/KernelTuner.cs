using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>
/// Finds the fastest block of a kernel: reads what was found earlier and, on request, times blocks. Each is launched on memory of its own a
/// few times in a row, and the host waits for the last launch; the median of some such times counts.
/// </summary>
/// <param name="engine">The GPU.</param>
/// <param name="files">What was found earlier.</param>
/// <param name="say">Receives what was found; null: nobody.</param>
/// <param name="clock">The clock; null: that of the system.</param>
internal sealed class KernelTuner(IGpuEngine engine, TuningFiles files, Action<string>? say = null, TimeProvider? clock = null)
    : IDisposable
{
    private const int Samples = 5, MostLaunches = 40, Finalists = 3;
    private const double WantedMilliseconds = 2; // of a sample: the wait takes some hundredths
    private const double Hopeless = 1.5; // times the best one: not worth more samples

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly GpuScratch _word = new(engine, "the wait of a timing");

    /// <summary>Whether blocks are timed that were not timed before.</summary>
    public bool Times { get; set; }

    /// <summary>What was found earlier.</summary>
    public TuningFiles Files => files;

    /// <summary>Whether there may be anything to find.</summary>
    public bool IsOfUse => Times || !files.IsEmpty;

    /// <summary>The power of two nearest to a number of chains: what is found for one of them is used for all.</summary>
    public static int About(int count) => 1 << (int)Math.Round(Math.Log2(Math.Clamp(count, 1, 1 << 30)));

    /// <summary>Times the blocks of a kernel, and keeps the fastest one.</summary>
    /// <returns>The fastest one; null if none ran.</returns>
    public TunedCut? Time(TuningCase of)
    {
        // Graphs would be made while the clock runs.
        LaunchQueue? queue = (engine as QueuedEngine)?.Queue;
        bool usesGraphs = queue is { UsesGraphs: true };
        if (usesGraphs)
            queue!.UsesGraphs = false;
        try
        {
            return TimeEach(of);
        }
        finally
        {
            if (usesGraphs)
                queue!.UsesGraphs = true;
        }
    }

    private TunedCut? TimeEach(TuningCase of)
    {
        List<(BlockCut Cut, double Milliseconds)> timed = [];
        string? refusal = null;
        foreach (BlockCut cut in of.Cuts)
            Try(cut);
        foreach (BlockCut cut in timed.OrderBy(t => t.Milliseconds).Take(Finalists).SelectMany(t => of.Variants(t.Cut)).ToArray())
            Try(cut);
        if (timed.Count == 0)
        {
            say?.Invoke($"No block of {of.Name} could be timed{(refusal is null ? "" : $": {refusal}")}.");
            return null;
        }
        (BlockCut best, double milliseconds) = timed.MinBy(t => t.Milliseconds);
        TunedCut found = new(best, milliseconds, timed[0].Milliseconds, of.Count);
        files.Keep(of.Key, found);
        say?.Invoke($"{timed.Count} blocks were timed for {of.Name}, about {About(of.Count):N0} chains or states: {best} takes "
            + $"{milliseconds:G3} ms, the block chosen without timing {timed[0].Milliseconds:G3} ms.");
        return found;

        void Try(BlockCut cut)
        {
            try
            {
                if (of.Compile(cut) is { } kernel)
                    timed.Add((cut, Milliseconds(() => of.Launch(kernel), timed.Count == 0 ? null : timed.Min(t => t.Milliseconds))));
            }
            catch (GpuException e)
            {
                refusal = e.Message; // of this block; if the GPU is broken, the others fail as well, and the work itself says so
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _word.Dispose();

    private double Milliseconds(Action launch, double? best)
    {
        _ = Sample(launch, 1); // the first launch loads the kernel
        double one = Sample(launch, 1);
        int launches = (int)Math.Clamp(Math.Ceiling(WantedMilliseconds / Math.Max(one, 1e-3)), 1, MostLaunches);
        double[] samples = new double[Samples];
        for (int i = 0; i < Samples; i++)
        {
            samples[i] = Sample(launch, launches) / launches;
            if (i == 0 && samples[0] > Hopeless * best)
                return samples[0];
        }
        Array.Sort(samples);
        return samples[Samples / 2];
    }

    private double Sample(Action launch, int launches)
    {
        Span<float> word = stackalloc float[1];
        ulong at = _word.Take(1).Bits;
        engine.Download(at, word); // all that came before is done
        long start = _clock.GetTimestamp();
        for (int i = 0; i < launches; i++)
            launch();
        engine.Download(at, word);
        return _clock.GetElapsedTime(start).TotalMilliseconds;
    }
}

/// <summary>A kernel whose blocks are to be timed.</summary>
/// <param name="Name">What it is, in messages.</param>
/// <param name="Key">What its best block depends on, the card and driver apart.</param>
/// <param name="Count">Number of chains or states.</param>
/// <param name="Cuts">The blocks to time; the first one that can run is the one that is chosen without timing.</param>
/// <param name="Variants">Further blocks to time, of one of the fastest.</param>
/// <param name="Compile">Compiles it; null if the block does not fit the GPU.</param>
/// <param name="Launch">Launches it on memory that nobody else uses.</param>
internal sealed record TuningCase(
    string Name, string Key, int Count, IReadOnlyList<BlockCut> Cuts, Func<BlockCut, IEnumerable<BlockCut>> Variants,
    Func<BlockCut, CutKernel?> Compile, Action<CutKernel> Launch);
