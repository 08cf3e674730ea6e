using Joule.Energies;
using Joule.States;

namespace Joule.Samplers;

/// <summary>What samplers ask of an energy when they are made. An error names the sampler, what it needs and what the energy is.</summary>
internal static class SamplerNeeds
{
    /// <summary>The energy's gradient.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="sampler">The sampler in the plural, for example <c>Langevin dynamics</c>.</param>
    /// <exception cref="InvalidInputException">The energy has no gradient.</exception>
    public static DifferentiableEnergy Gradient(Energy energy, string sampler)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return energy as DifferentiableEnergy ?? throw new InvalidInputException(
            $"{sampler} need the energy's gradient; {energy.GetType().Name} has none. Give it one (derive from {nameof(DifferentiableEnergy)}), or use a sampler that needs none.");
    }

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
