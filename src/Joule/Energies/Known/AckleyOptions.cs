namespace Joule.Energies;

/// <summary>Options of <see cref="AckleyEnergy"/>.</summary>
[Named("ackley", "a narrow pit in a wide, rippled plain, in a box", paper: "Ackley 1987, A Connectionist Machine for Genetic Hillclimbing")]
public sealed record AckleyOptions : KnownEnergyOptions
{
    /// <summary>Numbers of a state; the answers are known up to two.</summary>
    [Between(1, 65536)]
    public int Dimensions { get; init; } = 2;

    /// <summary>What the energy is multiplied with, in nats; the pit is about 22 times as deep.</summary>
    [Above(0)]
    [Between(0, 10)]
    public double Height { get; init; } = 1;

    /// <summary>The box reaches from minus this to this.</summary>
    [Above(0)]
    [Between(0, 33)]
    public float Wall { get; init; } = 5;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new AckleyEnergy(Dimensions, Height, Wall);
}
