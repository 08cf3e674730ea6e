namespace Joule.Evaluation;

/// <summary>The mean and the variance of every chain.</summary>
/// <param name="Means">The means.</param>
/// <param name="Variances">The variances, with n − 1; NaN for a single draw. Exactly 0 for a chain whose draws are all equal.</param>
internal sealed record ChainMoments(double[] Means, double[] Variances)
{
    /// <summary>The moments of the chains.</summary>
    public static ChainMoments Of(ChainDraws draws)
    {
        double[] means = new double[draws.Chains], variances = new double[draws.Chains];
        for (int chain = 0; chain < draws.Chains; chain++)
            (means[chain], variances[chain]) = Of(draws[chain]);
        return new ChainMoments(means, variances);
    }

    /// <summary>The mean and the variance, with n − 1, of some numbers.</summary>
    public static (double Mean, double Variance) Of(ReadOnlySpan<double> values)
    {
        // Sums are taken from the first value, so that equal values have themselves as their mean and no variance.
        double first = values[0], sum = 0, squares = 0;
        foreach (double value in values)
            sum += value - first;
        double mean = first + sum / values.Length;
        foreach (double value in values)
            squares += (value - mean) * (value - mean);
        return (mean, squares / (values.Length - 1));
    }
}
