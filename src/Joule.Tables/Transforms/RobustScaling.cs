namespace Joule.Tables;

/// <summary>
/// (x − median) / (interquartile range / 1.349), which for a normal distribution is the standard deviation and which far values do not
/// move. Where half of the values
/// are equal and the range is 0, √(π/2) times the mean distance from the median stands for it.
/// </summary>
[Named("robust", "the distance from the median in interquartile ranges")]
public sealed record RobustScaling : Scaling
{
    private const double NormalRange = 1.3489795003921634; // the interquartile range of N(0, 1)

    /// <summary>The median of the training rows.</summary>
    public double Center { get; init; }

    /// <summary>Their robust deviation; above 0.</summary>
    public double Scale { get; init; } = 1;

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

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path) => CheckScale(problems, path, Scale);

    /// <inheritdoc/>
    protected override double Forward(double value) => (value - Center) / Scale;

    /// <inheritdoc/>
    protected override double Inverse(double z) => Center + (z * Scale);

    /// <summary>A quantile of numbers in ascending order, with straight lines between them.</summary>
    internal static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double part = place - below;
        return part == 0 ? sorted[below] : (sorted[below] * (1 - part)) + (sorted[below + 1] * part);
    }
}
