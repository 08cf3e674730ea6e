using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Neal's funnel: v ~ N(0, σ²) and xᵢ ~ N(0, eᵛ) given v, so E(v, x) = v²/2σ² + Σᵢ (xᵢ²e⁻ᵛ + v)/2. Its width changes by orders of magnitude
/// along v (Neal, "Slice sampling", Annals of Statistics 31, 2003, section 8).
/// </summary>
public sealed partial class FunnelEnergy : FormulaEnergy, IKnown, ISamplable, ICurved
{
    private readonly double _deviation;

    /// <summary>Creates the energy.</summary>
    /// <param name="dimensions">Numbers of a state: v and dimensions − 1 more. At least 2.</param>
    /// <param name="deviation">σ, above 0.</param>
    /// <exception cref="InvalidInputException">A number is out of range.</exception>
    public FunnelEnergy(int dimensions, double deviation = 3)
    {
        if (dimensions < 2 || !(deviation > 0) || !double.IsFinite(deviation))
        {
            throw new InvalidInputException($"A funnel of {dimensions} dimensions and deviation {deviation} cannot be made; it needs "
                + "at least 2 and above 0.");
        }
        _deviation = deviation;
        Space = StateSpace.Real(Shape.Vector(dimensions));
        LogPartition = 0.5 * dimensions * Math.Log(2 * Math.PI) + Math.Log(deviation);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = n/2·ln 2π + ln σ, in nats.</summary>
    public double? LogPartition { get; }

    /// <summary>0 for every number.</summary>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return 0;
    }

    /// <summary>σ² for v, exp(σ²/2) for every other number, 0 between two numbers.</summary>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        double variance = _deviation * _deviation;
        return number != other ? 0 : number == 0 ? variance : Math.Exp(variance / 2);
    }

    /// <summary><c>v</c>, then <c>x1</c>, <c>x2</c>, ….</summary>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return number == 0 ? "v" : $"x{number}";
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        double v = _deviation * state[0], width = Math.Exp(v / 2);
        state[0] = (float)v;
        for (int i = 1; i < state.Length; i++)
            state[i] = (float)(width * state[i]);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double v = state[0], precision = Math.Exp(-v), squares = 0, variance = _deviation * _deviation;
        for (int i = 1; i < state.Length; i++)
            squares += state[i] * state[i];
        if (!gradient.IsEmpty)
        {
            gradient[0] = v / variance + 0.5 * (state.Length - 1 - squares * precision);
            for (int i = 1; i < gradient.Length; i++)
                gradient[i] = state[i] * precision;
        }
        return 0.5 * (v * v / variance + squares * precision + (state.Length - 1) * v);
    }

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        int n = state.Length;
        double precision = Math.Exp(-state[0]), squares = 0;
        hessian.Clear();
        for (int i = 1; i < n; i++)
        {
            squares += state[i] * state[i];
            hessian[i * n + i] = precision;
            hessian[i] = hessian[i * n] = -state[i] * precision;
        }
        hessian[0] = 1 / (_deviation * _deviation) + 0.5 * squares * precision;
        return Value(state, gradient);
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        // The derivatives of Σ xᵢ²e⁻ᵛ/2 by v, v, v; by v, v, xᵢ; and by v, xᵢ, xᵢ.
        int n = state.Length;
        double precision = Math.Exp(-state[0]), along = 0;
        for (int i = 1; i < n; i++)
        {
            double x = state[i];
            along += -0.5 * x * x * weights[0] + 2 * x * weights[i] - weights[i * n + i];
            change[i] = precision * (x * weights[0] - 2 * weights[i]);
        }
        change[0] = precision * along;
    }
}
