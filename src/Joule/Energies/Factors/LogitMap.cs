using System.Numerics.Tensors;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The map from states to unconstrained numbers y: the logit ln(u/(1 − u)) of u = (x − low)/(high − low) in a box, x itself on the real
/// line. A state at a wall counts as the nearest float inside.
/// </summary>
/// <param name="space">Real states, without walls or with two that all numbers share.</param>
internal readonly struct LogitMap(StateSpace space)
{
    private const float Least = 1f / (1 << 24);

    private readonly float _low = space.HasWalls ? space.Low : 0;
    private readonly float _range = space.HasWalls ? space.High - space.Low : 1;
    private readonly bool _isBox = space.HasWalls;

    /// <summary>Whether states have walls.</summary>
    public bool IsBox => _isBox;

    /// <summary>Writes y of a state.</summary>
    /// <param name="state">x.</param>
    /// <param name="y">Receives y; may not be the state.</param>
    /// <param name="spare">Receives anything: as long as the state.</param>
    /// <returns>ln |dx/dy|, in nats: Σ ln(u(1 − u)) + n·ln(high − low); 0 without walls.</returns>
    public double Forward(ReadOnlySpan<float> state, Span<float> y, Span<float> spare)
    {
        if (!_isBox)
        {
            state.CopyTo(y);
            return 0;
        }
        TensorPrimitives.Subtract(state, _low, spare);
        TensorPrimitives.Divide(spare, _range, spare);
        TensorPrimitives.Max(spare, Least, spare);
        TensorPrimitives.Min(spare, 1 - Least, spare);
        TensorPrimitives.Log(spare, y);
        TensorPrimitives.Subtract(1, spare, spare);
        TensorPrimitives.Log(spare, spare);
        double sum = state.Length * Math.Log(_range);
        for (int i = 0; i < y.Length; i++)
        {
            sum += (double)y[i] + spare[i];
            y[i] -= spare[i];
        }
        return sum;
    }

    /// <summary>Writes the state of y, inside the walls; may be in place.</summary>
    public void Back(ReadOnlySpan<float> y, Span<float> state)
    {
        if (!_isBox)
        {
            y.CopyTo(state);
            return;
        }
        TensorPrimitives.Sigmoid(y, state);
        TensorPrimitives.Multiply(state, _range, state);
        TensorPrimitives.Add(state, _low, state);
    }

    /// <summary>Replaces ∂F/∂y by ∂(F + ln |dx/dy|)/∂x.</summary>
    /// <param name="state">x.</param>
    /// <param name="gradient">∂F/∂y, replaced.</param>
    public void Pull(ReadOnlySpan<float> state, Span<float> gradient)
    {
        if (!_isBox)
            return;
        for (int i = 0; i < state.Length; i++)
        {
            float u = Math.Clamp((state[i] - _low) / _range, Least, 1 - Least);
            gradient[i] = (gradient[i] + 1 - 2 * u) / (u * (1 - u) * _range);
        }
    }
}
