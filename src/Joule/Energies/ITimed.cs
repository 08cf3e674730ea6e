using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy that belongs to a family E(x, t), such as the densities of data with less and less noise, or a potential whose gradient
/// carries noise to data. t is 0 for noise and 1 for data, as in <see cref="ITransport"/>. The energy itself is E(x, <see cref="Time"/>).
/// </summary>
public interface ITimed
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>The time of the energy itself, from 0 to 1.</summary>
    double Time { get; }

    /// <summary>
    /// The energy of states with their time: rows of <see cref="StateSpace.Width"/> + 1 floats, of which the last is t. It is
    /// <see cref="IDifferentiable"/> and <see cref="ITrainable"/>, and shares the parameters.
    /// </summary>
    Energy Extended { get; }

    /// <summary>Evaluates n states and ∇ₓE, each at a time of its own, on the calling thread, for use within a launch.</summary>
    /// <param name="states">n rows of <see cref="StateSpace.Width"/> floats.</param>
    /// <param name="times">The time of each, from 0 to 1.</param>
    /// <param name="energies">Receives n energies, in nats: at least n rows of width 1.</param>
    /// <param name="gradient">Receives n rows of ∇ₓE, in nats per unit of the state.</param>
    /// <exception cref="InvalidInputException">The rows do not fit.</exception>
    void Gradient(Rows states, ReadOnlySpan<double> times, Rows energies, Rows gradient);
}
