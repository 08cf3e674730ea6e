using Joule.States;

namespace Joule.Energies;

/// <summary>
/// The posterior of a logistic regression: p(y = 1) = 1/(1 + exp(−βᵀf)) for features f, and β ~ N(0, s²). E is minus the logarithm of the
/// joint density, so ln Z is the logarithm of the evidence. With one to three coefficients the answers are known, by quadrature round the
/// mode; they are null beyond.
/// </summary>
public sealed partial class LogisticRegressionEnergy : FormulaEnergy, IKnown, ICurved
{
    /// <summary>
    /// The limits of quadrature, in standard deviations of the normal distribution that touches the posterior at its mode.
    /// </summary>
    private const double Reach = 20;

    private readonly double[][] _features;
    private readonly bool[] _labels;
    private readonly string[] _names;
    private readonly double _deviation;
    private readonly double[] _mode;
    private readonly Lazy<QuadratureResult>? _answers;

    /// <summary>Creates the energy.</summary>
    /// <param name="features">The features of every observation, all of one length, finite; a constant is one of them. At least one
    /// observation and one feature.</param>
    /// <param name="labels">Whether y is 1, for every observation.</param>
    /// <param name="names">What the coefficients are called, one for every feature, all different.</param>
    /// <param name="deviation">s, above 0 and finite.</param>
    /// <exception cref="InvalidInputException">The lengths do not fit, or a number is out of range.</exception>
    public LogisticRegressionEnergy(
        IReadOnlyList<IReadOnlyList<double>> features, IReadOnlyList<bool> labels, IReadOnlyList<string> names, double deviation)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(names);
        if (features.Count == 0 || labels.Count != features.Count || names.Count == 0 || names.Distinct().Count() != names.Count
            || features.Any(f => f.Count != names.Count || !f.All(double.IsFinite)))
        {
            throw new InvalidInputException($"A logistic regression needs a label for every observation and a different name for "
                + $"every finite feature; it was given {features.Count} "
                + $"observations, {labels.Count} labels, {names.Count} names, and "
                + $"{string.Join(", ", features.Select(f => f.Count).Distinct())} features.");
        }
        if (!(deviation > 0) || !double.IsFinite(deviation))
            throw new InvalidInputException($"The prior deviation of a logistic regression is {deviation}; it must be above 0 and finite.");
        _features = [.. features.Select(f => f.ToArray())];
        _labels = [.. labels];
        _names = [.. names];
        _deviation = deviation;
        Space = StateSpace.Real(Shape.Vector(names.Count));
        _mode = new double[names.Count];
        double[] widths = FindMode();
        if (names.Count <= 3)
        {
            (double, double)[] limits = [.. _mode.Select((m, i) => (m - Reach * widths[i], m + Reach * widths[i]))];
            _answers = new Lazy<QuadratureResult>(() => Quadrature.Of(this, limits, 1e-8));
        }
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>The most likely coefficients.</summary>
    public IReadOnlyList<double> Mode => _mode;

    /// <summary>ln Z, the logarithm of the evidence, in nats; null above three coefficients.</summary>
    public double? LogPartition => _answers?.Value.LogPartition;

    /// <inheritdoc/>
    public double? Mean(int number)
    {
        CheckNumber(number);
        return _answers?.Value.Means[number];
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return _answers?.Value.Covariances[number, other];
    }

    /// <summary>The name of a coefficient.</summary>
    public string ParameterName(int number)
    {
        CheckNumber(number);
        return _names[number];
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        double energy = state.Length * (0.5 * Math.Log(2 * Math.PI) + Math.Log(_deviation)), precision = 1 / (_deviation * _deviation);
        for (int i = 0; i < state.Length; i++)
        {
            energy += 0.5 * precision * state[i] * state[i];
            if (!gradient.IsEmpty)
                gradient[i] = precision * state[i];
        }
        for (int r = 0; r < _labels.Length; r++)
        {
            // −ln p(y) = ln(1 + exp(−u)) with u = ±βᵀf.
            double sign = _labels[r] ? 1 : -1, u = sign * Dot(_features[r], state), small = Math.Exp(-Math.Abs(u));
            energy += Math.Max(0, -u) + Math.Log(1 + small);
            double slope = -sign * (u >= 0 ? small / (1 + small) : 1 / (1 + small));
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += slope * _features[r][i];
        }
        return energy;
    }

    /// <summary>E, its gradient and its Hessian, which is the Fisher information plus the precision of the prior.</summary>
    /// <inheritdoc cref="ICurved.Curvature"/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        int n = state.Length;
        hessian.Clear();
        for (int i = 0; i < n; i++)
            hessian[i * n + i] = 1 / (_deviation * _deviation);
        foreach (double[] f in _features)
        {
            double small = Math.Exp(-Math.Abs(Dot(f, state))), weight = small / ((1 + small) * (1 + small));
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    hessian[i * n + j] += weight * f[i] * f[j];
            }
        }
        return Value(state, gradient);
    }

    /// <inheritdoc/>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change)
    {
        // The slope of p(1 − p) is p(1 − p)(1 − 2p), where 1 − 2p = −tanh(βᵀf/2).
        int n = state.Length;
        change.Clear();
        foreach (double[] f in _features)
        {
            double u = Dot(f, state), small = Math.Exp(-Math.Abs(u)), form = 0;
            for (int i = 0; i < n; i++)
                form += f[i] * Dot(f, weights.Slice(i * n, n));
            double slope = -small / ((1 + small) * (1 + small)) * Math.Tanh(u / 2) * form;
            for (int i = 0; i < n; i++)
                change[i] += slope * f[i];
        }
    }

    private static double Dot(double[] features, ReadOnlySpan<double> state)
    {
        double sum = 0;
        for (int i = 0; i < features.Length; i++)
            sum += features[i] * state[i];
        return sum;
    }

    // Newton's method, halving steps that lead up; E is convex. Returns the deviations of the normal distribution that touches the
    // posterior there.
    private double[] FindMode()
    {
        int n = _mode.Length;
        double[] gradient = new double[n], next = new double[n];
        double energy = Value(_mode, gradient);
        for (int turn = 0; turn < 100; turn++)
        {
            double[] step = [.. gradient];
            CurvatureAt(_mode).Solve(step);
            double scale = 1, lower;
            do
            {
                for (int i = 0; i < n; i++)
                    next[i] = _mode[i] - scale * step[i];
                lower = Value(next, gradient);
                scale /= 2;
            }
            while (lower > energy && scale > 1e-12);
            bool stands = !(lower < energy);
            energy = lower;
            next.CopyTo(_mode, 0);
            if (stands)
                break;
        }
        double[][] inverse = CurvatureAt(_mode).Inverse();
        return [.. Enumerable.Range(0, n).Select(i => Math.Sqrt(inverse[i][i]))];
    }

    private Cholesky CurvatureAt(double[] at)
    {
        int n = at.Length;
        double[] hessian = new double[n * n];
        double[,] curvature = new double[n, n];
        Curvature(at, [], hessian);
        Buffer.BlockCopy(hessian, 0, curvature, 0, hessian.Length * sizeof(double));
        return new Cholesky(curvature, "The curvature of a logistic regression");
    }
}
