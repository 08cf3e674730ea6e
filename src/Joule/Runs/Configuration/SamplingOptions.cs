using Joule.Samplers;

namespace Joule.Runs;

/// <summary>How samples are drawn from a trained model: chains from noise.</summary>
public sealed record SamplingOptions
{
    /// <summary>Steps of a chain.</summary>
    [Between(0, 10_000_000)]
    public int Steps { get; init; } = 300;

    /// <summary>The sampler. Null: the training sampler.</summary>
    public SamplerOptions? Sampler { get; init; }
}
