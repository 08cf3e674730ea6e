namespace Joule.Runs;

/// <summary>How many chains a <see cref="ChainRun"/> has, and how long they are.</summary>
public sealed record ChainPlan
{
    /// <summary>The number of chains.</summary>
    [Between(1, 100_000)]
    public int Chains { get; init; } = 4;

    /// <summary>Steps of the warm-up, which are not draws.</summary>
    [Between(0, 100_000_000)]
    public int WarmUp { get; init; } = 1000;

    /// <summary>Draws of each chain.</summary>
    [Between(1, 100_000_000)]
    public int Draws { get; init; } = 1000;

    /// <summary>Steps from one draw to the next.</summary>
    [Between(1, 1_000_000)]
    public int Thinning { get; init; } = 1;

    /// <summary>The seed of initial states, noise and proposals.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether the warm-up adapts the step size, and the masses where a sampler has them.</summary>
    public bool Adapts { get; init; } = true;
}
