using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// The adjustments of an attempt at a training, relative to its configuration, after earlier attempts diverged. Only attempts after the
/// first have factors other than 1.
/// </summary>
/// <param name="Attempt">The attempt, from 0. Each has its own random draws; attempt 0 draws from the seed itself.</param>
/// <param name="LearningRate">Factor of the learning rate. Above 0, at most 1.</param>
/// <param name="Regularization">Factor of the energy regularisation. At least 1.</param>
/// <param name="Steps">Factor of the chains' number of steps. At least 1.</param>
/// <param name="StepSize">Factor of the chains' step size, and of a noise scale that is set separately. Above 0, at most 1.</param>
public sealed record Adjustment(int Attempt, double LearningRate, double Regularization, double Steps, double StepSize = 1)
{
    // Energies beyond 1/(2α) do not pay (the weight 1 − 2α|E| changes sign there): this keeps them within ±50 nats.
    private const double LeastRegularization = 0.01;
    private const double LargestFactor = 1e6;

    /// <summary>No adjustments: the first attempt.</summary>
    public static Adjustment None { get; } = new(0, 1, 1, 1);

    /// <summary>The seed of this attempt's draws: the run's seed for attempt 0, or else one drawn from it.</summary>
    public ulong Seed(ulong run)
    {
        RandomStream stream = new(run, RandomPurpose.Attempts, (ulong)Attempt);
        return Attempt == 0 ? run : ((ulong)stream.Bits(0, 0) << 32) | stream.Bits(0, 1);
    }

    /// <summary>The energy regularisation of this attempt. A factor has no effect on 0, so it is applied to at least 0.01 / nat.</summary>
    /// <param name="configured">The configured value.</param>
    public double RegularizationOf(double configured) =>
        Regularization == 1 ? configured : Math.Max(configured, LeastRegularization) * Regularization;

    /// <summary>Whether every number is in range.</summary>
    internal bool Fits => Attempt is > 0 and < 1_000_000
        ? LearningRate is > 0 and <= 1 && Regularization is >= 1 and <= LargestFactor
            && Steps is >= 1 and <= LargestFactor && StepSize is > 0 and <= 1
        : this == None;

    /// <summary>Checks all ranges.</summary>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public void Validate()
    {
        if (!Fits)
        {
            throw new InvalidInputException($"A training cannot continue as {this}: attempt 0 has no factors other than 1; "
                + $"those of learning rate and step size lie in (0, 1], the others from 1 to {LargestFactor}.");
        }
    }
}
