namespace Joule.Samplers;

/// <summary>
/// What a warm-up learns from annealing runs: values of β between which weights change alike, and a step size for each (Syed,
/// Bouchard-Côté, Chern and Doucet, "Optimised annealed sequential Monte Carlo samplers", 2024, arXiv:2408.12057).
/// </summary>
internal static class AnnealingLesson
{
    private const double LeastLength = 1e-3; // so that every pair of neighbours has some way between them
    private const double Least = 0.1, Most = 0.97;
    private const double SmallestScale = 1e-6, LargestScale = 1e6;

    /// <summary>
    /// The length of the path from βₖ₋₁ to βₖ: √ln(E[g²]/E[g]²) for the changes g of weights, which for small changes is the standard
    /// deviation of ln g. The lengths add up to that of the whole path, L, whatever the ladder; with good moves, and K pieces of equal
    /// length, the variance of ln w is about L²/K.
    /// </summary>
    /// <param name="changes">The sums of g, as in <see cref="WeightSums"/>.</param>
    public static double Length(ReadOnlySpan<double> changes) =>
        changes[1] > 0 ? Math.Sqrt(Math.Max(0, Math.Log(changes[3] / WeightSums.EffectiveCount(changes)))) : 0;

    /// <summary>Moves the values of β so that all pieces have the same length, and adapts the step sizes to an acceptance.</summary>
    /// <param name="shares">β₁ … β_K.</param>
    /// <param name="scales">The factor of the step size at each.</param>
    /// <param name="tally">What the runs with these did.</param>
    /// <param name="target">The acceptance to adapt to; null to leave step sizes.</param>
    /// <param name="newShares">Receives β₁ … β_K.</param>
    /// <param name="newScales">Receives the factors.</param>
    public static void Learn(IReadOnlyList<double> shares, IReadOnlyList<double> scales, in AnnealingTally tally, double? target,
        Span<double> newShares, Span<double> newScales)
    {
        int count = shares.Count;
        double[] lengths = new double[count], logs = new double[count];
        for (int k = 0; k < count; k++)
        {
            double acceptance = tally.Acceptance(k + 1);
            lengths[k] = Math.Max(Length(tally.Changes(k + 1)), LeastLength);
            logs[k] = Math.Log(scales[k]) + (target is { } t && !double.IsNaN(acceptance) ? Growth(acceptance, t) : 0);
        }
        double whole = lengths.Sum(), before = 0;
        int piece = 0;
        for (int k = 0; k < count; k++)
        {
            double wanted = whole * (k + 1) / count;
            while (piece < count - 1 && before + lengths[piece] < wanted)
                before += lengths[piece++];
            double part = Math.Min(1, (wanted - before) / lengths[piece]), low = piece == 0 ? 0 : shares[piece - 1];
            newShares[k] = low + part * (shares[piece] - low);
            double log = logs[Math.Max(0, piece - 1)] * (1 - part) + logs[piece] * part;
            newScales[k] = Math.Clamp(Math.Exp(log), SmallestScale, LargestScale);
        }
        newShares[^1] = 1;
    }

    /// <summary>
    /// How far the logarithm of a step size goes in a lesson. Near the target, an acceptance falls by 0.65 per unit of ln ε in many
    /// dimensions (Neal 2011, section 5.4.4) and by 2 in a few that are stiff: a gain of 1 leaps over neither. Where next to nothing is
    /// accepted, or everything, the acceptance does not say how far it is.
    /// </summary>
    private static double Growth(double acceptance, double target) =>
        acceptance < Least ? -Math.Log(4) : acceptance > Most ? Math.Log(2) : acceptance - target;
}
