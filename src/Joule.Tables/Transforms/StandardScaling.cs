namespace Joule.Tables;

/// <summary>(x − mean) / standard deviation.</summary>
[Named("standard", "the distance from the mean in standard deviations")]
public sealed record StandardScaling : Scaling
{
    /// <summary>The mean of the training rows.</summary>
    public double Center { get; init; }

    /// <summary>Their standard deviation; above 0.</summary>
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    public override StandardScaling Fit(ReadOnlySpan<double> sorted)
    {
        (double mean, double deviation) = Moments(sorted);
        return new StandardScaling { Center = mean, Scale = deviation };
    }

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path) => CheckScale(problems, path, Scale);

    /// <inheritdoc/>
    protected override double Forward(double value) => (value - Center) / Scale;

    /// <inheritdoc/>
    protected override double Inverse(double z) => Center + (z * Scale);

    /// <summary>
    /// Mean and standard deviation of numbers in ascending order, exact in scale: squares of large or small numbers do not leave the range
    /// of a double.
    /// </summary>
    internal static (double Mean, double Deviation) Moments(ReadOnlySpan<double> sorted)
    {
        double low = sorted[0], range = sorted[^1] - low;
        double sum = 0, squares = 0;
        foreach (double value in sorted)
            sum += (value - low) / range;
        double mean = sum / sorted.Length;
        foreach (double value in sorted)
        {
            double apart = ((value - low) / range) - mean;
            squares += apart * apart;
        }
        return (low + (mean * range), Math.Sqrt(squares / sorted.Length) * range);
    }
}
