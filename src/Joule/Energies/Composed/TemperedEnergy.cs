namespace Joule.Energies;

/// <summary>E(x) = E₁(x)/T: another energy at a temperature. Above 1 the density is flatter.</summary>
/// <param name="part">The energy, with a gradient.</param>
/// <param name="temperature">T, above 0 and finite.</param>
public sealed class TemperedEnergy(Energy part, double temperature)
    : WeightedEnergy([part], [temperature > 0 && double.IsFinite(temperature) ? 1 / temperature
        : throw new InvalidInputException($"The temperature of an energy is {temperature}; it must be above 0 and finite.")])
{
    /// <summary>T.</summary>
    public double Temperature { get; } = temperature;
}
