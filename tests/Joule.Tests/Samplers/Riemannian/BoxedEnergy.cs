using Joule.Compute;
using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Samplers;

/// <summary>An energy with derivatives, cut off at two walls.</summary>
internal sealed class BoxedEnergy(FormulaEnergy inner, float low, float high) : Energy, ICurved
{
    private readonly ICurved _curved = (ICurved)inner;

    public override StateSpace Space { get; } = StateSpace.Box(inner.Space.Shape, low, high);

    public override int BlockRows => inner.BlockRows;

    public bool IsSeparable => _curved.IsSeparable;

    public override void Evaluate(Rows states, Rows energies) => inner.Evaluate(states, energies);

    public void Gradient(Rows states, Rows energies, Rows gradient) => inner.Gradient(states, energies, gradient);

    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian) =>
        _curved.Curvature(state, gradient, hessian);

    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) =>
        _curved.Third(state, weights, change);
}
