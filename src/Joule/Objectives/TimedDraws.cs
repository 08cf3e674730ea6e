using Joule.Compute;

namespace Joule.Objectives;

/// <summary>What an objective between noise and data draws for a state.</summary>
internal enum TimedDraw
{
    /// <summary>The noise that it starts from, or that is added to it.</summary>
    Noise,

    /// <summary>Its time or noise level.</summary>
    Time,

    /// <summary>Its partner in a coupling.</summary>
    Partner,

    /// <summary>The noise from its level to the next.</summary>
    NextNoise,
}

/// <summary>The draws of objectives that train between noise and data: state i of an update has those of chain i.</summary>
internal static class TimedDraws
{
    /// <summary>One kind of draws of an update.</summary>
    public static RandomStream Of(TimedDraw draw, ulong seed, long update) =>
        new RandomStream(seed, RandomPurpose.TimedStates, (ulong)update).Part((int)draw);
}
