using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>The sentinel's rule for the start of a training: is the noise smaller than the data? It only warns.</summary>
public static class StartRules
{
    /// <summary>The warnings at the start.</summary>
    /// <param name="options">The thresholds.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="dataNoise">Standard deviation of the noise that is added to the data, in units of the state.</param>
    /// <param name="width">The width of the states (<see cref="StateWidth"/>), in the same units.</param>
    public static IReadOnlyList<SentinelVerdict> Look(SentinelOptions options, Objective objective, double dataNoise, double width)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(objective);
        double share = Math.Max(dataNoise, objective.LeastNoise) / (width / Math.Sqrt(12));
        return options.Enabled && share > options.NoiseWarning
            ? [new SentinelVerdict(SentinelLevel.Warning, SentinelReason.NoiseDrowns, share, options.NoiseWarning)]
            : [];
    }
}
