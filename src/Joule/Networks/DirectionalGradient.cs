using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// The parameters' gradient of a directional pass: the sum over orders of the products of values and gradients, each order by the kernels
/// of ordinary training. The cut into tasks depends on the number of rows alone, and sums are taken in a fixed order.
/// </summary>
internal sealed class DirectionalGradient : IDisposable
{
    private readonly NetworkPlan _plan;
    private readonly TaylorTape _tape;
    private readonly DeviceBuffer[] _scratch;
    private readonly DeviceBuffer?[] _partials;
    private readonly DeviceBuffer _total;
    private readonly TaskWork _tasks;
    private readonly FinishWork _finish;
    private readonly ProgramGroup _group = new();
    private int _rows;

    public DirectionalGradient(Network network, TaylorTape tape, DeviceBuffer[] scratch)
    {
        _plan = network.Plan;
        (_tape, _scratch) = (tape, scratch);
        _partials = new DeviceBuffer?[_plan.Operations.Count];
        for (int o = 0; o < _partials.Length; o++)
        {
            int length = _plan.Operations[o].PartialLength(tape[0].Capacity);
            _partials[o] = length == 0 ? null : network.Device.Allocate(length);
        }
        BlockRows = _plan.Operations.Max(o => o.GradientRows) is > 0 and int rows ? rows : _plan.BlockRows;
        _total = network.Device.Allocate(_plan.ParameterLength);
        _tasks = new TaskWork(this);
        _finish = new FinishWork(this);
    }

    /// <summary>The gradient.</summary>
    public Rows Total => _total.AsRows(1, _plan.ParameterLength);

    /// <summary>Rows of a block of the pass: whole tasks of those operations whose tasks are made of rows.</summary>
    public int BlockRows { get; }

    /// <summary>Does the tasks of an operation that are made of rows, for the rows of a block, after its reverse.</summary>
    public void AddRows(Operation operation, int start, int count, int lane)
    {
        if (operation.GradientRows is not (> 0 and int each))
            return;
        for (int task = start / each; task * each < start + count; task++)
            Add(operation, task, lane);
    }

    /// <summary>Sets the rows of the next reverse pass.</summary>
    public void Prepare(int rows) => _rows = rows;

    /// <summary>Adds the programs to a launch: the other tasks, beside other programs, then the sums.</summary>
    public void AddTo(List<DeviceProgram> launch, int rows, ReadOnlySpan<DeviceProgram> beside)
    {
        _tasks.Prepare(rows);
        _group.Clear();
        _group.Add(_tasks);
        foreach (DeviceProgram program in beside)
            _group.Add(program);
        launch.Add(_group);
        launch.Add(_finish);
    }

    public void Dispose()
    {
        _total.Dispose();
        foreach (DeviceBuffer? buffer in _partials)
            buffer?.Dispose();
    }

    private void Add(Operation operation, int task, int lane)
    {
        Rows scratch = _scratch[lane].AsRows(1, _plan.ScratchLength), partials = Partials(operation.Index);
        for (int k = 0; k <= _tape.Last && k <= _tape.HighestRead(operation); k++)
            operation.GradientTask(_tape[k], _rows, task, Total, partials, scratch);
    }

    private Rows Partials(int operation) => _partials[operation] is { } buffer ? buffer.AsRows(1, buffer.Length) : default;

    private sealed class TaskWork(DirectionalGradient gradient) : DeviceProgram
    {
        private readonly int[] _firstTask = new int[gradient._plan.Operations.Count + 1];

        public override string Name => "the gradient of a network's parameters along directions";

        public override int Count => _firstTask[^1];

        public void Prepare(int rows)
        {
            for (int o = 0; o < gradient._plan.Operations.Count; o++)
            {
                Operation operation = gradient._plan.Operations[o];
                _firstTask[o + 1] = _firstTask[o] + (operation.GradientRows > 0 ? 0 : operation.GradientTasks(rows));
            }
        }

        protected override void Run(int start, int count, int lane)
        {
            int o = 0;
            while (start >= _firstTask[o + 1])
                o++;
            gradient.Add(gradient._plan.Operations[o], start - _firstTask[o], lane);
        }
    }

    /// <summary>Sums the partial results of the tasks, one operation at a time.</summary>
    private sealed class FinishWork(DirectionalGradient gradient) : DeviceProgram
    {
        private readonly int[] _operations =
            [.. Enumerable.Range(0, gradient._partials.Length).Where(o => gradient._partials[o] is not null)];

        public override string Name => "the sums of a network's gradient along directions";

        public override int Count => _operations.Length;

        protected override void Run(int start, int count, int lane)
        {
            int o = _operations[start];
            gradient._plan.Operations[o].FinishGradient(gradient._rows, gradient.Total, gradient.Partials(o));
        }
    }
}
