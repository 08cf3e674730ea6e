namespace Joule.Energies;

/// <summary>E(x) = E₁(x)/T: another energy at a temperature. What is known of normal distributions stays known.</summary>
public sealed class TemperedEnergy : ComposedEnergy, IKnown
{
    /// <summary>Creates the energy.</summary>
    /// <param name="part">The energy, with a gradient.</param>
    /// <param name="temperature">T, above 0 and finite. Above 1 the density is flatter.</param>
    /// <exception cref="InvalidInputException">The energy has no gradient, or the temperature is out of range.</exception>
    public TemperedEnergy(Energy part, double temperature) : base([part])
    {
        if (!(temperature > 0) || !double.IsFinite(temperature))
            throw new InvalidInputException($"The temperature of an energy is {temperature}; it must be above 0 and finite.");
        Temperature = temperature;
    }

    /// <summary>T.</summary>
    public double Temperature { get; }

    /// <summary>ln Z₁ + n/2·ln T for a normal distribution; that of the part at T = 1; else unknown.</summary>
    public double? LogPartition => Same?.LogPartition + (Temperature == 1 ? 0 : 0.5 * Space.Width * Math.Log(Temperature));

    // The part whose answers carry over. The lowest energy of these normal distributions is 0.
    private IKnown? Same =>
        Temperature == 1 || Parts[0] is CorrelatedGaussianEnergy or GaussianEnergy or HarmonicEnergy ? Parts[0] as IKnown : null;

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return Same?.Mean(number);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return Temperature * Same?.Covariance(number, other);
    }

    /// <inheritdoc/>
    protected override double Combine(ReadOnlySpan<float> energies, Span<double> slopes)
    {
        slopes[0] = 1 / Temperature;
        return energies[0] / Temperature;
    }
}
