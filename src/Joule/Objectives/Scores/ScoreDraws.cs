using Joule.Compute;

namespace Joule.Objectives;

/// <summary>The random draws of objectives of the score. Only one objective draws in a run, and a step is an update.</summary>
internal static class ScoreDraws
{
    /// <summary>The stream of an update's noise: row i of the batch draws as chain i.</summary>
    public static RandomStream Noise(ulong seed, long update) => new(seed, RandomPurpose.ScoreNoise, (ulong)update);

    /// <summary>The stream of an update's noise levels or times.</summary>
    public static RandomStream Levels(ulong seed, long update) => Noise(seed, update).Part(0);
}
