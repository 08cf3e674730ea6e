namespace Joule.Samplers;

/// <summary>The form of a sampler's inverse masses.</summary>
public enum MassMetric
{
    /// <summary>One inverse mass for every number of the state.</summary>
    Diagonal,

    /// <summary>A symmetric positive definite matrix.</summary>
    Dense,
}
