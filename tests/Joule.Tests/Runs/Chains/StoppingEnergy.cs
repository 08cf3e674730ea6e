using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Runs;

/// <summary>A curved energy of two numbers that asks its chains to stop at a given gradient, so that they stop within a launch.</summary>
internal sealed class StoppingEnergy(long stopAt, CancellationTokenSource stop) : StateEnergy, ICurved
{
    private long _gradients;

    public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(2));

    public override int BlockRows => 2;

    /// <summary>Gradients so far.</summary>
    public long Gradients => _gradients;

    public bool IsSeparable => false;

    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        if (Interlocked.Increment(ref _gradients) == stopAt)
            stop.Cancel();
        double x = state[0], away = state[1] - x * x / 4;
        (gradient[0], gradient[1]) = (x - away * x / 2, away);
        (hessian[0], hessian[1], hessian[2], hessian[3]) = (1 - away / 2 + x * x / 4, -x / 2, -x / 2, 1);
        return 0.5 * (x * x + away * away);
    }

    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) => (change[0], change[1]) =
        (weights[0] * 0.75 * state[0] - 0.5 * (weights[1] + weights[2]), -0.5 * weights[0]);

    protected override float Evaluate(ReadOnlySpan<float> state) => Gradient(state, new float[2]);

    // ½x² + ½(y − x²/4)².
    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        if (Interlocked.Increment(ref _gradients) == stopAt)
            stop.Cancel();
        float x = state[0], away = state[1] - x * x / 4;
        (gradient[0], gradient[1]) = (x - away * x / 2, away);
        return 0.5f * (x * x + away * away);
    }
}
