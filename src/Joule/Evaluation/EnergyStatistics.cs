namespace Joule.Evaluation;

/// <summary>Statistics of a set of energies, in nats.</summary>
/// <param name="Count">Number of energies.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, with n − 1; NaN for a single energy.</param>
/// <param name="Min">The lowest energy.</param>
/// <param name="Max">The highest energy.</param>
public sealed record EnergyStatistics(int Count, double Mean, double Deviation, float Min, float Max)
{
    /// <summary>Computes the statistics of energies.</summary>
    /// <param name="energies">At least one.</param>
    /// <param name="what">Their name in errors, for example "energy of a test image".</param>
    /// <exception cref="InvalidInputException">There are no energies.</exception>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
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
