namespace Joule.Cli.Plots;

/// <summary>The range of values shown by a panel.</summary>
/// <param name="Low">The lowest value inside.</param>
/// <param name="High">The highest value inside.</param>
internal readonly record struct RobustRange(double Low, double High)
{
    /// <summary>The empty range.</summary>
    public static readonly RobustRange Empty = new(double.PositiveInfinity, double.NegativeInfinity);

    public bool IsEmpty => Low > High;

    public double Span => IsEmpty ? 0 : High - Low;

    /// <summary>
    /// The range of a series without outliers. An outlier lies more than 1.5 times the distance between the 5% and 95% quantiles
    /// outside them. A drift is kept; a first epoch a hundred times larger than the rest is left out, because it would flatten all
    /// the others. A series of fewer than eight values has no outliers.
    /// </summary>
    public static RobustRange Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return Empty;
        if (sorted.Length < 8)
            return new(sorted[0], sorted[^1]);
        // Quantile ranks are rounded towards the middle, so that one outlier among a dozen values is not itself the quantile.
        int cut = Math.Max(1, sorted.Length / 20);
        double low = sorted[cut], high = sorted[^(cut + 1)];
        double reach = 1.5 * (high - low);
        return new(sorted.First(v => v >= low - reach), sorted.Last(v => v <= high + reach));
    }

    public RobustRange Union(RobustRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    public RobustRange Including(double value) => new(Math.Min(Low, value), Math.Max(High, value));

    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>The range with a margin above and below; never of zero height.</summary>
    public RobustRange Padded()
    {
        if (IsEmpty)
            return new(-1, 1);
        double size = Math.Max(Math.Abs(Low), Math.Abs(High));
        double pad = Math.Max(0.07 * Span, Math.Max(0.02 * size, 1e-6));
        return new(Low - pad, High + pad);
    }

    /// <summary>Widens two ranges that contain zero until zero lies at the same height in both.</summary>
    public static (RobustRange First, RobustRange Second) AlignZero(RobustRange first, RobustRange second)
    {
        double above = Math.Max(Share(first), Share(second));
        double below = Math.Max(1 - Share(first), 1 - Share(second));
        return (Widen(first), Widen(second));

        static double Share(RobustRange range) => Math.Clamp(range.High / range.Span, 0.05, 0.95);

        RobustRange Widen(RobustRange range)
        {
            double unit = Math.Max(range.High / above, -range.Low / below);
            return new(-unit * below, unit * above);
        }
    }
}
