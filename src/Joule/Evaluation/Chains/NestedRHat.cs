namespace Joule.Evaluation;

/// <summary>
/// Nested R̂, for many short chains: chains that started at one place form a superchain, and R̂ compares the superchains, whose means are
/// exact enough after few draws (Margossian, Hoffman, Sountsov, Riou-Durand, Vehtari and Gelman 2022, arXiv:2110.13017).
/// </summary>
public static class NestedRHat
{
    /// <summary>
    /// √(1 + B/W): B is the variance of the superchains' means; W is the mean over superchains of the variance of their chains' means plus
    /// the mean variance of their chains (section 3 of the paper). Chains of a single draw and superchains of a single chain are fine, one
    /// of them at a time.
    /// </summary>
    /// <param name="draws">The draws: chains of one superchain are neighbours.</param>
    /// <param name="superchains">The number of superchains, at least 2: it divides the number of chains.</param>
    /// <returns>At least 1. NaN where all draws are equal; infinite where only superchains differ.</returns>
    /// <exception cref="InvalidInputException">
    /// The chains cannot be shared out, or nothing varies inside a superchain: one chain of one draw.
    /// </exception>
    public static double Of(ChainDraws draws, int superchains)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return Of(ChainMoments.Of(draws), draws.Draws, superchains);
    }

    /// <summary>Nested R̂ from the moments of the chains.</summary>
    internal static double Of(ChainMoments moments, long draws, int superchains)
    {
        int chains = moments.Means.Length;
        if (superchains < 2 || chains % superchains != 0)
        {
            throw new InvalidInputException($"{chains} chains cannot form {superchains} superchains: "
                + "give a number of at least 2 that divides the number of chains.");
        }
        int size = chains / superchains;
        if (size == 1 && draws == 1)
            throw new InvalidInputException("Superchains of one chain with one draw have no variance: take more chains or more draws.");
        double within = 0;
        double[] means = new double[superchains];
        for (int k = 0; k < superchains; k++)
        {
            (means[k], double between) = ChainMoments.Of(moments.Means.AsSpan(k * size, size));
            within += size > 1 ? between / superchains : 0;
            within += draws > 1 ? ChainMoments.Of(moments.Variances.AsSpan(k * size, size)).Mean / superchains : 0;
        }
        return Math.Sqrt(1 + ChainMoments.Of(means).Variance / within);
    }
}
