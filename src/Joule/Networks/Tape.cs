using Joule.Compute;

namespace Joule.Networks;

/// <summary>What an evaluation needs memory for.</summary>
internal enum TapeUse
{
    /// <summary>Values, their gradients and what reverse needs, each in its place: for the gradient of the parameters.</summary>
    Parameters,

    /// <summary>The same, with gradients in the place of values that nobody reads any more: for the gradient of the state alone.</summary>
    States,

    /// <summary>Values alone.</summary>
    Values,
}

/// <summary>The memory of one evaluation: every value and, where they are asked for, its gradient and what operations kept, for up to <see cref="Capacity"/> rows.</summary>
public sealed class Tape : IDisposable
{
    private readonly NetworkPlan _plan;
    private readonly TapeUse _use;
    private readonly DeviceBuffer _memory;
    private readonly int[] _values;
    private readonly int[] _gradients;
    private readonly int[] _kept;

    internal Tape(NetworkPlan plan, Device device, int capacity, TapeUse use)
    {
        _plan = plan;
        _use = use;
        Capacity = capacity;
        _values = new int[plan.Widths.Count];
        _gradients = new int[plan.Widths.Count];
        _kept = new int[plan.Operations.Count];
        long length = 0;
        for (int v = 1; v < _values.Length; v++)
        {
            _values[v] = Take(ref length, plan.Widths[v]);
            _gradients[v] = use == TapeUse.Values || (use == TapeUse.States && !plan.KeepsValues) ? _values[v] : Take(ref length, plan.Widths[v]);
        }
        for (int o = 0; o < _kept.Length && use != TapeUse.Values; o++)
            _kept[o] = Take(ref length, plan.Operations[o].KeptWidth);
        _memory = device.Allocate(length);
    }

    /// <summary>Most rows that fit.</summary>
    public int Capacity { get; }

    /// <summary>The rows that the network is evaluated on: value 0.</summary>
    public Rows Input { get; internal set; }

    /// <summary>Where the gradient of the input goes; no rows where nobody asks for it.</summary>
    public Rows InputGradient { get; internal set; }

    /// <summary>Some rows of a value.</summary>
    public Rows Value(int value, int start, int count) =>
        value == 0 ? Input.Slice(start, count) : View(_values[value], _plan.Widths[value], start, count);

    /// <summary>Some rows of a value's gradient; none for the input where nobody asks for its gradient.</summary>
    public Rows Gradient(int value, int start, int count)
    {
        if (value == 0)
            return InputGradient.Count == 0 ? default : InputGradient.Slice(start, count);
        return View(_gradients[value], _plan.Widths[value], start, count);
    }

    /// <summary>Some rows of what an operation kept; none where there will be no reverse.</summary>
    public Rows Kept(Operation operation, int start, int count)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return _use == TapeUse.Values ? default : View(_kept[operation.Index], operation.KeptWidth, start, count);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _memory.Dispose();

    private int Take(ref long length, int width)
    {
        long at = length;
        length += ((long)Capacity * width + 15) / 16 * 16;
        if (length > int.MaxValue / 2)
            throw new InvalidInputException($"A pass over {Capacity} rows of this network needs more than 4 GiB. Lower the batch size.");
        return (int)at;
    }

    private Rows View(int offset, int width, int start, int count) => new(_memory, offset + start * width, count, width);
}
