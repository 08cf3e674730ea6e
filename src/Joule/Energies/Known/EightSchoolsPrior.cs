namespace Joule.Energies;

/// <summary>The prior of the <see cref="EightSchoolsEnergy"/>.</summary>
public enum EightSchoolsPrior
{
    /// <summary>μ ~ N(0, 5²) and τ half-Cauchy of scale 5, as in posteriordb.</summary>
    HalfCauchy,

    /// <summary>μ ~ N(0, 10²) and ln τ ~ N(5, 1), as in the Inference Gym.</summary>
    LogNormal,
}
