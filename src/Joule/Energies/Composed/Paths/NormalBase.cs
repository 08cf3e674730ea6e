using Joule.Compute;

namespace Joule.Energies;

/// <summary>E₀(x) = ‖x‖²/2s²: a normal distribution of mean 0.</summary>
/// <param name="width">Numbers of a state.</param>
/// <param name="deviation">s: the standard deviation of every number.</param>
internal sealed class NormalBase(int width, double deviation) : PathBase
{
    private readonly double _precision = 1 / (deviation * deviation);

    /// <inheritdoc/>
    public override double LogPartition { get; } = width * (0.5 * Math.Log(2 * Math.PI) + Math.Log(deviation));

    /// <inheritdoc/>
    public override void Sample(in RandomStream draws, uint chain, Span<float> state) =>
        draws.FillNormal(state, chain, 0, (float)deviation);

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Span<double> energies)
    {
        for (int i = 0; i < states.Count; i++)
            energies[i] = 0.5 * _precision * Kernels.SquaredNorm(states.Slice(i, 1));
    }

    /// <inheritdoc/>
    public override void Blend(Rows states, double keep, double own, Rows energies, Rows gradient)
    {
        Span<float> values = energies.Span;
        for (int i = 0; i < states.Count; i++)
            values[i] = (float)(keep * values[i] + own * 0.5 * _precision * Kernels.SquaredNorm(states.Slice(i, 1)));
        if (gradient.Count == 0)
            return;
        Kernels.Scale(gradient, (float)keep, gradient, accumulate: false);
        Kernels.Scale(states, (float)(own * _precision), gradient, accumulate: true);
    }
}
