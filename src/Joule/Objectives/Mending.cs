using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// How an attempt at a training differs from its configuration, after earlier attempts went wrong. Factors other than 1 belong to attempts after the first.
/// </summary>
/// <param name="Attempt">Which attempt, from 0. Every attempt has random draws of its own; those of attempt 0 are the draws of the seed itself.</param>
/// <param name="LearningRate">What the learning rate is multiplied with. Above 0, at most 1.</param>
/// <param name="Regularization">What the energy regularisation is multiplied with. At least 1.</param>
/// <param name="Steps">What the number of steps of the chains is multiplied with. At least 1.</param>
/// <param name="StepSize">What the chains' step size is multiplied with, and their noise scale where it is set apart. Above 0, at most 1.</param>
public sealed record Mending(int Attempt, double LearningRate, double Regularization, double Steps, double StepSize = 1)
{
    // Half the inverse of α bounds the energies that pay (the weight 1 − 2α|E| changes its sign there): this holds them within ±50 nats.
    private const double LeastRegularization = 0.01;
    private const double LargestFactor = 1e6;

    /// <summary>The first attempt: exactly the configuration.</summary>
    public static Mending None { get; } = new(0, 1, 1, 1);

    /// <summary>The seed of this attempt's draws: that of the run for attempt 0, one drawn from it for every other.</summary>
    public ulong Seed(ulong run)
    {
        RandomStream stream = new(run, RandomPurpose.Attempts, (ulong)Attempt);
        return Attempt == 0 ? run : ((ulong)stream.Bits(0, 0) << 32) | stream.Bits(0, 1);
    }

    /// <summary>The energy regularisation of this attempt. A factor cannot make anything of 0, so a mended one starts from at least 0.01 / nat.</summary>
    /// <param name="configured">That of the configuration.</param>
    public double RegularizationOf(double configured) =>
        Regularization == 1 ? configured : Math.Max(configured, LeastRegularization) * Regularization;

    /// <summary>Whether every number is in range.</summary>
    internal bool Fits => Attempt is > 0 and < 1_000_000
        ? LearningRate is > 0 and <= 1 && Regularization is >= 1 and <= LargestFactor && Steps is >= 1 and <= LargestFactor && StepSize is > 0 and <= 1
        : this == None;

    /// <summary>Raises an error where a number is out of range.</summary>
    /// <exception cref="InvalidInputException">It is.</exception>
    public void Validate()
    {
        if (!Fits)
            throw new InvalidInputException($"A training cannot go on as {this}: attempt 0 has no factors but 1; those of learning rate and step size lie in (0, 1], the others from 1 to {LargestFactor}.");
    }
}
