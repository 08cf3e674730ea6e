namespace Joule.Energies;

/// <summary>
/// A(e) = −ln P(E ≥ e) over the training rows, each evaluated as if it had been left out: piecewise linear, then beyond the largest energy
/// t it grows by ln(1 + (e − t)/m), where m is the mean excess over the 90% point.
/// </summary>
/// <param name="fitted">The number of knots, m, their energies and their A.</param>
internal readonly struct TailCalibration(ReadOnlyMemory<float> fitted)
{
    private const int MostKnots = 256;
    private const double Below = 1e-3;

    /// <summary>Floats of a calibration.</summary>
    public const int Length = 2 + 2 * MostKnots;

    private int Count => Math.Clamp((int)fitted.Span[0], 1, MostKnots);

    private ReadOnlySpan<float> Energies => fitted.Span.Slice(2, Count);

    private ReadOnlySpan<float> Logs => fitted.Span.Slice(2 + MostKnots, Count);

    /// <summary>m, in nats.</summary>
    public double MeanExcess => fitted.Span[1];

    /// <summary>The largest A of a training row.</summary>
    public double Last => Logs[^1];

    /// <summary>The largest energy of a training row.</summary>
    public double Largest => Energies[^1];

    /// <summary>Fits the energies of training rows.</summary>
    public static void Fit(double[] energies, Span<float> fitted)
    {
        double[] sorted = [.. energies];
        Array.Sort(sorted);
        int n = sorted.Length, tail = (int)(0.9 * n);
        double excess = 0;
        for (int i = tail; i < n; i++)
            excess += (sorted[i] - sorted[tail]) / (n - tail);
        double last = Log(n - 1), taken = double.NegativeInfinity;
        // Knots are equally far apart in A/max A plus the share of rows: dense in the tail, and in the bulk.
        double apart = (2 - 1.0 / n) / (MostKnots - 3);
        int count = 0;
        for (int i = 0; i < n; i++)
        {
            double place = Log(i) / last + (i + 0.5) / n;
            bool isTied = i < n - 1 && (float)sorted[i] == (float)sorted[i + 1];
            if (isTied || (place - taken < apart && i < n - 1 && n > MostKnots))
                continue;
            (fitted[2 + count], fitted[2 + MostKnots + count]) = ((float)sorted[i], (float)Log(i));
            taken = place;
            count++;
        }
        (fitted[0], fitted[1]) = (count, (float)Math.Max(excess, 1e-6 * (1 + Math.Abs(sorted[^1]))));

        double Log(int i) => -Math.Log((n - i - 0.5) / n);
    }

    /// <summary>Writes A(e) = ln(1 + e) for e above 0, for "not fitted".</summary>
    public static void Start(Span<float> fitted) => (fitted[0], fitted[1]) = (1, 1);

    /// <summary>A(e) and its slope.</summary>
    public (double Log, double Slope) At(double energy)
    {
        ReadOnlySpan<float> energies = Energies, logs = Logs;
        if (energy >= energies[^1])
        {
            double excess = (energy - energies[^1]) / MeanExcess;
            return (logs[^1] + Math.Log(1 + excess), 1 / (MeanExcess * (1 + excess)));
        }
        return energy < energies[0] ? (logs[0] + Below * (energy - energies[0]), Below) : Between(energies, logs, energy);
    }

    /// <summary>The energy with A(e) = log, and its slope; below the smallest A it falls with slope m.</summary>
    public (double Energy, double Slope) Invert(double log)
    {
        ReadOnlySpan<float> energies = Energies, logs = Logs;
        if (log >= logs[^1])
            return (energies[^1], 0);
        return log < logs[0] ? (energies[0] + MeanExcess * (log - logs[0]), MeanExcess) : Between(logs, energies, log);
    }

    private static (double Value, double Slope) Between(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double value)
    {
        int low = 0, high = from.Length - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (from[middle] <= value)
                low = middle;
            else
                high = middle;
        }
        double slope = ((double)to[high] - to[low]) / ((double)from[high] - from[low]);
        return (to[low] + slope * (value - from[low]), slope);
    }
}
