using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// A training pass: <see cref="Forward"/> keeps what reverse needs; the caller uses the values to choose one weight per value;
/// <see cref="Reverse"/> adds Σᵢₖ wᵢₖ ∇θ fₖ(xᵢ) to a gradient. It runs on all the device's workers and allocates nothing.
/// </summary>
public sealed class NetworkPass : IDisposable
{
    private readonly Network _network;
    private readonly NetworkPlan _plan;
    private readonly Workspace? _workspace;
    private readonly DeviceBuffer? _ends; // without a tape: outputs, then their weights
    private readonly ForwardWork _forward;
    private readonly ReverseWork _reverse;
    private readonly GradientWork? _gradientTasks;
    private readonly FinishWork? _finish;
    private readonly List<DeviceProgram> _launch = [];
    private readonly ProgramGroup _last = new();
    private readonly DeviceBuffer _gradient;
    private Rows _states;

    internal NetworkPass(Network network, int capacity)
    {
        _network = network;
        _plan = network.Plan;
        Capacity = capacity;
        _forward = new ForwardWork(this);
        _reverse = new ReverseWork(this);
        if (network.Device.RunsBodies)
        {
            _workspace = new Workspace(network, capacity);
            _gradientTasks = new GradientWork(this, _workspace);
            _finish = new FinishWork(this, _workspace);
        }
        else
        {
            _ends = network.Device.Allocate(2L * capacity * _plan.OutputWidth);
        }
        _gradient = network.Device.Allocate(_plan.ParameterLength);
    }

    /// <summary>Largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>
    /// Cancels <see cref="Forward"/> and <see cref="Reverse"/> between blocks of rows, before anything is added to the gradient.
    /// </summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The gradient with respect to all parameters, to which <see cref="Reverse"/> adds.</summary>
    public Rows ParameterGradient => _gradient.AsRows(1, _plan.ParameterLength);

    /// <summary>Evaluates the network on n rows and keeps what reverse needs. The rows must not change until then.</summary>
    /// <param name="states">n rows, at most <see cref="Capacity"/>.</param>
    /// <param name="before">Programs that run first in the same launch, for example those that write the rows.</param>
    /// <returns>The values in device memory, n rows of <see cref="NetworkPlan.OutputWidth"/>, valid until the next call.</returns>
    public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before)
    {
        if (states.Count > Capacity || states.Width != _plan.Input.Length)
        {
            throw new ArgumentException($"The pass takes up to {Capacity} rows of {_plan.Input.Length} floats; "
                + $"it was given {states.Count} of {states.Width}.");
        }
        _states = states;
        _workspace?.Begin(states);
        if (_workspace is null)
            Cancellation.ThrowIfCancellationRequested();
        _launch.Clear();
        _launch.AddRange(before);
        _launch.Add(_forward);
        _network.Device.Launch(CollectionsMarshal.AsSpan(_launch));
        return Outputs;
    }

    /// <summary>Adds Σᵢₖ wᵢₖ ∇θ fₖ(xᵢ) to <see cref="ParameterGradient"/>.</summary>
    /// <param name="weights">One weight per value of the last <see cref="Forward"/>, row by row.</param>
    /// <param name="beside">
    /// Programs that run in the same launch once it can no longer be cancelled. They must not touch the gradient.
    /// </param>
    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        if (weights.Length != _states.Count * _plan.OutputWidth)
        {
            throw new ArgumentException(
                $"The pass holds {_states.Count} rows of {Counted.Of(_plan.OutputWidth, "value")}; it was given {weights.Length} weights.");
        }
        _network.Device.Upload(weights, Weights);
        _last.Clear();
        if (_gradientTasks is not null)
        {
            _gradientTasks.Prepare(_states.Count);
            _last.Add(_gradientTasks);
        }
        foreach (DeviceProgram program in beside)
            _last.Add(program);
        if (_finish is not null)
        {
            _network.Device.Launch(_reverse, _last, _finish);
            return;
        }
        Cancellation.ThrowIfCancellationRequested();
        _network.Device.Launch(_reverse, _last);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _workspace?.Dispose();
        _ends?.Dispose();
        _gradient.Dispose();
    }

    private Rows Outputs => _workspace is null ? Ends(0) : _workspace.Tape.Value(_plan.Output, 0, _states.Count);

    private Rows Weights => _workspace is null ? Ends(1) : _workspace.Tape.Gradient(_plan.Output, 0, _states.Count);

    private Rows Ends(int half) => _ends!.AsRows(2 * Capacity, _plan.OutputWidth).Slice(half * Capacity, _states.Count);

    /// <summary>What the bodies of the programs need: the tape, and the memory of workers and of gradient tasks.</summary>
    private sealed class Workspace : IDisposable
    {
        private readonly NetworkPlan _plan;
        private readonly DeviceBuffer[] _scratch;
        private readonly DeviceBuffer?[] _partials;

        public Workspace(Network network, int capacity)
        {
            _plan = network.Plan;
            Tape = new Tape(_plan, network.Device, capacity, TapeUse.Parameters);
            _scratch = new DeviceBuffer[network.Device.Lanes];
            for (int i = 0; i < _scratch.Length; i++)
                _scratch[i] = network.Device.Allocate(_plan.ScratchLength);
            _partials = new DeviceBuffer?[_plan.Operations.Count];
            for (int i = 0; i < _partials.Length; i++)
            {
                int length = _plan.Operations[i].PartialLength(capacity);
                _partials[i] = length == 0 ? null : network.Device.Allocate(length);
            }
        }

        public Tape Tape { get; }

        public void Begin(Rows states) => (Tape.Input, Tape.InputGradient) = (states, default);

        public Rows Scratch(int lane) => _scratch[lane].AsRows(1, _plan.ScratchLength);

        public Rows Partials(int operation) => _partials[operation] is { } buffer ? buffer.AsRows(1, buffer.Length) : default;

        public int[] OperationsWithPartials() =>
            [.. Enumerable.Range(0, _partials.Length).Where(o => _partials[o] is not null)];

        public void Dispose()
        {
            Tape.Dispose();
            foreach (DeviceBuffer buffer in _scratch)
                buffer.Dispose();
            foreach (DeviceBuffer? buffer in _partials)
                buffer?.Dispose();
        }
    }

    private sealed class ForwardWork(NetworkPass pass) : DeviceProgram, INetworkForwardLaunch
    {
        Network INetworkForwardLaunch.Network => pass._network;

        Rows INetworkForwardLaunch.States => pass._states;

        Rows INetworkForwardLaunch.Outputs => pass.Outputs;

        public override string Name => "a network's forward pass";

        public override int Count => pass._states.Count;

        public override int BlockRows => pass._plan.BlockRows;

        public override int LeastRows => pass._plan.LeastRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            Workspace workspace = pass._workspace!;
            for (int o = 0; o < pass._plan.Operations.Count; o++)
                pass._plan.Operations[o].Forward(workspace.Tape, pass._network.Parameters, start, count, workspace.Scratch(lane));
        }
    }

    private sealed class ReverseWork(NetworkPass pass) : DeviceProgram, INetworkReverseLaunch
    {
        Network INetworkReverseLaunch.Network => pass._network;

        Rows INetworkReverseLaunch.States => pass._states;

        Rows INetworkReverseLaunch.Weights => pass.Weights;

        Rows INetworkReverseLaunch.Gradient => pass.ParameterGradient;

        public override string Name => "a network's reverse pass";

        public override int Count => pass._states.Count;

        public override int BlockRows => pass._plan.BlockRows;

        public override int LeastRows => pass._plan.LeastRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            Workspace workspace = pass._workspace!;
            for (int o = pass._plan.Operations.Count - 1; o >= 0; o--)
                pass._plan.Operations[o].Reverse(workspace.Tape, start, count, workspace.Scratch(lane));
        }
    }

    private sealed class GradientWork(NetworkPass pass, Workspace workspace) : DeviceProgram
    {
        private readonly int[] _firstTask = new int[pass._plan.Operations.Count + 1];

        public override string Name => "the gradient of a network's parameters";

        public override int Count => _firstTask[^1];

        public void Prepare(int rows)
        {
            for (int o = 0; o < pass._plan.Operations.Count; o++)
                _firstTask[o + 1] = _firstTask[o] + pass._plan.Operations[o].GradientTasks(rows);
        }

        protected override void Run(int start, int count, int lane)
        {
            int o = 0;
            while (start >= _firstTask[o + 1])
                o++;
            Operation operation = pass._plan.Operations[o];
            Rows gradient = pass.ParameterGradient, partials = workspace.Partials(o), scratch = workspace.Scratch(lane);
            operation.GradientTask(workspace.Tape, pass._states.Count, start - _firstTask[o], gradient, partials, scratch);
        }
    }

    /// <summary>Sums the partial results of the gradient tasks, one operation at a time.</summary>
    private sealed class FinishWork(NetworkPass pass, Workspace workspace) : DeviceProgram
    {
        private readonly int[] _operations = workspace.OperationsWithPartials();

        public override string Name => "the sums of a network's gradient";

        public override int Count => _operations.Length;

        protected override void Run(int start, int count, int lane)
        {
            int o = _operations[start];
            pass._plan.Operations[o].FinishGradient(pass._states.Count, pass.ParameterGradient, workspace.Partials(o));
        }
    }
}
