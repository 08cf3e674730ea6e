namespace Joule.Energies;

/// <summary>Options of <see cref="TemperedEnergy"/>.</summary>
[Named("tempered", "another energy at a temperature: E/T")]
public sealed record TemperedOptions : ComposedOptions
{
    /// <summary>The energy.</summary>
    public required EnergyOptions Energy { get; init; }

    /// <summary>The temperature. Above 1 the density is flatter.</summary>
    [Above(0)]
    public double Temperature { get; init; } = 2;

    private protected override IReadOnlyList<EnergyOptions> PartOptions => [Energy];

    private protected override Energy Compose(IReadOnlyList<Energy> parts) =>
        new TemperedEnergy(parts[0], Temperature) { OwnsParts = true };
}
