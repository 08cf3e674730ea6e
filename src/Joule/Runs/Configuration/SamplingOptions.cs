using Joule.Samplers;

namespace Joule.Runs;

/// <summary>How samples are drawn from a trained model: chains from noise.</summary>
public sealed record SamplingOptions
{
    /// <summary>Steps of a chain. At least 0.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>The sampler. Null: the training's.</summary>
    public SamplerOptions? Sampler { get; init; }

    /// <summary>Adds to a list whatever is out of range.</summary>
    public void Validate(ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Steps is < 0 or > 10_000_000)
            problems.Add($"sampling.steps is {Steps}; it must lie between 0 and 10000000");
        Sampler?.Validate(problems, "sampling.sampler.");
    }
}
