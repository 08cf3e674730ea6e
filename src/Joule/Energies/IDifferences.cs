using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy of binary numbers or spins that gives the energy difference of each single flip, as Metropolis and locally informed samplers
/// need.
/// </summary>
public interface IDifferences
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <inheritdoc cref="Energy.BlockRows"/>
    int BlockRows { get; }

    /// <summary>Computes E(x with number i flipped) − E(x) for every number of n states, on the calling thread.</summary>
    /// <param name="states">n rows of states.</param>
    /// <param name="differences">Receives n rows of differences, in nats, as wide as a state.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Differences(Rows states, Rows differences);
}
