namespace Joule.Energies;

/// <summary>Options of <see cref="EightSchoolsEnergy"/>.</summary>
[Named("eight_schools", "a posterior of ten numbers: the effect of coaching in eight schools",
    paper: "Rubin 1981, Journal of Educational Statistics 6")]
public sealed record EightSchoolsOptions : KnownEnergyOptions
{
    /// <summary>
    /// Whether a state holds the schools' effects themselves, which makes a funnel; else it holds them in deviations from their mean.
    /// </summary>
    public bool Centred { get; init; }

    /// <summary>
    /// The prior: `log_normal`, deviation 10 of the mean and a log-normal of the deviation, as in the Inference Gym; or `half_cauchy`,
    /// deviation 5 of the mean and a half-Cauchy of scale 5, as in posteriordb.
    /// </summary>
    public EightSchoolsPrior Prior { get; init; } = EightSchoolsPrior.LogNormal;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new EightSchoolsEnergy(Centred, Prior);
}
