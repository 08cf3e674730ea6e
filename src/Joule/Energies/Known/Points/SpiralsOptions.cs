namespace Joule.Energies;

/// <summary>
/// Arms of an Archimedean spiral under normal noise, as a mixture along them (<see cref="GaussianMixtureEnergy"/>). The density along an
/// arm grows with the radius, so that states lie about evenly on it.
/// </summary>
[Named("spirals", "points in the plane: arms of a spiral under normal noise")]
public sealed record SpiralsOptions : KnownEnergyOptions
{
    /// <summary>How many arms there are.</summary>
    [Between(1, 16)]
    public int Arms { get; init; } = 2;

    /// <summary>How often an arm turns round.</summary>
    [Between(0.1, 16)]
    public double Turns { get; init; } = 1.5;

    /// <summary>The radius of the outer end.</summary>
    [Above(0)]
    public double Radius { get; init; } = 3;

    /// <summary>The standard deviation of the noise.</summary>
    [AtLeast(0.01)]
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        CurveCloud cloud = new(Deviation);
        double angle = 2 * Math.PI * Turns;
        for (int arm = 0; arm < Arms; arm++)
        {
            double start = 2 * Math.PI * arm / Arms;
            cloud.Add(
                t => (Radius * t * Math.Cos(start + angle * t), Radius * t * Math.Sin(start + angle * t)),
                Radius * Math.Sqrt(1 + angle * angle), t => 2 * t);
        }
        return cloud.ToEnergy();
    }
}
