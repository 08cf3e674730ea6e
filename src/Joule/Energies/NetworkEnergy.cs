using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy that is the output of a network.</summary>
public sealed class NetworkEnergy : Energy, IDifferentiable, ITrainable, IDisposable
{
    /// <summary>Creates the energy of a network.</summary>
    /// <param name="network">A network from a state to one number. The energy disposes it.</param>
    /// <param name="space">The state space; its shape must be the network's input.</param>
    /// <exception cref="InvalidInputException">The shapes differ, or the network does not give one number.</exception>
    public NetworkEnergy(Network network, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(space);
        if (network.Plan.Input != space.Shape)
            throw new InvalidInputException($"The network takes states of shape {network.Plan.Input}; the space has {space.Shape}.");
        if (network.Plan.OutputWidth != 1)
        {
            throw new InvalidInputException($"The network gives {network.Plan.Shapes[network.Plan.Output]} numbers for a state; "
                + "an energy is one number. End it with a dense layer of 1 output or with a sum layer.");
        }
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
    public override int LeastRows => Network.Plan.LeastRows;

    /// <inheritdoc/>
    public Device Device => Network.Device;

    /// <inheritdoc/>
    public Rows Parameters => Network.Parameters;

    /// <summary>How <see cref="Initialize"/> draws the weights.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Network.Evaluate(states, energies);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Network.Gradient(states, energies, gradient);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors => Network.Plan.Parameters;

    /// <inheritdoc/>
    public void Initialize(ulong seed) => Network.Initialize(seed, Initialization);

    /// <inheritdoc/>
    public void Commit() => Network.Commit();

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => Network.CommitProgram;

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new NetworkTrainingPass(Network.CreatePass(capacity));

    /// <inheritdoc/>
    public IDirectionalPass CreatePass(int capacity, int order) => new NetworkDirectionalPass(Network.CreatePass(capacity, order));

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();
}
