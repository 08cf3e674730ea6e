using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The energy of a classifier, E(x) = −ln Σₖ exp(fₖ(x)), where f are the outputs of a network, one per class. exp(fₖ(x)) is then the
/// unnormalised density of x and class k together, and p(k | x) the usual softmax (Grathwohl et al. 2020, ICLR, equations 5 to 7).
/// </summary>
public sealed class LogitEnergy : Energy, IDifferentiable, ITrainable, IClassifier, IDisposable
{
    private readonly WorkspacePool<DeviceBuffer> _logits;
    private readonly OutputWeights _slope;

    /// <summary>Creates the energy of a network.</summary>
    /// <param name="network">A network from a state to at least 2 numbers. The energy disposes it.</param>
    /// <param name="space">The state space; its shape must be the network's input.</param>
    /// <exception cref="InvalidInputException">The shapes differ, or the network gives one number.</exception>
    public LogitEnergy(Network network, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(space);
        if (network.Plan.Input != space.Shape)
            throw new InvalidInputException($"The network takes states of shape {network.Plan.Input}; the space has {space.Shape}.");
        if (network.Plan.OutputWidth < 2)
        {
            throw new InvalidInputException("The network gives 1 number for a state; a classifier needs one for each of at least 2 "
                + "classes. End it with a dense layer that has as many outputs as there are classes.");
        }
        (Network, Space) = (network, space);
        _slope = Slope;
        _logits = new WorkspacePool<DeviceBuffer>(
            2 * network.Device.Lanes, () => DeviceBuffer.OnHost((long)network.Plan.BlockRows * network.Plan.OutputWidth));
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
    public int Classes => Network.Plan.OutputWidth;

    /// <inheritdoc/>
    public Device Device => Network.Device;

    /// <inheritdoc/>
    public Rows Parameters => Network.Parameters;

    /// <summary>How <see cref="Initialize"/> draws the weights.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Tensors => Network.Plan.Parameters;

    /// <inheritdoc/>
    public DeviceProgram CommitProgram => Network.CommitProgram;

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        Run(states, energies, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        Run(states, energies, gradient.Slice(0, states.Count));
    }

    /// <inheritdoc/>
    public void Logits(Rows states, Rows logits)
    {
        Check(states);
        Network.Evaluate(states, logits);
    }

    /// <inheritdoc/>
    public void Initialize(ulong seed) => Network.Initialize(seed, Initialization);

    /// <inheritdoc/>
    public void Commit() => Network.Commit();

    /// <inheritdoc/>
    public ITrainingPass CreatePass(int capacity) => new LogitPass(this, Network.CreatePass(capacity));

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _logits.Dispose();
        Network.Dispose();
    }

    private void Slope(ReadOnlySpan<float> logits, Span<float> weights)
    {
        weights.Clear();
        for (int at = 0; at < logits.Length; at += Classes)
            Softmax.AddSlope(logits.Slice(at, Classes), 1, weights.Slice(at, Classes));
    }

    private void Run(Rows states, Rows energies, Rows gradient)
    {
        DeviceBuffer room = _logits.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += BlockRows)
            {
                int count = Math.Min(BlockRows, states.Count - start);
                Rows logits = room.AsRows(BlockRows, Classes).Slice(0, count);
                Network.Gradient(states.Slice(start, count), logits, gradient.Count == 0 ? default : gradient.Slice(start, count), _slope);
                for (int i = 0; i < count; i++)
                    energies[start + i][0] = Softmax.Energy(logits[i]);
            }
        }
        finally
        {
            _logits.Return(room, place);
        }
    }
}
