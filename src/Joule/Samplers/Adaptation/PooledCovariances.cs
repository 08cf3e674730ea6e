using System.Numerics.Tensors;

namespace Joule.Samplers;

/// <summary>
/// Means and covariances of the numbers of a state over the states of all chains and steps together, one state at a time (Welford 1962,
/// Technometrics 4:419), in float64.
/// </summary>
public sealed class PooledCovariances : IMassEstimate
{
    private readonly double[] _mean;
    private readonly double[] _away;

    // The lower triangle of Σ (x − mean)(x − mean)ᵀ, row after row.
    private readonly double[] _products;
    private double _count;

    /// <summary>Starts with no states.</summary>
    /// <param name="width">d: numbers of a state. A state costs d²/2 multiplications.</param>
    public PooledCovariances(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (_mean, _away, _products) = (new double[width], new double[width], new double[Start(width)]);
    }

    /// <summary>How many states there were.</summary>
    public long Count => (long)_count;

    /// <inheritdoc/>
    public int NumberCount => 1 + _mean.Length + _products.Length;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> states)
    {
        int width = _mean.Length;
        for (int start = 0; start < states.Length; start += width)
        {
            ReadOnlySpan<float> state = states.Slice(start, width);
            _count++;
            for (int i = 0; i < width; i++)
            {
                _away[i] = state[i] - _mean[i];
                _mean[i] += _away[i] / _count;
            }
            // From the old mean on one side and the new one on the other: (x − m)(x − m′) = (x − m)²·(n − 1)/n.
            double weight = (_count - 1) / _count;
            for (int i = 0; i < width; i++)
            {
                Span<double> row = _products.AsSpan(Start(i), i + 1);
                TensorPrimitives.MultiplyAdd(_away.AsSpan(0, i + 1), weight * _away[i], row, row);
            }
        }
    }

    /// <summary>The covariance of two numbers, with divisor n − 1.</summary>
    public double Covariance(int number, int other) =>
        _products[Start(Math.Max(number, other)) + Math.Min(number, other)] / (_count - 1);

    /// <summary>
    /// The covariance as inverse masses, one row after the other, drawn towards 10⁻³ on the diagonal where there are few states, as in
    /// Stan: Σ·n/(n + 5) + 10⁻³·5/(n + 5)·I. Where that is not positive definite in float32, since there are fewer states than numbers and
    /// these vary by far more than 10⁻³, covariances are multiplied by 1 − s as well, with the smallest of s = 10⁻⁶, 10⁻⁵, … that is
    /// enough; variances stay.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are fewer than two states.</exception>
    /// <exception cref="InvalidInputException">A variance does not fit into float32.</exception>
    public float[] InverseMass()
    {
        if (_count < 2)
            throw new InvalidOperationException($"Covariances need at least two states; there are {_count}.");
        int width = _mean.Length;
        float[] masses = new float[width * width];
        double share = _count / (_count + 5);
        for (int power = -7; power <= 0; power++)
        {
            double kept = power == -7 ? 1 : 1 - Math.Pow(10, power);
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < i; j++)
                    masses[i * width + j] = masses[j * width + i] = (float)(Covariance(i, j) * share * kept);
                masses[i * width + i] = (float)(Covariance(i, i) * share + 1e-3 * (1 - share));
            }
            if (DenseMetric.Factor(masses, width, out _) is not null)
                return masses;
        }
        throw new InvalidInputException("The states of the warm-up vary too widely for inverse masses in float32. Rescale the energy's "
            + "states, or start chains closer together.");
    }

    /// <inheritdoc/>
    public void Clear()
    {
        _count = 0;
        _mean.AsSpan().Clear();
        _products.AsSpan().Clear();
    }

    /// <inheritdoc/>
    public void Save(Span<double> numbers)
    {
        numbers[0] = _count;
        _mean.CopyTo(numbers[1..]);
        _products.CopyTo(numbers[(1 + _mean.Length)..]);
    }

    /// <inheritdoc/>
    public void Load(ReadOnlySpan<double> numbers)
    {
        _count = numbers[0];
        numbers.Slice(1, _mean.Length).CopyTo(_mean);
        numbers.Slice(1 + _mean.Length, _products.Length).CopyTo(_products);
    }

    private static int Start(int row) => row * (row + 1) / 2;
}
