namespace Joule.Evaluation;

/// <summary>What a set of energies looks like, in nats.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, with n − 1; NaN for a single one.</param>
/// <param name="Min">The lowest.</param>
/// <param name="Max">The highest.</param>
public sealed record EnergyStatistics(int Count, double Mean, double Deviation, float Min, float Max)
{
    /// <summary>Describes energies.</summary>
    /// <param name="energies">At least one.</param>
    /// <param name="what">What they are called in an error, for example "energy of a test image".</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    /// <exception cref="DivergenceException">One is not finite.</exception>
    public static EnergyStatistics Of(ReadOnlySpan<float> energies, string what)
    {
        if (energies.IsEmpty)
            throw new InvalidInputException($"There is no {what} to describe; at least one is needed.");
        double sum = 0;
        float min = float.PositiveInfinity, max = float.NegativeInfinity;
        for (int i = 0; i < energies.Length; i++)
        {
            float energy = energies[i];
            if (!float.IsFinite(energy))
                throw new DivergenceException(what, 0, i, energy);
            sum += energy;
            min = Math.Min(min, energy);
            max = Math.Max(max, energy);
        }
        double mean = sum / energies.Length, squares = 0;
        foreach (float energy in energies)
            squares += (energy - mean) * (energy - mean);
        return new EnergyStatistics(energies.Length, mean, Math.Sqrt(squares / (energies.Length - 1)), min, max);
    }
}
