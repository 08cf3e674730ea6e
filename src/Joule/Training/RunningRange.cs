namespace Joule.Training;

/// <summary>
/// The recent range of a figure: exponentially forgetting mean and mean absolute deviation. An outlier enters as a value at the edge of the
/// range, so that a figure that runs away does not take its range along. The caller provides the memory, so that it can be stored.
/// </summary>
internal static class RunningRange
{
    /// <summary>Size of the memory: the number of values, their mean, their mean deviation.</summary>
    public const int Length = 3;

    private const double Edge = 3; // mean deviations

    /// <summary>The mean.</summary>
    public static double Mean(ReadOnlySpan<double> range) => range[1];

    /// <summary>The mean deviation.</summary>
    public static double Deviation(ReadOnlySpan<double> range) => range[2];

    /// <summary>Adds a value.</summary>
    /// <param name="range">The memory.</param>
    /// <param name="value">A finite value.</param>
    /// <param name="window">Number of values remembered.</param>
    /// <param name="learning">Number of first values that enter unclamped.</param>
    public static void Add(Span<double> range, double value, int window, int learning)
    {
        double count = Math.Min(range[0] + 1, window);
        if (range[0] >= learning)
            value = Math.Clamp(value, range[1] - Edge * range[2], range[1] + Edge * range[2]);
        double off = Math.Abs(value - range[1]);
        range[1] += (value - range[1]) / count;
        range[2] += ((range[0] == 0 ? 0 : off) - range[2]) / count;
        range[0] = count;
    }
}
