using System.Buffers;
using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>An energy given by a formula that is evaluated in float64.</summary>
public abstract class FormulaEnergy : Energy, IDifferentiable
{
    private const int ShortOnStack = 8, LongestOnStack = 128;

    /// <summary>Few, since states are evaluated one by one: a handful of chains keeps several workers busy.</summary>
    public override int BlockRows => 4;

    /// <summary>Computes E(x), in nats, and ∇ₓE where it is asked for. The energy does not depend on whether it is.</summary>
    /// <param name="state">x.</param>
    /// <param name="gradient">Receives ∇ₓE, in nats per unit of the state; empty where it is not wanted.</param>
    public abstract double Value(ReadOnlySpan<double> state, Span<double> gradient);

    /// <inheritdoc/>
    public sealed override void Evaluate(Rows states, Rows energies)
    {
        Check(states, energies);
        ValuesOf(states, energies.Span, default);
    }

    /// <inheritdoc/>
    public void Gradient(Rows states, Rows energies, Rows gradient)
    {
        Check(states, energies, gradient);
        ValuesOf(states, energies.Span, gradient);
    }

    /// <summary>Computes many states; one by one unless an energy has a faster way. No state's energy depends on the others.</summary>
    /// <param name="states">The states.</param>
    /// <param name="energies">Receives their energies, in nats.</param>
    /// <param name="gradient">Receives ∇ₓE of each; of width 0 where it is not wanted.</param>
    protected virtual void ValuesOf(Rows states, Span<float> energies, Rows gradient)
    {
        for (int i = 0; i < states.Count; i++)
            energies[i] = Call(states[i], gradient.Width == 0 ? [] : gradient[i]);
    }

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
