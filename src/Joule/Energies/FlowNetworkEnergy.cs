using System.Numerics.Tensors;
using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A family of potentials E(x, t) whose descent carries noise to data: the field is v(x, t) = −∇ₓE(x, t), as flow matching trains it. Such
/// a potential is no energy of its data: exp(−E(x, 1)) is not their density.
/// </summary>
/// <param name="network">A network from a state followed by its time, as a vector, to one number. The energy disposes it.</param>
/// <param name="space">The state space.</param>
/// <param name="interpolant">The interpolant that the field belongs to.</param>
/// <param name="time">The time of the energy itself, from 0 to 1.</param>
public sealed class FlowNetworkEnergy(Network network, StateSpace space, Interpolant interpolant, double time = 1)
    : TimedEnergy(network, space, time), ITransport
{
    /// <inheritdoc/>
    public Interpolant Interpolant => interpolant;

    /// <inheritdoc/>
    public void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity)
    {
        Check(states);
        if (velocity.Width != states.Width || velocity.Count < states.Count || times.Length < states.Count)
        {
            throw new InvalidInputException($"The field of {states.Count} states of {states.Width} numbers does not fit into "
                + $"{velocity.Count} rows of {velocity.Width}, or {times.Length} times are too few.");
        }
        Rows field = velocity.Slice(0, states.Count);
        Run(states, times, default, field);
        TensorPrimitives.Negate<float>(field.Span, field.Span);
    }
}
