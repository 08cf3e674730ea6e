namespace Joule.Energies;

/// <summary>Options of <see cref="RastriginEnergy"/>.</summary>
[Named("rastrigin", "a bowl with a pit at every whole number, in a box", paper: "Rastrigin 1974, Systems of extremal control")]
public sealed record RastriginOptions : KnownEnergyOptions
{
    /// <summary>Numbers of a state.</summary>
    [Between(1, 65536)]
    public int Dimensions { get; init; } = 2;

    /// <summary>Half the height of the barriers between pits, in nats.</summary>
    [Between(0, 100)]
    public double Amplitude { get; init; } = 10;

    /// <summary>The box reaches from minus this to this.</summary>
    [Above(0)]
    [Between(0, 16)]
    public float Wall { get; init; } = 5.12f;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new RastriginEnergy(Dimensions, Amplitude, Wall);
}
