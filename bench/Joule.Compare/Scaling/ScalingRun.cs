using Joule.Compare.Cases;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Compare.Reports;
using Joule.Compute;

namespace Joule.Compare.Scaling;

/// <summary>Runs every case with every number of threads.</summary>
internal sealed class ScalingRun(ScalingOptions options, TextWriter output)
{
    private static readonly Stint QuickStint = Stint.Quick(TimeSpan.FromSeconds(2));

    /// <summary>Runs, writes a line for every result, and returns the results in order.</summary>
    public IReadOnlyList<ScalingResult> Run()
    {
        output.WriteLine(Machine.Description);
        if (options.Threads[^1] > Environment.ProcessorCount)
            output.WriteLine($"More threads than the {Environment.ProcessorCount} processors share them: their times say little.");
        if (options.Quick)
            output.WriteLine("Quick: long cases do a part of their work, and their times are scaled up to all of it.");
        output.WriteLine();
        output.WriteLine(ScalingReport.Head);
        List<ScalingResult> results = [];
        foreach (ComparisonCase comparison in options.Cases)
        {
            foreach (ScalingResult result in Measure(comparison))
            {
                results.Add(result);
                output.WriteLine(ScalingReport.Row(result));
            }
        }
        return results;
    }

    private IEnumerable<ScalingResult> Measure(ComparisonCase comparison)
    {
        List<IDisposable> opened = [];
        try
        {
            List<CpuDevice> devices = [];
            List<IContender> contenders = [];
            foreach (int threads in options.Threads)
            {
                CpuDevice device = new(threads);
                devices.Add(device);
                opened.Add(device);
                CaseRun run = comparison.Open(device, options.Quick);
                opened.Add(run);
                contenders.Add(new JouleContender(run, $"{threads}"));
            }
            RoundsResult rounds = Rounds.Run(contenders, 1, options.Quick ? QuickStint : Stint.Full);
            double scale = options.Quick ? 1 / comparison.QuickShare : 1;
            double[] times = [.. contenders.Select(c => scale * rounds.Milliseconds[c.Name])];
            return [.. options.Threads.Select((threads, i) =>
                new ScalingResult(comparison.Name, threads, times[i], times[0], times.Min(), devices[i].MostBlocks))];
        }
        finally
        {
            for (int i = opened.Count - 1; i >= 0; i--)
                opened[i].Dispose();
        }
    }
}
