using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>E(x) = Σ (xᵢ − μᵢ)² / 2σᵢ²: independent normals, with exact answers.</summary>
public sealed partial class GaussianEnergy : StateEnergy, IExact, ICurved, ITransport
{
    private readonly float[] _mean;
    private readonly float[] _deviation;

    /// <summary>Creates the energy from means and standard deviations, one of each per number of the state.</summary>
    /// <exception cref="InvalidInputException">The lengths differ, or a deviation is not positive and finite.</exception>
    public GaussianEnergy(float[] mean, float[] deviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        if (mean.Length == 0 || mean.Length != deviation.Length)
        {
            throw new InvalidInputException($"A Gaussian energy needs as many means as deviations, at least one; "
                + $"it was given {mean.Length} and {deviation.Length}.");
        }
        if (Array.FindIndex(deviation, d => !(d > 0) || !float.IsFinite(d)) is int bad and >= 0)
        {
            throw new InvalidInputException(
                $"Standard deviation {bad} of a Gaussian energy is {deviation[bad]}; it must be positive and finite.");
        }
        _mean = (float[])mean.Clone();
        _deviation = (float[])deviation.Clone();
        Space = StateSpace.Real(Shape.Vector(mean.Length));
        LogPartition = deviation.Sum(d => 0.5 * Math.Log(2 * Math.PI) + Math.Log(d));
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = Σ ½ ln 2π + ln σᵢ, in nats.</summary>
    public double LogPartition { get; }

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        double mean = _mean[number], variance = (double)_deviation[number] * _deviation[number];
        return NormalMoments.Of(mean, variance, order);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        double variance = Moment(number, 2) - Moment(number, 1) * Moment(other, 1);
        return number == other ? variance : 0;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        for (int i = 0; i < state.Length; i++)
            state[i] = _mean[i] + _deviation[i] * state[i];
    }

    /// <inheritdoc/>
    public bool IsSeparable => true;

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double away = state[i] - _mean[i];
            hessian[i] = 1 / ((double)_deviation[i] * _deviation[i]);
            gradient[i] = hessian[i] * away;
            energy += 0.5 * gradient[i] * away;
        }
        return energy;
    }

    /// <summary>0: the curvature is constant.</summary>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) => change.Clear();

    /// <inheritdoc/>
    public void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity)
    {
        for (int r = 0; r < states.Count; r++)
        {
            ReadOnlySpan<float> x = states[r];
            Span<float> v = velocity[r];
            double t = times[r], before = 1 - t;
            for (int i = 0; i < x.Length; i++)
            {
                double variance = (double)_deviation[i] * _deviation[i];
                double pull = (t * variance - before) / (before * before + t * t * variance);
                v[i] = (float)(_mean[i] + pull * (x[i] - t * _mean[i]));
            }
        }
    }

    /// <inheritdoc/>
    protected override float Evaluate(ReadOnlySpan<float> state)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double z = (state[i] - _mean[i]) / _deviation[i];
            energy += 0.5 * z * z;
        }
        return (float)energy;
    }

    /// <inheritdoc/>
    protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
    {
        for (int i = 0; i < state.Length; i++)
            gradient[i] = (state[i] - _mean[i]) / (_deviation[i] * _deviation[i]);
        return Evaluate(state);
    }
}
