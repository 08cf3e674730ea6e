using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Samplers;

/// <summary>
/// E(x, y) = ½((x − 0.4)² − 1.2(x − 0.4)(y + 0.3) + (y + 0.3)²)/0.64, a correlation of 0.6, in the box [−1, 0.8]²: a normal distribution
/// that all four walls cut.
/// </summary>
internal sealed class BoxedGaussianEnergy : FormulaEnergy
{
    public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(2), -1, 0.8f);

    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double x = state[0] - 0.4, y = state[1] + 0.3;
        if (!gradient.IsEmpty)
            (gradient[0], gradient[1]) = ((x - 0.6 * y) / 0.64, (y - 0.6 * x) / 0.64);
        return (0.5 * (x * x + y * y) - 0.6 * x * y) / 0.64;
    }
}
