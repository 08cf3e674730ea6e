using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The energy E₀ where a path of energies begins: exact states can be drawn from exp(−E₀)/Z₀, and Z₀ is known.
/// </summary>
internal abstract class PathBase
{
    /// <summary>ln Z₀, in nats.</summary>
    public abstract double LogPartition { get; }

    /// <summary>Draws one exact state.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">Whose draws they are.</param>
    /// <param name="state">Receives the state.</param>
    public abstract void Sample(in RandomStream draws, uint chain, Span<float> state);

    /// <summary>E₀ of every state, in nats.</summary>
    /// <param name="states">The states.</param>
    /// <param name="energies">Receives a float64 for each.</param>
    public abstract void Evaluate(Rows states, Span<double> energies);

    /// <summary>Replaces energies by keep·E + own·E₀, and gradients likewise.</summary>
    /// <param name="states">The states.</param>
    /// <param name="keep">The factor of the energies and gradients that are there.</param>
    /// <param name="own">The factor of E₀.</param>
    /// <param name="energies">The energies.</param>
    /// <param name="gradient">The gradients; <c>default</c> if only energies are wanted.</param>
    public abstract void Blend(Rows states, double keep, double own, Rows energies, Rows gradient);

    /// <summary>The base of a path on a state space.</summary>
    /// <param name="given">The options of an energy; null for the space's own: normal without walls, uniform between walls.</param>
    /// <param name="deviation">The standard deviation of the normal one.</param>
    /// <param name="space">Real states without walls, or with two walls that all numbers share.</param>
    /// <exception cref="InvalidInputException">The energy cannot be a base, or has other states.</exception>
    public static PathBase Of(EnergyOptions? given, double deviation, StateSpace space)
    {
        if (given is not null)
            return EnergyBase.Of(given, space);
        return space.HasWalls ? new UniformBase(space) : new NormalBase(space.Width, deviation);
    }
}
