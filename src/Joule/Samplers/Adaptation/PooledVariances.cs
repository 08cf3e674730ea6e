namespace Joule.Samplers;

/// <summary>
/// Means and variances of every number of a state over the states of all chains and steps together, one state at a time (Welford 1962,
/// Technometrics 4:419), in float64.
/// </summary>
public sealed class PooledVariances : IMassEstimate
{
    private readonly double[] _mean;
    private readonly double[] _squares;
    private double _count;

    /// <summary>Starts with no states.</summary>
    /// <param name="width">Numbers of a state.</param>
    public PooledVariances(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (_mean, _squares) = (new double[width], new double[width]);
    }

    /// <summary>How many states there were.</summary>
    public long Count => (long)_count;

    /// <summary>How many numbers <see cref="Save"/> writes.</summary>
    public int NumberCount => 1 + 2 * _mean.Length;

    /// <summary>Adds states.</summary>
    /// <param name="states">Any number of rows, one after another.</param>
    public void Add(ReadOnlySpan<float> states)
    {
        int width = _mean.Length;
        for (int start = 0; start < states.Length; start += width)
        {
            ReadOnlySpan<float> state = states.Slice(start, width);
            _count++;
            for (int i = 0; i < width; i++)
            {
                double away = state[i] - _mean[i];
                _mean[i] += away / _count;
                _squares[i] += away * (state[i] - _mean[i]);
            }
        }
    }

    /// <summary>The variance of a number, with divisor n − 1.</summary>
    public double Variance(int number) => _squares[number] / (_count - 1);

    /// <summary>
    /// The variances as inverse masses, drawn towards 10⁻³ where there are few states, as in Stan: v·n/(n + 5) + 10⁻³·5/(n + 5).
    /// </summary>
    /// <exception cref="InvalidOperationException">There are fewer than two states.</exception>
    public float[] InverseMass()
    {
        if (_count < 2)
            throw new InvalidOperationException($"Variances need at least two states; there are {_count}.");
        float[] masses = new float[_mean.Length];
        for (int i = 0; i < masses.Length; i++)
            masses[i] = (float)(Variance(i) * (_count / (_count + 5)) + 1e-3 * (5 / (_count + 5)));
        return masses;
    }

    /// <summary>Forgets all states.</summary>
    public void Clear()
    {
        _count = 0;
        _mean.AsSpan().Clear();
        _squares.AsSpan().Clear();
    }

    /// <summary>Writes the state to <see cref="NumberCount"/> numbers.</summary>
    public void Save(Span<double> numbers)
    {
        numbers[0] = _count;
        _mean.CopyTo(numbers[1..]);
        _squares.CopyTo(numbers[(1 + _mean.Length)..]);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    public void Load(ReadOnlySpan<double> numbers)
    {
        _count = numbers[0];
        numbers.Slice(1, _mean.Length).CopyTo(_mean);
        numbers.Slice(1 + _mean.Length, _mean.Length).CopyTo(_squares);
    }
}
