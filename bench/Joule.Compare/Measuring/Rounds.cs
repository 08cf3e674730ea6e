using System.Diagnostics;
using Joule.Bench.Shared;
using Joule.Compare.Contenders;

namespace Joule.Compare.Measuring;

/// <summary>The measurements of a case.</summary>
/// <param name="Milliseconds">The median of each contender, by name.</param>
/// <param name="CeilingGflops">The median of the ceilings measured between the rounds.</param>
/// <param name="Count">The number of rounds.</param>
internal sealed record RoundsResult(IReadOnlyDictionary<string, double> Milliseconds, double CeilingGflops, int Count);

/// <summary>
/// Measures contenders in turn, round after round, so that changes of the machine affect all of them.
/// </summary>
internal static class Rounds
{
    private const int MostRepetitions = 100_000;

    /// <summary>Measures the contenders.</summary>
    /// <param name="contenders">Joule first, then its peers.</param>
    /// <param name="threads">The number of threads that each of them uses.</param>
    /// <param name="stint">How long to measure.</param>
    public static RoundsResult Run(IReadOnlyList<IContender> contenders, int threads, Stint stint)
    {
        long begin = Stopwatch.GetTimestamp();
        int[] repetitions = [.. contenders.Select((c, i) => WarmUp(c, stint, i == 0 ? stint.WarmUp : stint.WarmUp / 4))];
        List<double>[] times = [.. contenders.Select(_ => new List<double>())];
        List<double> ceilings = [Ceiling.Gflops(threads)];
        while (ceilings.Count <= stint.FewestRounds
            || (ceilings.Count <= stint.MostRounds && Stopwatch.GetElapsedTime(begin) < stint.Budget))
        {
            for (int i = 0; i < contenders.Count; i++)
                times[i].Add(contenders[i].Measure(repetitions[i]));
            ceilings.Add(Ceiling.Gflops(threads));
        }
        return new RoundsResult(
            contenders.Select((c, i) => (c.Name, Time: Median.Of(times[i]))).ToDictionary(e => e.Name, e => e.Time, StringComparer.Ordinal),
            Median.Of(ceilings), ceilings.Count - 1);
    }

    /// <summary>Runs a contender until its code is compiled and its memory allocated.</summary>
    /// <returns>The number of repetitions per measurement.</returns>
    private static int WarmUp(IContender contender, Stint stint, TimeSpan time)
    {
        long begin = Stopwatch.GetTimestamp();
        int repetitions = 1;
        while (contender.WarmsUp)
        {
            double milliseconds = contender.Measure(repetitions);
            int wanted = (int)Math.Clamp(stint.Measurement.TotalMilliseconds / Math.Max(milliseconds, 1e-6), 1, MostRepetitions);
            if (Stopwatch.GetElapsedTime(begin) >= time)
                return wanted;
            repetitions = Math.Min(wanted, 4 * repetitions);
        }
        return repetitions;
    }
}
