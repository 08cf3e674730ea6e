using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>E₀(x) = 0 between walls: the uniform distribution in a box.</summary>
/// <param name="space">States with two walls that all numbers share.</param>
internal sealed class UniformBase(StateSpace space) : PathBase
{
    /// <summary>The logarithm of the box's volume.</summary>
    public override double LogPartition { get; } = space.Width * Math.Log((double)space.High - space.Low);

    /// <inheritdoc/>
    public override void Sample(in RandomStream draws, uint chain, Span<float> state) =>
        draws.FillUniform(state, chain, space.Low, space.High);

    /// <inheritdoc/>
    public override void Evaluate(Rows states, Span<double> energies) => energies[..states.Count].Clear();

    /// <inheritdoc/>
    public override void Blend(Rows states, double keep, double own, Rows energies, Rows gradient)
    {
        Span<float> values = energies.Span;
        for (int i = 0; i < states.Count; i++)
            values[i] = (float)(keep * values[i]);
        if (gradient.Count > 0)
            Kernels.Scale(gradient, (float)keep, gradient, accumulate: false);
    }
}
