using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// A linear map with a fused activation: forward applies the function to the values just computed. If the only reader is another linear
/// map, the reader's reverse multiplies by the function's slope as it writes.
/// </summary>
internal abstract class LinearOperation : Operation
{
    private PointwiseFunction _function;
    private float _parameter;
    private LinearOperation? _producer;
    private bool _readerMultiplies;

    /// <summary>Whether an activation is fused.</summary>
    public bool IsActivated { get; private set; }

    public sealed override int KeptWidth => IsActivated ? OutputWidth : 0;

    public sealed override bool IsLinear => true;

    /// <summary>Floats of an output row.</summary>
    protected abstract int OutputWidth { get; }

    public void Activate(PointwiseFunction function, float parameter) =>
        (IsActivated, _function, _parameter) = (true, function, parameter);

    /// <summary>Finds the maps whose only reader is a linear map, which can then multiply by their slope.</summary>
    public static void Connect(IReadOnlyList<Operation> operations)
    {
        foreach (LinearOperation map in operations.OfType<LinearOperation>().Where(o => o.IsActivated))
        {
            Operation[] readers = [.. operations.Where(o => o != map && (o.Input == map.Output || o.Second == map.Output))];
            if (readers is [LinearOperation reader])
                (reader._producer, map._readerMultiplies) = (map, true);
        }
    }

    protected Activation Activation(Tape tape, int start, int count) =>
        IsActivated && tape.Fuses ? new Activation(_function, _parameter, tape.Kept(this, start, count)) : default;

    /// <summary>The gradient with respect to the map's own output, before the function. Call it once per reverse.</summary>
    protected Rows OutputGradient(Tape tape, int start, int count)
    {
        Rows gradient = tape.Gradient(Output, start, count);
        if (IsActivated && tape.Fuses && !_readerMultiplies)
            Kernels.Multiply(gradient, tape.Kept(this, start, count), gradient, false);
        return gradient;
    }

    /// <summary>The factor of the input's gradient; no rows: none.</summary>
    protected Rows InputSlope(Tape tape, int start, int count) =>
        _producer is null || !tape.Fuses ? default : tape.Kept(_producer, start, count);

    protected internal sealed override void Forward(
        TaylorTape tape, int first, int last, Rows parameters, int start, int count, Rows scratch)
    {
        base.Forward(tape, first, last, parameters, start, count, scratch);
        if (IsActivated)
            PointwiseOrders.Forward(_function, _parameter, tape, this, Output, first, last, start, count);
    }

    protected internal sealed override void Reverse(TaylorTape tape, int first, int last, int start, int count, Rows scratch)
    {
        if (IsActivated)
            PointwiseOrders.Reverse(tape, this, Output, false, first, last, start, count);
        base.Reverse(tape, first, last, start, count, scratch);
    }
}
