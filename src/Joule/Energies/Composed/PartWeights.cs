namespace Joule.Energies;

/// <summary>The weights of a composed energy's parts.</summary>
internal static class PartWeights
{
    /// <summary>Checks weights.</summary>
    /// <param name="owner">What errors call the energy.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="weights">The weights; none where all are 1.</param>
    /// <param name="limit">What each must lie above.</param>
    /// <exception cref="InvalidInputException">There are not as many as parts, or one is out of range.</exception>
    public static double[] Of(string owner, int parts, IReadOnlyList<double>? weights, double limit)
    {
        if (weights is null || weights.Count == 0)
            return [.. Enumerable.Repeat(1.0, parts)];
        if (weights.Count != parts)
        {
            throw new InvalidInputException($"{owner} was given {Counted.Of(weights.Count, "weight")} for "
                + $"{Counted.Of(parts, "part")}; it needs one for each, or none for 1.");
        }
        if (!weights.All(w => w > limit && double.IsFinite(w)))
        {
            string least = double.IsFinite(limit) ? $"above {limit} and " : "";
            throw new InvalidInputException($"The weights of {owner} are {string.Join(", ", weights)}; each must be {least}finite.");
        }
        return [.. weights];
    }
}
