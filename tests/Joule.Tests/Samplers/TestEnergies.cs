using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Samplers;

/// <summary>E(x) = slope · Σ xᵢ in a box: a chain without noise moves to a wall by the step size times the slope per step.</summary>
internal sealed class SlopeEnergy(int width, float slope, float low, float high) : StateEnergy
{
    public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(width), low, high);

    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        float sum = 0;
        foreach (float x in state)
            sum += slope * x;
        return sum;
    }

    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        gradient.Fill(slope);
        return Evaluate(state);
    }
}

/// <summary>
/// An energy on which a chain with step size 1 and no noise counts: x grows by 1 per step, from 1000 times the chain's number. At one x the
/// energy or the gradient is bad.
/// </summary>
internal sealed class CountingEnergy(float badAt, float badEnergy, float badGradient) : StateEnergy
{
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(1));

    public Action<float>? Seen { get; init; }

    protected override float Evaluate(ReadOnlySpan<float> state) => state[0] == badAt ? badEnergy : 0;

    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        Seen?.Invoke(state[0]);
        gradient[0] = state[0] == badAt ? badGradient : -1;
        return Evaluate(state);
    }
}

/// <summary>0 up to 1 and NaN beyond.</summary>
internal sealed class CliffEnergy(float beyond) : StateEnergy
{
    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(1));

    protected override float Evaluate(ReadOnlySpan<float> state) => state[0] > 1 ? beyond : 0;

    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        gradient[0] = 0;
        return Evaluate(state);
    }
}

/// <summary>E(x) = ½k Σ (xᵢ − c)² on any space, with blocks of a given number of rows; it counts the evaluated gradients.</summary>
internal sealed class BowlEnergy(StateSpace space, float k, float c, int blockRows = 16) : StateEnergy, ICurved
{
    private int _gradients;

    public override StateSpace Space => space;

    public override int BlockRows => blockRows;

    public int Gradients => _gradients;

    public bool IsSeparable => true;

    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        double sum = 0;
        for (int i = 0; i < state.Length; i++)
        {
            sum += 0.5 * k * (state[i] - c) * (state[i] - c);
            (gradient[i], hessian[i]) = (k * (state[i] - c), k);
        }
        return sum;
    }

    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) => change.Clear();

    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        double sum = 0;
        foreach (float x in state)
            sum += 0.5 * k * ((double)x - c) * ((double)x - c);
        return (float)sum;
    }

    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        Interlocked.Increment(ref _gradients);
        for (int i = 0; i < state.Length; i++)
            gradient[i] = k * (state[i] - c);
        return Evaluate(state);
    }
}

/// <summary>An energy without a gradient: the number of ones.</summary>
internal sealed class CountEnergy(StateSpace space) : Energy
{
    public override StateSpace Space => space;

    public override void Evaluate(Joule.Compute.Rows states, Joule.Compute.Rows energies)
    {
        for (int i = 0; i < states.Count; i++)
            energies.Span[i] = states[i].Count(1f);
    }
}
