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
}
