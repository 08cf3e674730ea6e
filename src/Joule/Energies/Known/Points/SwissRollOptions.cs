namespace Joule.Energies;

/// <summary>
/// One spiral from an angle of 3π/2 to 9π/2, uniform in the angle, under normal noise: the swiss roll seen from its end, as a mixture along
/// it (<see cref="GaussianMixtureEnergy"/>).
/// </summary>
[Named("swiss_roll", "points in the plane: one rolled-up line under normal noise")]
public sealed record SwissRollOptions : KnownEnergyOptions
{
    /// <summary>The radius of the outer end.</summary>
    [Above(0)]
    public double Radius { get; init; } = 3;

    /// <summary>The standard deviation of the noise.</summary>
    [AtLeast(0.01)]
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        const double first = 1.5 * Math.PI, last = 4.5 * Math.PI;
        double scale = Radius / last;
        return new CurveCloud(Deviation).Add(Place, scale * (last - first) * Math.Sqrt(1 + last * last)).ToEnergy();

        (double X, double Y) Place(double u)
        {
            double angle = first + (last - first) * u;
            return (scale * angle * Math.Cos(angle), scale * angle * Math.Sin(angle));
        }
    }
}
