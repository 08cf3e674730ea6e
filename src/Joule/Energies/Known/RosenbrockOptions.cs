namespace Joule.Energies;

/// <summary>Options of <see cref="RosenbrockEnergy"/>.</summary>
[Named("rosenbrock", "the hybrid Rosenbrock density: narrow curved ridges that hang together",
    paper: "Pagani, Wiegand and Nadarajah 2022, arXiv:1903.09556")]
public sealed record RosenbrockOptions : KnownEnergyOptions
{
    /// <summary>How many blocks hang on the first number.</summary>
    [Between(1, 1024)]
    public int Blocks { get; init; } = 1;

    /// <summary>Numbers in a block.</summary>
    [Between(1, 4)]
    public int Length { get; init; } = 1;

    /// <summary>The stiffness of the first number; its variance is 1/(2a).</summary>
    [Above(0)]
    public double A { get; init; } = 0.05;

    /// <summary>The stiffness of the ridge; every other number's variance round the square of the one before is 1/(2b).</summary>
    [Above(0)]
    public double B { get; init; } = 5;

    /// <summary>The mean of the first number.</summary>
    public double Mean { get; init; } = 1;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new RosenbrockEnergy(Blocks, Length, A, B, Mean);
}
