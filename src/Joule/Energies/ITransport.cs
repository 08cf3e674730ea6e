using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy with a field that carries noise to its states: dx = v(x, t) dt takes a standard normal state at t = 0 to one of p at t = 1. It
/// is the field of the linear interpolant xₜ = (1 − t)x₀ + t·x₁ of independent noise x₀ and state x₁ (Lipman et al. 2023, arXiv:2210.02747;
/// Albergo and Vanden-Eijnden 2023, arXiv:2209.15571): v(x, t) = E[x₁ − x₀ | xₜ = x]. The score of xₜ follows from it: (t·v − x)/(1 − t).
/// </summary>
public interface ITransport
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>Evaluates v of n states on the calling thread, for use within a launch.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="times">The time of each, from 0 to 1.</param>
    /// <param name="velocity">Receives n rows, in units of the state per unit of time.</param>
    void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity);
}
