using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// The memory of a directional pass: a tape for each Taylor coefficient of the values along x(ε) = x + εv, as derivatives at ε = 0. What a
/// pointwise function keeps is its slope f′ and the derivatives of f′ along the path; a gradient of order k is that with respect to the
/// coefficient of order k.
/// </summary>
public sealed class TaylorTape : IDisposable
{
    private readonly Tape[] _tapes;
    private readonly int[] _highest;
    private readonly DeviceBuffer? _zeros;

    internal TaylorTape(NetworkPlan plan, Device device, int capacity, int order)
    {
        _highest = FindHighest(plan, order);
        _tapes = new Tape[order + 1];
        for (int k = 0; k <= order; k++)
            _tapes[k] = new Tape(plan, device, capacity, TapeUse.Parameters) { Order = k, Fuses = false, Highest = _highest };
        if (order < 2)
            return;
        _zeros = device.Allocate((long)capacity * plan.Input.Length);
        _tapes[2].Input = _zeros.AsRows(capacity, plan.Input.Length);
    }

    /// <summary>The highest order.</summary>
    public int Order => _tapes.Length - 1;

    /// <summary>The highest order of the current evaluation.</summary>
    public int Last { get; internal set; }

    /// <summary>The coefficients of one order.</summary>
    public Tape this[int order] => _tapes[order];

    /// <summary>The highest order of what an operation reads: coefficients above are 0.</summary>
    public int HighestRead(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return HighestRead(_highest, operation);
    }

    /// <summary>Some rows of a value.</summary>
    internal TaylorRows Values(int value, int start, int count) => new(
        _tapes[0].Value(value, start, count), _tapes[1].Value(value, start, count),
        Last == 2 ? _tapes[2].Value(value, start, count) : default);

    /// <summary>Some rows of a value's gradient.</summary>
    internal TaylorRows Gradients(int value, int start, int count) => new(
        _tapes[0].Gradient(value, start, count), _tapes[1].Gradient(value, start, count),
        Last == 2 ? _tapes[2].Gradient(value, start, count) : default);

    /// <summary>Some rows of what an operation kept.</summary>
    internal TaylorRows Kept(Operation operation, int start, int count) => new(
        _tapes[0].Kept(operation, start, count), _tapes[1].Kept(operation, start, count),
        Last == 2 ? _tapes[2].Kept(operation, start, count) : default);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (Tape tape in _tapes)
            tape.Dispose();
        _zeros?.Dispose();
    }

    // The path of the state is straight, and a linear map keeps it so.
    private static int[] FindHighest(NetworkPlan plan, int order)
    {
        int[] highest = new int[plan.Widths.Count];
        highest[0] = 1;
        foreach (Operation operation in plan.Operations)
        {
            bool bends = !operation.IsLinear || operation is LinearOperation { IsActivated: true };
            highest[operation.Output] = bends ? order : HighestRead(highest, operation);
        }
        return highest;
    }

    private static int HighestRead(int[] highest, Operation operation) =>
        Math.Max(highest[operation.Input], operation.Second < 0 ? 0 : highest[operation.Second]);
}
