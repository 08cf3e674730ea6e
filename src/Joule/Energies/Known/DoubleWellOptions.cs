using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="DoubleWellEnergy"/>.</summary>
[Named("double_well", "independent double wells: height·(x² − b)² for each number")]
public sealed record DoubleWellOptions : KnownEnergyOptions
{
    /// <summary>Numbers of a state; n of them have 2ⁿ modes.</summary>
    [Between(1, 65536)]
    public int Dimensions { get; init; } = 2;

    /// <summary>The steepness of the wells, in nats per unit⁴. The barrier between them is height·b².</summary>
    [Above(0)]
    public float Height { get; init; } = 2;

    /// <summary>The square of the wells' place: the minima lie at ±√b.</summary>
    [Above(0)]
    public float B { get; init; } = 1;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new DoubleWellEnergy(Shape.Vector(Dimensions), Height, B);
}
