namespace Joule.Objectives;

/// <summary>
/// Options of a control that ties the speeds of weights and chains to the measured lag (<see cref="ChainLag"/>). Above the target, the
/// learning rate falls with a power of the lag and the chains' step size grows in proportion to it, both within limits; below, both are as
/// configured.
/// </summary>
public sealed record LagControlOptions
{
    /// <summary>Whether the control acts.</summary>
    public bool Enabled { get; init; }

    /// <summary>Lag from which the control acts, in nats.</summary>
    [Above(0)]
    public double Target { get; init; } = 0.1;

    /// <summary>The learning rate is multiplied by (target / lag) to this power. 0: it stays as configured.</summary>
    [Between(0, 8)]
    public double RatePower { get; init; } = 2;

    /// <summary>Least factor of the learning rate.</summary>
    [Above(0), Between(0, 1)]
    public double LeastRate { get; init; } = 0.1;

    /// <summary>Largest factor of the chains' step size, which grows as lag / target. 1: it stays as configured.</summary>
    [Between(1, 16)]
    public double MostStepSize { get; init; } = 2;

    /// <summary>The factor of the learning rate at a lag, continuous in it.</summary>
    /// <param name="lag">The lag, in nats.</param>
    public double RateFactor(double lag) => lag > Target ? Math.Max(LeastRate, Math.Pow(Target / lag, RatePower)) : 1;

    /// <summary>The factor of the chains' step size at a lag, continuous in it.</summary>
    /// <param name="lag">The lag, in nats.</param>
    public double StepSizeFactor(double lag) => lag > Target ? Math.Min(MostStepSize, lag / Target) : 1;
}
