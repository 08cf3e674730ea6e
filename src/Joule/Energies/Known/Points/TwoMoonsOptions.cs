namespace Joule.Energies;

/// <summary>
/// Two half circles of radius 1 that reach into each other, under normal noise, as a mixture along them
/// (<see cref="GaussianMixtureEnergy"/>).
/// </summary>
[Named("two_moons", "points in the plane: two interleaved half circles under normal noise")]
public sealed record TwoMoonsOptions : KnownEnergyOptions
{
    /// <summary>The standard deviation of the noise.</summary>
    [AtLeast(0.01)]
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new CurveCloud(Deviation)
        .Add(t => (Math.Cos(Math.PI * t), Math.Sin(Math.PI * t)), Math.PI)
        .Add(t => (1 - Math.Cos(Math.PI * t), 0.5 - Math.Sin(Math.PI * t)), Math.PI)
        .ToEnergy();
}
