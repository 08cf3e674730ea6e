using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// A network over parameters that belong to somebody else, for example the decoder of an autoencoder. <see cref="Pack"/> makes changed
/// parameters take effect; apart from that, any number of threads may use it.
/// </summary>
internal sealed class PartNetwork : IDisposable
{
    private readonly Device _device;
    private readonly Rows _parameters;
    private readonly WorkspacePool<NetworkPullback> _workspaces;

    /// <summary>Compiles the network; it starts with the packed form of zero parameters.</summary>
    /// <param name="device">The device.</param>
    /// <param name="input">The shape of a row.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="parameters">The memory that starts with the network's parameters, in order.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public PartNetwork(Device device, Shape input, IReadOnlyList<Layer> layers, Rows parameters)
    {
        (_device, _parameters) = (device, parameters);
        Plan = new NetworkPlan(input, layers, parameters.Length);
        _workspaces = new WorkspacePool<NetworkPullback>(2 * device.Lanes, () => new NetworkPullback(Plan, _device, _parameters));
    }

    /// <summary>The compiled plan.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Does one of <see cref="NetworkPlan.PackTasks"/> tasks.</summary>
    public void Pack(int task)
    {
        int o = 0;
        for (; task >= Plan.Operations[o].PackTasks; o++)
            task -= Plan.Operations[o].PackTasks;
        Plan.Operations[o].Pack(_parameters, task);
    }

    /// <summary>Computes the outputs of some rows on the calling thread.</summary>
    public void Evaluate(Rows inputs, Rows outputs)
    {
        NetworkPullback workspace = Rent(out int place);
        try
        {
            for (int start = 0; start < inputs.Count; start += Plan.BlockRows)
            {
                int count = Math.Min(Plan.BlockRows, inputs.Count - start);
                workspace.Forward(inputs.Slice(start, count)).Span.CopyTo(outputs.Slice(start, count).Span);
            }
        }
        finally
        {
            Return(workspace, place);
        }
    }

    /// <summary>Takes memory for one thread; give it back by <see cref="Return"/>.</summary>
    public NetworkPullback Rent(out int place) => _workspaces.Rent(out place);

    /// <summary>Takes the memory back.</summary>
    public void Return(NetworkPullback workspace, int place) => _workspaces.Return(workspace, place);

    /// <summary>Frees packed weights and workspaces.</summary>
    public void Dispose()
    {
        _workspaces.Dispose();
        foreach (Operation operation in Plan.Operations)
            operation.Dispose();
    }
}

/// <summary>
/// One thread's memory to evaluate a network on a block of rows and to carry gradients from its outputs back to its inputs.
/// </summary>
internal sealed class NetworkPullback(NetworkPlan plan, Device device, Rows parameters) : IDisposable
{
    private readonly Tape _tape = new(plan, device, plan.BlockRows, TapeUse.States);
    private readonly DeviceBuffer _scratch = device.Allocate(plan.ScratchLength);
    private readonly DeviceBuffer _outputs = device.Allocate((long)plan.BlockRows * plan.OutputWidth);
    private readonly DeviceBuffer _gradients = device.Allocate((long)plan.BlockRows * plan.OutputWidth);

    /// <summary>Computes the outputs of up to <see cref="NetworkPlan.BlockRows"/> rows, valid until the next call.</summary>
    public Rows Forward(Rows inputs)
    {
        _tape.Input = inputs;
        _tape.InputGradient = default;
        for (int o = 0; o < plan.Operations.Count; o++)
            plan.Operations[o].Forward(_tape, parameters, 0, inputs.Count, Scratch);
        Rows outputs = All(_outputs).Slice(0, inputs.Count);
        _tape.Value(plan.Output, 0, inputs.Count).Span.CopyTo(outputs.Span);
        return outputs;
    }

    /// <summary>Room for the gradient of the outputs of the last <see cref="Forward"/>.</summary>
    public Rows OutputGradient => All(_gradients).Slice(0, _tape.Input.Count);

    /// <summary>Computes the gradient of the inputs from <see cref="OutputGradient"/>, once for each <see cref="Forward"/>.</summary>
    public void Reverse(Rows inputGradient)
    {
        int count = _tape.Input.Count;
        _tape.InputGradient = inputGradient;
        OutputGradient.Span.CopyTo(_tape.Gradient(plan.Output, 0, count).Span);
        for (int o = plan.Operations.Count - 1; o >= 0; o--)
            plan.Operations[o].Reverse(_tape, 0, count, Scratch);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _tape.Dispose();
        _scratch.Dispose();
        _outputs.Dispose();
        _gradients.Dispose();
    }

    private Rows Scratch => _scratch.AsRows(1, plan.ScratchLength);

    private Rows All(DeviceBuffer buffer) => buffer.AsRows(plan.BlockRows, plan.OutputWidth);
}
