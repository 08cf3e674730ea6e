using Joule.Compute;

namespace Joule.Networks;

/// <summary>What an evaluation computes, and so needs memory for.</summary>
internal enum TapeUse
{
    /// <summary>The gradient of the parameters: values, their gradients and kept data all have their own places.</summary>
    Parameters,

    /// <summary>
    /// The gradient of the state alone: values with disjoint lifetimes share a place, and gradients use the places of values.
    /// </summary>
    States,

    /// <summary>Values alone, in shared places.</summary>
    Values,
}

/// <summary>
/// The memory of one evaluation, for up to <see cref="Capacity"/> rows: every value and, as needed, its gradient and what operations keep.
/// </summary>
public sealed class Tape : IDisposable
{
    private readonly NetworkPlan _plan;
    private readonly TapeUse _use;
    private readonly DeviceBuffer _memory;
    private readonly TapeLayout _layout;

    internal Tape(NetworkPlan plan, Device device, int capacity, TapeUse use)
    {
        _plan = plan;
        _use = use;
        Capacity = capacity;
        _layout = new TapeLayout(plan, capacity, use);
        if (_layout.Length > int.MaxValue / 2)
            throw new InvalidInputException($"A pass over {capacity} rows of this network needs more than 4 GiB. Lower the batch size.");
        _memory = device.Allocate(_layout.Length);
    }

    /// <summary>Largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>
    /// The order of the Taylor coefficient that the tape holds: 0 for values. A linear operation adds its bias to values only.
    /// </summary>
    public int Order { get; internal init; }

    /// <summary>Whether linear maps apply their fused functions. In a directional pass those are applied to all orders together.</summary>
    internal bool Fuses { get; set; } = true;

    /// <summary>The highest order of each value: above it nobody needs its gradient, and it is 0.</summary>
    internal IReadOnlyList<int>? Highest { get; init; }

    /// <summary>The rows that the network is evaluated on: value 0.</summary>
    public Rows Input { get; internal set; }

    /// <summary>Receives the gradient of the input; no rows if it is not needed.</summary>
    public Rows InputGradient { get; internal set; }

    /// <summary>Some rows of a value.</summary>
    public Rows Value(int value, int start, int count) =>
        value == 0 ? Input.Slice(start, count) : View(_layout.Values[value], _plan.Widths[value], start, count);

    /// <summary>Some rows of a value's gradient; none for an input whose gradient is not needed.</summary>
    public Rows Gradient(int value, int start, int count)
    {
        if (Highest is not null && Order > Highest[value])
            return default;
        if (value == 0)
            return InputGradient.Count == 0 ? default : InputGradient.Slice(start, count);
        return View(_layout.Gradients[value], _plan.Widths[value], start, count);
    }

    /// <summary>Some rows of what an operation kept; none without a reverse.</summary>
    public Rows Kept(Operation operation, int start, int count)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return _use == TapeUse.Values ? default : View(_layout.Kept[operation.Index], operation.KeptWidth, start, count);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    private Rows View(long offset, int width, int start, int count) => new(_memory, (int)offset + start * width, count, width);
}
