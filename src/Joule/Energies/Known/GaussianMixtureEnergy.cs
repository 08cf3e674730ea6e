using System.Buffers;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// E(x) = −ln Σₖ wₖ·N(x; mₖ, σₖ²·1): a mixture of round normal distributions, normalised, so that ln Z = 0. All moments are known.
/// </summary>
public sealed partial class GaussianMixtureEnergy : FormulaEnergy, IExact, ICurved, ITransport
{
    /// <summary>Components below e⁻⁴⁴ of the largest one, thousands of them too, do not change a sum in float64.</summary>
    private const double Negligible = 44;

    private const int MostOnStack = 64;
    private const int MostScratchOnStack = 512;

    private readonly double[] _weights;
    private readonly double[][] _means; // one array for each number of the state: of that number in all components
    private readonly double[] _deviations;
    private readonly double[] _sums;
    private readonly double[] _heights;
    private readonly double[] _minusHalfPrecisions;
    private readonly double[] _centres; // the means once more, one component after the other

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
        _means = [.. Enumerable.Range(0, means[0].Count).Select(i => (double[])[.. means.Select(m => m[i])])];
        _centres = [.. means.SelectMany(m => m)];
        _deviations = [.. deviations];
        _sums = [.. _weights.Select(w => sum += w)];
        Space = StateSpace.Real(Shape.Vector(_means.Length));
        _minusHalfPrecisions = [.. _deviations.Select(d => -0.5 / (d * d))];
        _heights = [.. _weights.Select((w, k) => Math.Log(w) - Space.Width * (0.5 * Math.Log(2 * Math.PI) + Math.Log(_deviations[k])))];
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>Two groups of rows that are evaluated together.</summary>
    public override int BlockRows => 16;

    /// <inheritdoc/>
    public override int LeastRows => 4;

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
            moment += _weights[k] * NormalMoments.Of(_means[number][k], _deviations[k] * _deviations[k], order);
        return moment;
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        double mean = Moment(number, 1), otherMean = Moment(other, 1), covariance = 0;
        for (int k = 0; k < _weights.Length; k++)
        {
            double own = number == other ? _deviations[k] * _deviations[k] : 0;
            covariance += _weights[k] * (own + (_means[number][k] - mean) * (_means[other][k] - otherMean));
        }
        return covariance;
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        int k = ExactDraws.Choose(_sums, draws.OpenUniform(chain, RandomStream.AfterNormals(state.Length)));
        for (int i = 0; i < state.Length; i++)
            state[i] = (float)(_means[i][k] + _deviations[k] * state[i]);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double[]? rented = Components > MostOnStack ? ArrayPool<double>.Shared.Rent(2 * Components) : null;
        Span<double> room = rented ?? stackalloc double[2 * MostOnStack];
        Span<double> terms = room[..Components], ways = room.Slice(Components, Components);
        terms.Clear();
        for (int i = 0; i < state.Length; i++)
        {
            TensorPrimitives.Subtract(_means[i], state[i], ways);
            TensorPrimitives.MultiplyAdd<double>(ways, ways, terms, terms);
        }
        TensorPrimitives.MultiplyAdd<double>(terms, _minusHalfPrecisions, _heights, terms);
        double highest = TensorPrimitives.Max<double>(terms), sum = 0;
        gradient.Clear();
        for (int k = 0; k < terms.Length; k++)
        {
            if (terms[k] < highest - Negligible)
                continue;
            double part = Math.Exp(terms[k] - highest), pull = -2 * _minusHalfPrecisions[k] * part;
            sum += part;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += pull * (state[i] - _means[i][k]);
        }
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] /= sum;
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return -highest - Math.Log(sum);
    }

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        // With pₖ the share of component k at x, and aₖ = (mₖ − x)/σₖ² its pull, of mean −∇E: ∇²E = Σ pₖ(1/σₖ² − (aₖ + ∇E)(aₖ + ∇E)ᵀ).
        int n = state.Length;
        double energy = Value(state, gradient);
        double[] pull = ArrayPool<double>.Shared.Rent(n);
        hessian.Clear();
        for (int k = 0; k < Components; k++)
        {
            double share = Share(k, state, gradient, energy, pull), precision = -2 * _minusHalfPrecisions[k];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    hessian[i * n + j] -= share * pull[i] * pull[j];
                hessian[i * n + i] += share * precision;
            }
        }
        ArrayPool<double>.Shared.Return(pull);
        return energy;
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        // The third cumulant of the pulls, and their covariances with the precisions.
        int n = state.Length;
        double[] rented = ArrayPool<double>.Shared.Rent(3 * n);
        Span<double> gradient = rented.AsSpan(0, n), pull = rented.AsSpan(n, n), with = rented.AsSpan(2 * n, n);
        double energy = Value(state, gradient), trace = 0;
        with.Clear();
        change.Clear();
        for (int k = 0; k < Components; k++)
        {
            double share = Share(k, state, gradient, energy, pull), form = 0;
            for (int i = 0; i < n; i++)
                form += pull[i] * TensorPrimitives.Dot<double>(pull, weights.Slice(i * n, n));
            for (int i = 0; i < n; i++)
            {
                change[i] -= share * form * pull[i];
                with[i] -= 2 * _minusHalfPrecisions[k] * share * pull[i];
            }
        }
        for (int i = 0; i < n; i++)
            trace += weights[i * n + i];
        for (int i = 0; i < n; i++)
            change[i] += trace * with[i] + 2 * TensorPrimitives.Dot<double>(weights.Slice(i * n, n), with);
        ArrayPool<double>.Shared.Return(rented);
    }

    // The share of a component at x, and its pull less the mean of all.
    private double Share(int k, ReadOnlySpan<double> state, ReadOnlySpan<double> gradient, double energy, Span<double> pull)
    {
        double log = _heights[k];
        for (int i = 0; i < state.Length; i++)
        {
            double away = state[i] - _means[i][k];
            log += _minusHalfPrecisions[k] * away * away;
            pull[i] = 2 * _minusHalfPrecisions[k] * away + gradient[i];
        }
        return Math.Exp(log + energy);
    }

    /// <inheritdoc/>
    protected override void ValuesOf(Rows states, Span<float> energies, Rows gradient)
    {
        int length = MixtureKernels.Scratch(states.Width, Components);
        double[]? rented = length > MostScratchOnStack ? ArrayPool<double>.Shared.Rent(length) : null;
        Span<double> scratch = rented ?? stackalloc double[MostScratchOnStack];
        MixtureKernels.Evaluate(states, _centres, _heights, _minusHalfPrecisions, energies, gradient, scratch);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity)
    {
        // Given its component, x₁ is normal, so that E[x₁ − x₀ | xₜ] is linear in xₜ; the components weigh by their densities at xₜ.
        int n = states.Width;
        double[] logs = ArrayPool<double>.Shared.Rent(Components);
        for (int r = 0; r < states.Count; r++)
        {
            ReadOnlySpan<float> x = states[r];
            Span<float> v = velocity[r];
            double t = times[r], before = 1 - t, highest = double.NegativeInfinity, total = 0;
            for (int k = 0; k < Components; k++)
            {
                double variance = before * before + t * t * _deviations[k] * _deviations[k], away = 0;
                for (int i = 0; i < n; i++)
                    away += (x[i] - t * _means[i][k]) * (x[i] - t * _means[i][k]);
                logs[k] = Math.Log(_weights[k]) - 0.5 * (n * Math.Log(variance) + away / variance);
                highest = Math.Max(highest, logs[k]);
            }
            for (int k = 0; k < Components; k++)
                total += logs[k] = Math.Exp(logs[k] - highest);
            for (int i = 0; i < n; i++)
            {
                double sum = 0;
                for (int k = 0; k < Components; k++)
                {
                    double own = _deviations[k] * _deviations[k], mean = _means[i][k];
                    sum += logs[k] * (mean + (t * own - before) / (before * before + t * t * own) * (x[i] - t * mean));
                }
                v[i] = (float)(sum / total);
            }
        }
        ArrayPool<double>.Shared.Return(logs);
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
