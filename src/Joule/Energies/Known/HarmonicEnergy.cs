using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>E(x) = Σᵢ kᵢxᵢ²/2: independent springs, with every answer known.</summary>
public sealed partial class HarmonicEnergy : FormulaEnergy, IExact, ICurved
{
    private readonly double[] _stiffness;

    /// <summary>Creates the energy.</summary>
    /// <param name="stiffness">kᵢ, in nats per unit², above 0: one for each number of a state, at least one.</param>
    /// <exception cref="InvalidInputException">There is none, or one is out of range.</exception>
    public HarmonicEnergy(params ReadOnlySpan<double> stiffness)
    {
        _stiffness = stiffness.ToArray();
        if (_stiffness.Length == 0 || !Array.TrueForAll(_stiffness, k => k > 0 && double.IsFinite(k)))
        {
            throw new InvalidInputException($"Springs of stiffness [{string.Join(", ", _stiffness)}] cannot be made; each must be "
                + "above 0 and finite, at least one.");
        }
        Space = StateSpace.Real(Shape.Vector(_stiffness.Length));
        LogPartition = _stiffness.Sum(k => 0.5 * Math.Log(2 * Math.PI / k));
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = Σᵢ ½ ln(2π/kᵢ), in nats.</summary>
    public double LogPartition { get; }

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        return NormalMoments.Of(0, 1 / _stiffness[number], order);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return number == other ? 1 / _stiffness[number] : 0;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        for (int i = 0; i < state.Length; i++)
            state[i] = (float)(state[i] / Math.Sqrt(_stiffness[i]));
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            energy += 0.5 * _stiffness[i] * state[i] * state[i];
            if (!gradient.IsEmpty)
                gradient[i] = _stiffness[i] * state[i];
        }
        return energy;
    }

    /// <inheritdoc/>
    public bool IsSeparable => true;

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        _stiffness.CopyTo(hessian);
        return Value(state, gradient);
    }

    /// <summary>0: the curvature is constant.</summary>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) => change.Clear();
}
