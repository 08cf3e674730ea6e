using Joule.Samplers;

namespace Joule.Runs;

/// <summary>How samples are drawn from a trained model: chains from uniform noise.</summary>
public sealed record SamplingOptions
{
    /// <summary>Langevin steps of a chain. At least 0.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>The chain. That of the training where it is not given.</summary>
    public LangevinOptions? Chain { get; init; }

    /// <summary>Adds to a list whatever is out of range.</summary>
    public void Validate(ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Steps is < 0 or > 10_000_000)
            problems.Add($"sampling.steps is {Steps}; it must lie between 0 and 10000000");
        List<string> chain = [];
        Chain?.Validate(chain, "sampling.chain.");
        foreach (string problem in chain)
            problems.Add(problem);
    }
}
