namespace Joule.Evaluation;

/// <summary>
/// Nested R̂, for many short chains. Chains with the same initial state form a superchain, and R̂ compares the superchains: the mean of a
/// superchain is precise after few draws (Margossian, Hoffman, Sountsov, Riou-Durand, Vehtari and Gelman 2022, arXiv:2110.13017).
/// </summary>
public static class NestedRHat
{
    /// <summary>
    /// √(1 + B/W): B is the variance of the superchains' means; W is the mean over superchains of the variance of their chains' means plus
    /// the mean variance within their chains (section 3 of the paper). The first part is 0 for superchains of a single chain, the second
    /// for chains of a single draw.
    /// </summary>
    /// <param name="draws">The draws; the chains of a superchain are consecutive.</param>
    /// <param name="superchains">The number of superchains: at least 2, and a divisor of the number of chains.</param>
    /// <returns>At least 1. NaN where all draws are equal; infinite where only superchains differ.</returns>
    /// <exception cref="InvalidInputException">
    /// The number of superchains is out of range, or a superchain is a single draw.
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
