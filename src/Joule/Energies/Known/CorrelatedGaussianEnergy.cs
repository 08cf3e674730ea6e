using System.Buffers;
using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>E(x) = ½(x − μ)ᵀΣ⁻¹(x − μ): a normal distribution of any covariance Σ, with every answer known.</summary>
public sealed partial class CorrelatedGaussianEnergy : FormulaEnergy, IExact, ICurved, ITransport
{
    private readonly double[] _mean;
    private readonly double[,] _covariance;
    private readonly double[][] _precision;
    private readonly double[]? _diagonal; // of the precision; null where numbers are correlated
    private readonly Cholesky _factor;

    /// <summary>Creates the energy.</summary>
    /// <param name="mean">μ, at least one number, all finite.</param>
    /// <param name="covariance">Σ, symmetric and positive definite, with a row and a column for each mean.</param>
    /// <exception cref="InvalidInputException">The sizes do not fit, a mean is not finite, or Σ is not symmetric or not positive
    /// definite.</exception>
    public CorrelatedGaussianEnergy(double[] mean, double[,] covariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        if (covariance.GetLength(0) != mean.Length || covariance.GetLength(1) != mean.Length)
        {
            throw new InvalidInputException($"A Gaussian of {mean.Length} means needs as many rows and columns of covariance; it was given "
                + $"{covariance.GetLength(0)}×{covariance.GetLength(1)}.");
        }
        if (Array.FindIndex(mean, m => !double.IsFinite(m)) is int bad and >= 0)
            throw new InvalidInputException($"Mean {bad} of a Gaussian is {mean[bad]}; it must be finite.");
        _mean = (double[])mean.Clone();
        _covariance = (double[,])covariance.Clone();
        _factor = new Cholesky(_covariance, "The covariance of a Gaussian");
        for (int i = 0; i < mean.Length; i++)
        {
            for (int j = 0; j < i; j++)
                _covariance[j, i] = _covariance[i, j];
        }
        _precision = _factor.Inverse();
        if (IsDiagonal(_covariance))
            _diagonal = [.. _precision.Select((row, i) => row[i])];
        Space = StateSpace.Real(Shape.Vector(mean.Length));
        LogPartition = 0.5 * (mean.Length * Math.Log(2 * Math.PI) + _factor.LogDeterminant);
    }

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>ln Z = ½(n·ln 2π + ln det Σ), in nats.</summary>
    public double LogPartition { get; }

    /// <inheritdoc/>
    public double Moment(int number, int order)
    {
        CheckNumber(number);
        return NormalMoments.Of(_mean[number], _covariance[number, number], order);
    }

    /// <inheritdoc/>
    public double? Covariance(int number, int other)
    {
        CheckNumber(number);
        CheckNumber(other);
        return _covariance[number, other];
    }

    /// <summary>Place (i, j) of Σ⁻¹.</summary>
    internal double Precision(int row, int column) => _precision[row][column];

    /// <summary>The distribution of some numbers given all others: normal again.</summary>
    /// <param name="values">A state; the numbers that are not free count.</param>
    /// <param name="isFree">Which numbers are free, at least one.</param>
    /// <returns>The energy of the free numbers, in their order.</returns>
    /// <exception cref="InvalidInputException">The lengths do not fit, or no number is free.</exception>
    public CorrelatedGaussianEnergy Given(ReadOnlySpan<float> values, ReadOnlySpan<bool> isFree)
    {
        if (values.Length != _mean.Length || isFree.Length != _mean.Length || !isFree.Contains(true))
        {
            throw new InvalidInputException($"A condition on {_mean.Length} numbers needs as many values and marks, at least one of "
                + "them free; "
                + $"it was given {values.Length} and {isFree.Length}.");
        }
        List<int> free = [];
        for (int i = 0; i < isFree.Length; i++)
        {
            if (isFree[i])
                free.Add(i);
        }
        // The precision of the free numbers is a block of Σ⁻¹; their mean moves by −Λ⁻¹·(Σ⁻¹)_fc·(x_c − μ_c).
        double[,] block = new double[free.Count, free.Count];
        double[] shift = new double[free.Count];
        for (int i = 0; i < free.Count; i++)
        {
            for (int j = 0; j < _mean.Length; j++)
            {
                if (!isFree[j])
                    shift[i] += _precision[free[i]][j] * (values[j] - _mean[j]);
            }
            for (int j = 0; j < free.Count; j++)
                block[i, j] = _precision[free[i]][free[j]];
        }
        Cholesky factor = new(block, "The precision of the free numbers");
        factor.Solve(shift);
        double[][] inverse = factor.Inverse();
        double[] mean = [.. free.Select((f, i) => _mean[f] - shift[i])];
        double[,] covariance = new double[free.Count, free.Count];
        for (int i = 0; i < free.Count; i++)
        {
            for (int j = 0; j < free.Count; j++)
                covariance[i, j] = inverse[i][j];
        }
        return new CorrelatedGaussianEnergy(mean, covariance);
    }

    /// <inheritdoc/>
    public void Sample(in RandomStream draws, uint chain, Span<float> state)
    {
        draws.FillNormal(state, chain);
        // Row i uses draws 0 to i: from the last row on, no draw is overwritten too early.
        for (int i = state.Length - 1; i >= 0; i--)
            state[i] = (float)(_mean[i] + _factor.Multiply(i, state));
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> state, Span<double> gradient)
    {
        if (_diagonal is { } diagonal)
            return Independent(state, gradient, diagonal);
        double[]? rented = state.Length > 128 ? ArrayPool<double>.Shared.Rent(state.Length) : null;
        Span<double> d = (rented ?? stackalloc double[128])[..state.Length];
        TensorPrimitives.Subtract(state, _mean, d);
        double energy = 0;
        for (int i = 0; i < d.Length; i++)
        {
            double slope = TensorPrimitives.Dot<double>(_precision[i], d);
            energy += 0.5 * d[i] * slope;
            if (!gradient.IsEmpty)
                gradient[i] = slope;
        }
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return energy;
    }

    /// <inheritdoc/>
    public double Curvature(ReadOnlySpan<double> state, Span<double> gradient, Span<double> hessian)
    {
        for (int i = 0; i < state.Length; i++)
            _precision[i].CopyTo(hessian[(i * state.Length)..]);
        return Value(state, gradient);
    }

    /// <summary>0: the curvature is constant.</summary>
    public void Third(ReadOnlySpan<double> state, ReadOnlySpan<double> weights, Span<double> change) => change.Clear();

    // The same sums without the zeros: the same bits.
    private double Independent(ReadOnlySpan<double> state, Span<double> gradient, double[] precision)
    {
        double energy = 0;
        for (int i = 0; i < state.Length; i++)
        {
            double d = state[i] - _mean[i], slope = precision[i] * d;
            energy += 0.5 * d * slope;
            if (!gradient.IsEmpty)
                gradient[i] = slope;
        }
        return energy;
    }

    /// <inheritdoc/>
    /// <remarks>Where numbers are correlated, every time takes a factorisation of a matrix, shared by states at the same time.</remarks>
    public void Velocity(Rows states, ReadOnlySpan<double> times, Rows velocity)
    {
        // With S = (1 − t)²·1 + t²Σ, the covariance of xₜ: v = μ + (tΣ − (1 − t)·1)·S⁻¹(x − tμ).
        int n = _mean.Length;
        double[] away = new double[n];
        Cholesky? factor = null;
        for (int r = 0; r < states.Count; r++)
        {
            double t = times[r], before = 1 - t;
            for (int i = 0; i < n; i++)
                away[i] = states[r][i] - t * _mean[i];
            if (_diagonal is null)
            {
                if (factor is null || t != times[r - 1])
                    factor = Cholesky.TryFactor(CovarianceAt(t))!; // it is positive definite, as Σ is
                factor.Solve(away);
            }
            for (int i = 0; i < n; i++)
            {
                double sum = -before * away[i];
                if (_diagonal is null)
                {
                    for (int j = 0; j < n; j++)
                        sum += t * _covariance[i, j] * away[j];
                }
                else
                {
                    sum = (t * _covariance[i, i] - before) / (before * before + t * t * _covariance[i, i]) * away[i];
                }
                velocity[r][i] = (float)(_mean[i] + sum);
            }
        }
    }

    private double[,] CovarianceAt(double time)
    {
        double[,] covariance = new double[_mean.Length, _mean.Length];
        for (int i = 0; i < _mean.Length; i++)
        {
            for (int j = 0; j < _mean.Length; j++)
                covariance[i, j] = time * time * _covariance[i, j] + (i == j ? (1 - time) * (1 - time) : 0);
        }
        return covariance;
    }

    private static bool IsDiagonal(double[,] covariance)
    {
        for (int i = 0; i < covariance.GetLength(0); i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (covariance[i, j] != 0)
                    return false;
            }
        }
        return true;
    }
}
