using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy with a field that carries noise to its states: dx = v(x, t) dt takes a state of noise at t = 0 to one of p at t = 1. It is the
/// field of an interpolant xₜ = α(t)·x₁ + σ(t)·x₀ of noise x₀ and state x₁: v(x, t) = E[α′x₁ + σ′x₀ | xₜ = x] (Lipman et al. 2023,
/// arXiv:2210.02747; Albergo and Vanden-Eijnden 2023, arXiv:2209.15571). The noise is that of <see cref="StateSpace.FillNoise"/>: standard
/// normal on real states, uniform in a box.
/// </summary>
/// <remarks>
/// The score of xₜ follows from v where the noise is normal and independent of the state (<see cref="InterpolantPoint.ScoreOfField"/>); for
/// the linear interpolant it is (t·v − x)/(1 − t).
/// </remarks>
public interface ITransport
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>The interpolant of the field.</summary>
    Interpolant Interpolant => Interpolant.Linear;

    /// <summary>Evaluates v of n states on the calling thread, for use within a launch.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="times">The time of each, from 0 to 1.</param>
    /// <param name="velocity">Receives n rows, in units of the state per unit of time.</param>
    void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity);
}
