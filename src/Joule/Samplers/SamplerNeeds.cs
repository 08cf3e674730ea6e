using Joule.States;

namespace Joule.Samplers;

/// <summary>The domains that samplers can walk. An error names the sampler, what it needs and what the states are.</summary>
internal static class SamplerNeeds
{
    /// <summary>Real states, each number with the same walls or with none. A chain may be clamped at a single wall.</summary>
    /// <exception cref="InvalidInputException">The states are not real, or columns have walls of their own.</exception>
    public static void RealStates(StateSpace space, string sampler)
    {
        if (!IsReal(space))
            throw Refused(sampler, "with walls that all numbers share or without walls", space);
    }

    /// <summary>Real states, between two finite walls that all numbers share or without walls: what a reflection can deal with.</summary>
    /// <exception cref="InvalidInputException">The states are not real, have one wall only, or columns have walls of their own.</exception>
    public static void RealStatesWithTwoWallsOrNone(StateSpace space, string sampler)
    {
        bool none = float.IsNegativeInfinity(space.Low) && float.IsPositiveInfinity(space.High);
        if (!IsReal(space) || !(none || space.HasWalls))
            throw Refused(sampler, "with two finite walls that all numbers share or without walls", space);
    }

    private static bool IsReal(StateSpace space) =>
        space.Domain is Domain.Real or Domain.Box || (space.Domain == Domain.Mixed && space.Columns!.All(c => c.Domain == Domain.Real));

    private static InvalidInputException Refused(string sampler, string walls, StateSpace space) =>
        new($"{sampler} need real states, {walls}; the energy is defined on {space}. Use another sampler, or an energy of real states.");
}
