using Joule.Objectives;

namespace Joule.Runs;

/// <summary>
/// What follows from another objective in a configuration, so that <c>--set objective=NAME</c> is enough: an energy that it can train, and
/// the steps of its own way to sample. Keys that were set stay as they are.
/// </summary>
internal static class ObjectiveFit
{
    /// <summary>Fits a configuration to its objective, if that was changed.</summary>
    /// <param name="config">The configuration after all changes.</param>
    /// <param name="changed">The keys that were changed.</param>
    public static RunConfig Apply(RunConfig config, IReadOnlyCollection<string> changed)
    {
        if (!changed.Any(k => k is "objective" or "objective.type"))
            return config;
        if (!changed.Any(k => k is "energy" or "energy.type"))
            config = config with { Energy = config.Objective.EnergyFor(config.Energy) };
        TrainingChains? chains = config.Objective.ListChains();
        return chains?.SampleSteps is { } steps && !changed.Any(k => k.StartsWith("sampling", StringComparison.Ordinal))
            ? config with { Sampling = new SamplingOptions { Steps = steps } }
            : config;
    }
}
