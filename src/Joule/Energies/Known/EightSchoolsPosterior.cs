namespace Joule.Energies;

/// <summary>
/// The exact answers of the eight schools: sums over a grid of ln τ, which converge exponentially, since the density of ln τ is smooth and
/// falls at least as fast as τ to one side and as 1/τ to the other.
/// </summary>
internal sealed class EightSchoolsPosterior
{
    /// <summary>Number of schools.</summary>
    public const int Schools = 8;

    private const double From = -40, To = 24, Step = 1.0 / 256;

    private static readonly double[] Effects = [28, 8, -3, 7, -1, 1, 18, 12];
    private static readonly double[] Errors = [15, 10, 16, 11, 9, 11, 10, 18];

    private readonly double[] _sums;

    /// <summary>Sums up.</summary>
    public EightSchoolsPosterior(bool centred, EightSchoolsPrior prior)
    {
        int points = (int)((To - From) / Step) + 1;
        EightSchoolsGiven[] given = [.. Enumerable.Range(0, points).Select(i => EightSchoolsGiven.Of(From + i * Step, centred, prior))];
        double highest = given.Max(g => g.LogDensity), total = 0;
        double[] second = new double[(Schools + 2) * (Schools + 2)], means = new double[Schools + 2];
        _sums = new double[points];
        for (int i = 0; i < points; i++)
        {
            double part = Math.Exp(given[i].LogDensity - highest);
            _sums[i] = total += part;
            MeanTau += part * Math.Exp(From + i * Step);
            Add(given[i], From + i * Step, part, means, second);
        }
        LogPartition = highest + Math.Log(total * Step);
        MeanTau /= total;
        Means = [.. means.Select(m => m / total)];
        Covariances = new double[means.Length, means.Length];
        for (int i = 0; i < means.Length; i++)
        {
            for (int j = 0; j < means.Length; j++)
                Covariances[i, j] = second[i * means.Length + j] / total - Means[i] * Means[j];
        }
    }

    /// <summary>ln p(y).</summary>
    public double LogPartition { get; }

    /// <summary>The mean of τ.</summary>
    public double MeanTau { get; }

    /// <summary>The mean of every number of a state.</summary>
    public double[] Means { get; }

    /// <summary>The covariances of a state.</summary>
    public double[,] Covariances { get; }

    /// <summary>The effect that a school saw and its standard error, in points of the test (Rubin 1981).</summary>
    public static (double Effect, double Error) Data(int school) => (Effects[school], Errors[school]);

    /// <summary>The quantile of ln τ, taken as uniform within a cell of the grid: 1/256 is below 10⁻⁵ of its variance.</summary>
    public double Quantile(double share)
    {
        int cell = ExactDraws.Choose(_sums, share);
        double before = cell == 0 ? 0 : _sums[cell - 1];
        return From + (cell - 0.5 + (share * _sums[^1] - before) / (_sums[cell] - before)) * Step;
    }

    // Given τ, the numbers are linear in μ, which has the variance 1/precision, plus noise of their own.
    private static void Add(in EightSchoolsGiven given, double logTau, double part, double[] means, double[] second)
    {
        int n = means.Length;
        Span<double> room = stackalloc double[3 * (Schools + 2)];
        Span<double> slopes = room[..n], values = room.Slice(n, n), noise = room[(2 * n)..];
        (slopes[0], values[0], noise[0]) = (1, given.Mean, 0);
        (slopes[1], values[1], noise[1]) = (0, logTau, 0);
        for (int j = 0; j < Schools; j++)
        {
            (double slope, double shift, double variance) = given.School(j);
            (slopes[2 + j], values[2 + j], noise[2 + j]) = (slope, slope * given.Mean + shift, variance);
        }
        for (int i = 0; i < n; i++)
        {
            means[i] += part * values[i];
            for (int j = 0; j < n; j++)
                second[i * n + j] += part * (values[i] * values[j] + slopes[i] * slopes[j] / given.Precision + (i == j ? noise[i] : 0));
        }
    }
}
