namespace Joule.Tables;

/// <summary>
/// (x − mean) / standard deviation, linear up to 1,000 deviations: an energy of distances sees how far out a value lies, which
/// <see cref="StandardScaling"/> hides beyond 10 deviations.
/// </summary>
[Named("linear", "like standard, but linear up to 1,000 deviations instead of 10: for distances")]
public sealed record LinearScaling : CenteredScaling
{
    /// <inheritdoc/>
    public override double Reach => 1000;

    /// <inheritdoc/>
    public override LinearScaling Fit(ReadOnlySpan<double> sorted)
    {
        (double mean, double deviation) = StandardScaling.Moments(sorted);
        return new LinearScaling { Center = mean, Scale = deviation };
    }
}
