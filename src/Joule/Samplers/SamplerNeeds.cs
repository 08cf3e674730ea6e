using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>Checks of the domain that a sampler needs. The error names the sampler, the need and the states.</summary>
internal static class SamplerNeeds
{
    /// <summary>Real states, without walls or with walls shared by all numbers; there may be a single wall.</summary>
    /// <exception cref="InvalidInputException">The states are not real, or columns have their own walls.</exception>
    public static void RealStates(StateSpace space, string sampler)
    {
        if (!IsReal(space))
            throw Refused(sampler, "with walls that all numbers share or without walls", space);
    }

    /// <summary>Real states, without walls or with two finite walls shared by all numbers, as folding needs.</summary>
    /// <exception cref="InvalidInputException">The states are not real, have a single wall, or columns have their own walls.</exception>
    public static void RealStatesWithTwoWallsOrNone(StateSpace space, string sampler)
    {
        bool none = float.IsNegativeInfinity(space.Low) && float.IsPositiveInfinity(space.High);
        if (!IsReal(space) || !(none || space.HasWalls))
            throw Refused(sampler, "with two finite walls that all numbers share or without walls", space);
    }

    /// <summary>As <see cref="RealStates(StateSpace, string)"/>, for samplers whose options say what happens at walls.</summary>
    /// <exception cref="InvalidInputException">The states are not real, or columns have their own walls; or the walls are to be
    /// transformed, which the options' own method does.</exception>
    public static void RealStates(StateSpace space, string sampler, Walls walls)
    {
        if (walls == Walls.Transform && WallTransform.HasWalls(space) && space.IsContinuous)
        {
            throw new InvalidInputException($"{sampler} need states without walls where walls are to be transformed; the energy is "
                + $"defined on {space}. Create the sampler by the Create method of its options, which transforms them.");
        }
        if (!IsReal(space) && space.IsContinuous)
        {
            throw new InvalidInputException($"{sampler} need real states, with walls that all numbers share or without walls, "
                + $"since walls reflect; the energy is defined on {space}. Use walls=transform, where every number has its own walls.");
        }
        RealStates(space, sampler);
    }

    private static bool IsReal(StateSpace space) =>
        space.Domain is Domain.Real or Domain.Box || (space.Domain == Domain.Mixed && space.Columns!.All(c => c.Domain == Domain.Real));

    private static InvalidInputException Refused(string sampler, string walls, StateSpace space) =>
        new($"{sampler} need real states, {walls}; the energy is defined on {space}. Use another sampler, or an energy of real states.");
}
