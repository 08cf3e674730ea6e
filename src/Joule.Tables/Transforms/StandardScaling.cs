namespace Joule.Tables;

/// <summary>(x − mean) / standard deviation.</summary>
[Named("standard", "the distance from the mean in standard deviations")]
public sealed record StandardScaling : CenteredScaling
{
    /// <inheritdoc/>
    public override StandardScaling Fit(ReadOnlySpan<double> sorted)
    {
        (double mean, double deviation) = Moments(sorted);
        return new StandardScaling { Center = mean, Scale = deviation };
    }

    /// <summary>
    /// Mean and standard deviation of numbers in ascending order, computed on a unit range: squares of very large or small numbers neither
    /// overflow nor underflow.
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
