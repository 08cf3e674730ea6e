using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy whose numbers fall into groups that can be drawn together given all others, as block Gibbs sampling needs (Geman and Geman
/// 1984). A sweep draws each group in turn and leaves p(x) ∝ exp(−E(x)/T) invariant. A machine with hidden units draws them in between.
/// </summary>
public interface IConditionals
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <inheritdoc cref="Energy.BlockRows"/>
    int BlockRows { get; }

    /// <summary>Number of groups, at least 1. Every number of a state belongs to exactly one.</summary>
    int Groups { get; }

    /// <summary>Draws the numbers of one group from their distribution given all others, in place, on the calling thread.</summary>
    /// <param name="group">The group, from 0 to <see cref="Groups"/> − 1.</param>
    /// <param name="states">n rows of states.</param>
    /// <param name="draws">
    /// The random draws of this sweep. Number i of row r uses draw i of chain <paramref name="firstChain"/> + r; hidden units use draws
    /// from <see cref="StateSpace.Width"/> on.
    /// </param>
    /// <param name="firstChain">The chain of the first row.</param>
    /// <param name="temperature">T, above 0.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Resample(int group, Rows states, in RandomStream draws, uint firstChain, float temperature = 1);
}
