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
    private readonly Tape _tape;
    private readonly DeviceBuffer[] _scratch;
    private readonly DeviceBuffer?[] _partials;
    private readonly ForwardWork _forward;
    private readonly ReverseWork _reverse;
    private readonly GradientWork _gradientTasks;
    private readonly FinishWork _finish;
    private readonly List<DeviceProgram> _launch = [];
    private readonly ProgramGroup _last = new();
    private readonly DeviceBuffer _gradient;
    private int _rows;

    internal NetworkPass(Network network, int capacity)
    {
        _network = network;
        _plan = network.Plan;
        _tape = new Tape(_plan, network.Device, capacity, TapeUse.Parameters);
        _scratch = new DeviceBuffer[network.Device.Lanes];
        for (int i = 0; i < _scratch.Length; i++)
            _scratch[i] = network.Device.Allocate(_plan.ScratchLength);
        _partials = new DeviceBuffer?[_plan.Operations.Count];
        for (int i = 0; i < _partials.Length; i++)
        {
            int length = _plan.Operations[i].PartialLength(capacity);
            _partials[i] = length == 0 ? null : network.Device.Allocate(length);
        }
        _gradient = network.Device.Allocate(_plan.ParameterLength);
        _forward = new ForwardWork(this);
        _reverse = new ReverseWork(this);
        _gradientTasks = new GradientWork(this);
        _finish = new FinishWork(this);
    }

    /// <summary>Largest number of rows.</summary>
    public int Capacity => _tape.Capacity;

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
        _rows = states.Count;
        _tape.Input = states;
        _tape.InputGradient = default;
        _launch.Clear();
        _launch.AddRange(before);
        _launch.Add(_forward);
        _network.Device.Launch(CollectionsMarshal.AsSpan(_launch));
        return _tape.Value(_plan.Output, 0, _rows);
    }

    /// <summary>Adds Σᵢₖ wᵢₖ ∇θ fₖ(xᵢ) to <see cref="ParameterGradient"/>.</summary>
    /// <param name="weights">One weight per value of the last <see cref="Forward"/>, row by row.</param>
    /// <param name="beside">
    /// Programs that run in the same launch once it can no longer be cancelled. They must not touch the gradient.
    /// </param>
    public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
    {
        if (weights.Length != _rows * _plan.OutputWidth)
        {
            throw new ArgumentException(
                $"The pass holds {_rows} rows of {Counted.Of(_plan.OutputWidth, "value")}; it was given {weights.Length} weights.");
        }
        _network.Device.Upload(weights, _tape.Gradient(_plan.Output, 0, _rows));
        _gradientTasks.Prepare(_rows);
        _last.Clear();
        _last.Add(_gradientTasks);
        foreach (DeviceProgram program in beside)
            _last.Add(program);
        _network.Device.Launch(_reverse, _last, _finish);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _tape.Dispose();
        _gradient.Dispose();
        foreach (DeviceBuffer buffer in _scratch)
            buffer.Dispose();
        foreach (DeviceBuffer? buffer in _partials)
            buffer?.Dispose();
    }

    private Rows Scratch(int lane) => _scratch[lane].AsRows(1, _plan.ScratchLength);

    private Rows Partials(int operation) => _partials[operation] is { } buffer ? buffer.AsRows(1, buffer.Length) : default;

    private sealed class ForwardWork(NetworkPass pass) : DeviceProgram
    {
        public override string Name => "a network's forward pass";

        public override int Count => pass._rows;

        public override int BlockRows => pass._plan.BlockRows;

        public override int LeastRows => pass._plan.LeastRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            for (int o = 0; o < pass._plan.Operations.Count; o++)
                pass._plan.Operations[o].Forward(pass._tape, pass._network.Parameters, start, count, pass.Scratch(lane));
        }
    }

    private sealed class ReverseWork(NetworkPass pass) : DeviceProgram
    {
        public override string Name => "a network's reverse pass";

        public override int Count => pass._rows;

        public override int BlockRows => pass._plan.BlockRows;

        public override int LeastRows => pass._plan.LeastRows;

        protected override void Run(int start, int count, int lane)
        {
            pass.Cancellation.ThrowIfCancellationRequested();
            for (int o = pass._plan.Operations.Count - 1; o >= 0; o--)
                pass._plan.Operations[o].Reverse(pass._tape, start, count, pass.Scratch(lane));
        }
    }

    private sealed class GradientWork(NetworkPass pass) : DeviceProgram
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
            Rows gradient = pass.ParameterGradient, partials = pass.Partials(o), scratch = pass.Scratch(lane);
            operation.GradientTask(pass._tape, pass._rows, start - _firstTask[o], gradient, partials, scratch);
        }
    }

    /// <summary>Sums the partial results of the gradient tasks, one operation at a time.</summary>
    private sealed class FinishWork(NetworkPass pass) : DeviceProgram
    {
        private readonly int[] _operations =
            [.. Enumerable.Range(0, pass._partials.Length).Where(o => pass._partials[o] is not null)];

        public override string Name => "the sums of a network's gradient";

        public override int Count => _operations.Length;

        protected override void Run(int start, int count, int lane)
        {
            int o = _operations[start];
            pass._plan.Operations[o].FinishGradient(pass._rows, pass.ParameterGradient, pass.Partials(o));
        }
    }
}
