using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy that is the output of a network.</summary>
public sealed class NetworkEnergy : DifferentiableEnergy, IDisposable
{
    /// <summary>Makes an energy of a network.</summary>
    /// <param name="network">A network from a state to one number. The energy disposes it.</param>
    /// <param name="space">The states; their shape must be the network's input.</param>
    /// <exception cref="InvalidInputException">The shapes differ.</exception>
    public NetworkEnergy(Network network, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(space);
        if (network.Plan.Input != space.Shape)
            throw new InvalidInputException($"The network takes states of shape {network.Plan.Input}; the space has {space.Shape}.");
        Network = network;
        Space = space;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <inheritdoc/>
    public override int BlockRows => Network.Plan.BlockRows;

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Span<float> energies)
    {
        Check(states);
        Network.Evaluate(states, energies);
    }

    /// <inheritdoc/>
    public override void Gradient(Rows states, Span<float> energies, Rows gradient)
    {
        Check(states);
        Network.Gradient(states, energies, gradient);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();
}
