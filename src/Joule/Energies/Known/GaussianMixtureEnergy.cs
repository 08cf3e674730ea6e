using System.Buffers;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = −ln Σₖ wₖ·N(x; mₖ, σₖ²·1): a mixture of round normal distributions, normalised, so that ln Z = 0. All moments are known.
/// </summary>
public sealed class GaussianMixtureEnergy : FormulaEnergy, IExact
{
    /// <summary>Components below e⁻⁵⁰ of the largest one do not change a sum in float64.</summary>
    private const double Negligible = 50;

    private readonly double[] _weights;
    private readonly double[][] _means;
    private readonly double[] _deviations;
    private readonly double[] _sums;
    private readonly double[] _heights;

    /// <summary>Creates the energy.</summary>
    /// <param name="weights">wₖ, above 0; they are divided by their sum. At least one.</param>
    /// <param name="means">mₖ, one of each weight, all of one length.</param>
    /// <param name="deviations">σₖ, above 0, one of each weight.</param>
    /// <exception cref="InvalidInputException">The lengths do not fit, or a number is out of range.</exception>
    public GaussianMixtureEnergy(
        IReadOnlyList<double> weights, IReadOnlyList<IReadOnlyList<double>> means, IReadOnlyList<double> deviations)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (Problem(weights, means, deviations) is { } problem)
            throw new InvalidInputException($"A Gaussian mixture cannot be made: {problem}.");
        double total = weights.Sum(), sum = 0;
        _weights = [.. weights.Select(w => w / total)];
        _means = [.. means.Select(m => m.ToArray())];
        _deviations = [.. deviations];
        _sums = [.. _weights.Select(w => sum += w)];
        Space = StateSpace.Real(Shape.Vector(_means[0].Length));
        _heights = [.. _weights.Select((w, k) => Math.Log(w) - Space.Width * (0.5 * Math.Log(2 * Math.PI) + Math.Log(_deviations[k])))];
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = 0: the density is normalised.</summary>
    public double LogPartition => 0;

    /// <summary>Number of components.</summary>
    public int Components => _weights.Length;

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        double moment = 0;
        for (int k = 0; k < _weights.Length; k++)
            moment += _weights[k] * NormalMoments.Of(_means[k][number], _deviations[k] * _deviations[k], order);
        return moment;
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        double mean = Moment(number, 1), otherMean = Moment(other, 1), covariance = 0;
        for (int k = 0; k < _weights.Length; k++)
        {
            double own = number == other ? _deviations[k] * _deviations[k] : 0;
            covariance += _weights[k] * (own + (_means[k][number] - mean) * (_means[k][other] - otherMean));
        }
        return covariance;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        int k = ExactDraws.Choose(_sums, ExactDraws.Uniform(draws, chain, ExactDraws.After(state.Length)));
        for (int i = 0; i < state.Length; i++)
            state[i] = (float)(_means[k][i] + _deviations[k] * state[i]);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double[]? rented = Components > 128 ? ArrayPool<double>.Shared.Rent(Components) : null;
        Span<double> terms = (rented ?? stackalloc double[128])[..Components];
        double highest = double.NegativeInfinity, sum = 0;
        for (int k = 0; k < terms.Length; k++)
        {
            double squares = 0;
            for (int i = 0; i < state.Length; i++)
            {
                double d = state[i] - _means[k][i];
                squares += d * d;
            }
            terms[k] = _heights[k] - 0.5 * squares / (_deviations[k] * _deviations[k]);
            highest = Math.Max(highest, terms[k]);
        }
        gradient.Clear();
        for (int k = 0; k < terms.Length; k++)
        {
            if (terms[k] < highest - Negligible)
                continue;
            double part = Math.Exp(terms[k] - highest), pull = part / (_deviations[k] * _deviations[k]);
            sum += part;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += pull * (state[i] - _means[k][i]);
        }
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] /= sum;
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return -highest - Math.Log(sum);
    }

    private static string? Problem(
        IReadOnlyList<double> weights, IReadOnlyList<IReadOnlyList<double>> means, IReadOnlyList<double> deviations)
    {
        if (weights.Count == 0 || means.Count != weights.Count || deviations.Count != weights.Count)
        {
            return $"it has {weights.Count} weights, {means.Count} means and {deviations.Count} deviations; "
                + "it needs as many of each, at least one";
        }
        if (means.Any(m => m.Count == 0 || m.Count != means[0].Count || !m.All(double.IsFinite)))
            return "its means must be finite and of one length, at least one number each";
        if (!weights.All(w => w > 0 && double.IsFinite(w)))
            return $"its weights are {string.Join(", ", weights)}; each must be above 0 and finite";
        return deviations.All(d => d > 0 && double.IsFinite(d)) ? null
            : $"its deviations are {string.Join(", ", deviations)}; each must be above 0 and finite";
    }
}
