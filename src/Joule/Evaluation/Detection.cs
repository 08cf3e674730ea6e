using Joule.Compute;

namespace Joule.Evaluation;

/// <summary>Measures how well energies tell known anomalies from normal rows.</summary>
public static class Detection
{
    private const int MostResamples = 1000, LeastResamples = 100;
    private const long MostDraws = 20_000_000;
    private static readonly int[] FalseAlarms = [1, 10, 100, 1000];

    /// <summary>The figures of labelled rows.</summary>
    /// <param name="energies">The energies of all rows, in nats.</param>
    /// <param name="isAnomaly">Which rows are anomalies: at least one, and not all.</param>
    /// <param name="threshold">Rows above this energy are called anomalies; null: no figures at a threshold.</param>
    /// <param name="seed">
    /// Resample r draws as many normal rows and as many anomalies as there are, from this seed's <see cref="RandomPurpose.Bootstrap"/> at
    /// step r: 1,000 resamples, fewer of more than 20,000 rows, at least 100.
    /// </param>
    /// <exception cref="InvalidInputException">The numbers of energies and marks differ, or one of the two kinds is missing.</exception>
    /// <exception cref="DivergenceException">An energy is NaN.</exception>
    public static DetectionFigures Of(IReadOnlyList<float> energies, IReadOnlyList<bool> isAnomaly, float? threshold, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(energies);
        ArgumentNullException.ThrowIfNull(isAnomaly);
        if (energies.Count != isAnomaly.Count)
            throw new InvalidInputException($"There are {energies.Count} energies and {isAnomaly.Count} labels; every row needs one.");
        DetectionCurve curve = new(energies, isAnomaly, threshold);
        if (curve.Normal == 0 || curve.Anomalies == 0)
        {
            throw new InvalidInputException($"There are {curve.Normal} normal rows and {curve.Anomalies} anomalies; at least one of each "
                + "is needed.");
        }
        int[] alarms = [.. FalseAlarms.Where(k => k == 1 || k < curve.Normal)];
        int figures = 5 + alarms.Length, resamples = (int)Math.Clamp(MostDraws / energies.Count, LeastResamples, MostResamples);
        double[] values = new double[figures];
        curve.Measure(alarms, values);
        double[][] drawn = [.. Enumerable.Range(0, figures).Select(_ => new double[resamples])];
        double[] row = new double[figures];
        for (int r = 0; r < resamples; r++)
        {
            curve.Resample(new RandomStream(seed, RandomPurpose.Bootstrap, (ulong)r));
            curve.Measure(alarms, row);
            for (int f = 0; f < figures; f++)
                drawn[f][r] = row[f];
        }
        FigureInterval[] intervals = [.. values.Select((value, f) => Interval(value, drawn[f]))];
        DetectionAt[] at = [.. alarms.Select((k, i) => new DetectionAt(k, intervals[5 + i]))];
        DetectionFigures all = new(curve.Normal, curve.Anomalies, intervals[0], intervals[1], at);
        return threshold is null ? all : all with { Precision = intervals[2], Recall = intervals[3], F1 = intervals[4] };
    }

    private static FigureInterval Interval(double value, double[] resamples)
    {
        double[] sorted = [.. resamples.Where(double.IsFinite).Order()];
        return new FigureInterval(value, Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
            return double.NaN;
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? double.Lerp(sorted[below], sorted[below + 1], place - below) : sorted[below];
    }
}
