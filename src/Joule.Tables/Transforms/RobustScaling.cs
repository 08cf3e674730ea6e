namespace Joule.Tables;

/// <summary>
/// (x − median) / (interquartile range / 1.349). For a normal distribution the divisor is the standard deviation; outliers do not affect
/// it. If the interquartile range is 0, because half of the values are equal, √(π/2) times the mean distance from the median replaces it.
/// </summary>
[Named("robust", "the distance from the median in interquartile ranges")]
public sealed record RobustScaling : CenteredScaling
{
    private const double NormalRange = 1.3489795003921634; // the interquartile range of N(0, 1)

    /// <inheritdoc/>
    public override RobustScaling Fit(ReadOnlySpan<double> sorted)
    {
        double median = Quantile(sorted, 0.5);
        double scale = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / NormalRange;
        if (!(scale > 0))
        {
            double sum = 0;
            foreach (double value in sorted)
                sum += Math.Abs(value - median) / sorted.Length;
            scale = Math.Sqrt(Math.PI / 2) * sum;
        }
        return new RobustScaling { Center = median, Scale = scale };
    }

    /// <summary>A quantile of numbers in ascending order, with linear interpolation.</summary>
    internal static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double part = place - below;
        return part == 0 ? sorted[below] : (sorted[below] * (1 - part)) + (sorted[below + 1] * part);
    }
}
