namespace Joule.Energies;

/// <summary>Moments of the normal distribution.</summary>
internal static class NormalMoments
{
    /// <summary>The mean of xᵏ for x ~ N(mean, variance).</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="variance">The variance.</param>
    /// <param name="order">k, from 0 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 0 or above 4.</exception>
    public static double Of(double mean, double variance, int order) => order switch
    {
        0 => 1,
        1 => mean,
        2 => mean * mean + variance,
        3 => mean * (mean * mean + 3 * variance),
        4 => mean * mean * (mean * mean + 6 * variance) + 3 * variance * variance,
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "The order of a moment lies between 0 and 4."),
    };
}
