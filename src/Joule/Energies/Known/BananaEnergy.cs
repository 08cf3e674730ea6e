using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A normal distribution bent into a banana: x₀ ~ N(0, σ²), x₁ = b(x₀² − σ²) + N(0, 1), all others N(0, 1), so E(x) = x₀²/2σ² + (x₁ − b(x₀²
/// − σ²))²/2 + Σ xᵢ²/2 (Haario, Saksman and Tamminen, "Adaptive proposal distribution for random walk Metropolis algorithm", Computational
/// Statistics 14, 1999).
/// </summary>
public sealed partial class BananaEnergy : FormulaEnergy, IKnown, ISamplable, ICurved
{
    private readonly double _deviation;
    private readonly double _curvature;

    /// <summary>Creates the energy.</summary>
    /// <param name="dimensions">Numbers of a state, at least 2.</param>
    /// <param name="deviation">σ, above 0.</param>
    /// <param name="curvature">b, finite.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public BananaEnergy(int dimensions = 2, double deviation = 10, double curvature = 0.03)
    {
        if (dimensions < 2 || !(deviation > 0) || !double.IsFinite(deviation) || !double.IsFinite(curvature))
        {
            throw new InvalidInputException($"A banana of {dimensions} dimensions, deviation {deviation} and curvature {curvature} "
                + "cannot be made; "
                + "it needs at least 2, above 0, and a finite number.");
        }
        (_deviation, _curvature) = (deviation, curvature);
        Space = StateSpace.Real(Shape.Vector(dimensions));
        LogPartition = 0.5 * dimensions * Math.Log(2 * Math.PI) + Math.Log(deviation);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = n/2·ln 2π + ln σ, in nats: bending keeps volume.</summary>
    public double? LogPartition { get; }

    /// <summary>0 for every number.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <summary>σ² for x₀, 2b²σ⁴ + 1 for x₁, 1 for every other number, 0 between two numbers.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        double variance = _deviation * _deviation, bend = _curvature * variance;
        return number != other ? 0 : number == 0 ? variance : number == 1 ? 2 * bend * bend + 1 : 1;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        double x = _deviation * state[0];
        state[0] = (float)x;
        state[1] = (float)(state[1] + Bend(x));
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double x = state[0], z = x / _deviation, rest = state[1] - Bend(x), energy = 0.5 * (z * z + rest * rest);
        for (int i = 2; i < state.Length; i++)
            energy += 0.5 * state[i] * state[i];
        if (!gradient.IsEmpty)
        {
            state.CopyTo(gradient);
            gradient[0] = z / _deviation - 2 * _curvature * x * rest;
            gradient[1] = rest;
        }
        return energy;
    }

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        int n = state.Length;
        double slope = 2 * _curvature * state[0];
        hessian.Clear();
        hessian[0] = 1 / (_deviation * _deviation) + slope * slope - 2 * _curvature * (state[1] - Bend(state[0]));
        hessian[1] = hessian[n] = -slope;
        for (int i = 1; i < n; i++)
            hessian[i * n + i] = 1;
        return Value(state, gradient);
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        double b = _curvature;
        change.Clear();
        change[0] = 12 * b * b * state[0] * weights[0] - 4 * b * weights[1];
        change[1] = -2 * b * weights[0];
    }

    private double Bend(double x) => _curvature * (x * x - _deviation * _deviation);
}
