using System.Buffers;
using System.Numerics.Tensors;

namespace Joule.Energies;

/// <summary>An energy given by a formula that is evaluated in float64, one state at a time.</summary>
public abstract class FormulaEnergy : StateEnergy
{
    private const int ShortOnStack = 8, LongestOnStack = 128;

    /// <summary>Few, since states are evaluated one by one: a handful of chains keeps several workers busy.</summary>
    public sealed override int BlockRows => 4;

    /// <summary>Computes E(x), in nats, and ∇ₓE where it is asked for. The energy does not depend on whether it is.</summary>
    /// <param name="state">x.</param>
    /// <param name="gradient">Receives ∇ₓE, in nats per unit of the state; empty where it is not wanted.</param>
    public abstract double Value(ReadOnlySpan<double> state, Span<double> gradient);

    /// <inheritdoc/>
    protected sealed override float Evaluate(ReadOnlySpan<float> state) => Call(state, []);

    /// <inheritdoc/>
    protected sealed override float Gradient(ReadOnlySpan<float> state, Span<float> gradient) => Call(state, gradient);

    private float Call(ReadOnlySpan<float> state, Span<float> gradient)
    {
        int n = state.Length;
        double[]? rented = n > LongestOnStack ? ArrayPool<double>.Shared.Rent(2 * n) : null;
        // Memory of the stack is zeroed, so short states take little of it.
        Span<double> room = rented ?? (n <= ShortOnStack ? stackalloc double[2 * ShortOnStack] : stackalloc double[2 * LongestOnStack]);
        Span<double> x = room[..n], slope = gradient.IsEmpty ? [] : room.Slice(n, n);
        TensorPrimitives.ConvertTruncating(state, x);
        float energy = (float)Value(x, slope);
        TensorPrimitives.ConvertTruncating<double, float>(slope, gradient);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return energy;
    }
}
