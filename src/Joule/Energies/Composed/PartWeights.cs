namespace Joule.Energies;

/// <summary>The weights of a composed energy's parts.</summary>
internal static class PartWeights
{
    /// <summary>Checks weights.</summary>
    /// <param name="owner">What errors call the energy.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="weights">The weights; none where all are 1.</param>
    /// <param name="limit">What each must lie above.</param>
    /// <exception cref="InvalidInputException">There are not as many as parts, or one is out of range.</exception>
    public static double[] Of(string owner, IReadOnlyList<Energy> parts, IReadOnlyList<double>? weights, double limit)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (weights is null || weights.Count == 0)
            return [.. Enumerable.Repeat(1.0, parts.Count)];
        if (weights.Count != parts.Count)
        {
            throw new InvalidInputException($"{owner} was given {Counted.Of(weights.Count, "weight")} for "
                + $"{Counted.Of(parts.Count, "part")}; it needs one for each, or none for 1.");
        }
        if (!weights.All(w => w > limit && double.IsFinite(w)))
        {
            string least = double.IsFinite(limit) ? $"above {limit} and " : "";
            throw new InvalidInputException($"The weights of {owner} are {string.Join(", ", weights)}; each must be {least}finite.");
        }
        return [.. weights];
    }

    /// <summary>1/m for each of m parts.</summary>
    public static double[] Equal(IReadOnlyList<Energy> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return [.. Enumerable.Repeat(1.0 / parts.Count, parts.Count)];
    }
}
