namespace Joule.Training;

/// <summary>
/// The recent range of a figure: its mean and its mean deviation over a window that forgets. A value far outside enters as one at the edge, so that a figure
/// that runs away does not take its range along. Its numbers lie in the memory of whoever asks, so that they can be stored.
/// </summary>
internal static class RunningRange
{
    /// <summary>Numbers that a range needs: how many values, their mean, their mean deviation.</summary>
    public const int Length = 3;

    private const double Edge = 3; // mean deviations

    /// <summary>The mean.</summary>
    public static double Mean(ReadOnlySpan<double> range) => range[1];

    /// <summary>The mean deviation.</summary>
    public static double Deviation(ReadOnlySpan<double> range) => range[2];

    /// <summary>Takes note of a value.</summary>
    /// <param name="range">The numbers.</param>
    /// <param name="value">A finite value.</param>
    /// <param name="window">How many values are remembered.</param>
    /// <param name="learning">How many of the first values enter whole, however far outside.</param>
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
