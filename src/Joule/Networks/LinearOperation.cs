using Joule.Compute;

namespace Joule.Networks;

/// <summary>
/// A linear map that takes along the pointwise function after it: forward applies the function to what it has just computed, and where a linear map alone reads
/// the result, that one's reverse multiplies by the function's slope as it writes.
/// </summary>
internal abstract class LinearOperation : Operation
{
    private PointwiseFunction _function;
    private float _parameter;
    private LinearOperation? _producer;
    private bool _readerMultiplies;

    /// <summary>Whether a function was taken along.</summary>
    public bool IsActivated { get; private set; }

    public sealed override int KeptWidth => IsActivated ? OutputWidth : 0;

    /// <summary>Floats of an output row.</summary>
    protected abstract int OutputWidth { get; }

    public void Activate(PointwiseFunction function, float parameter) => (IsActivated, _function, _parameter) = (true, function, parameter);

    /// <summary>Finds the maps whose only reader is a map, so that the reader can multiply by their slope.</summary>
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
        IsActivated ? new Activation(_function, _parameter, tape.Kept(this, start, count)) : default;

    /// <summary>The gradient with respect to the map's own output, before the function. To be called once in a reverse.</summary>
    protected Rows OutputGradient(Tape tape, int start, int count)
    {
        Rows gradient = tape.Gradient(Output, start, count);
        if (IsActivated && !_readerMultiplies)
            Kernels.Multiply(gradient, tape.Kept(this, start, count), gradient, false);
        return gradient;
    }

    /// <summary>What the gradient of the input is to be multiplied by; no rows for nothing.</summary>
    protected Rows InputSlope(Tape tape, int start, int count) => _producer is null ? default : tape.Kept(_producer, start, count);
}
