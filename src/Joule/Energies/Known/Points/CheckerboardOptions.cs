namespace Joule.Energies;

/// <summary>Options of <see cref="CheckerboardEnergy"/>.</summary>
[Named("checkerboard", "points in the plane: the black squares of a board under logistic noise")]
public sealed record CheckerboardOptions : KnownEnergyOptions
{
    /// <summary>Squares along an edge of the board; an even number.</summary>
    [Between(2, 64)]
    public int Squares { get; init; } = 4;

    /// <summary>The side of a square.</summary>
    [Above(0)]
    public double Side { get; init; } = 2;

    /// <summary>The scale of the logistic noise; its standard deviation is π/√3 times as large.</summary>
    [Above(0)]
    public double Scale { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new CheckerboardEnergy(Squares, Side, Scale);
}
