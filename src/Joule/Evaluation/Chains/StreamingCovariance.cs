using Joule.Samplers;

namespace Joule.Evaluation;

/// <summary>
/// The covariance matrix of a state's numbers over all draws of all chains, updated online: no trajectory is stored. As an observer it
/// takes the samples of the schedule. Adding states allocates nothing; the first observation allocates a buffer.
/// </summary>
public sealed class StreamingCovariance : IChainObserver
{
    private readonly double[] _mean;
    private readonly double[] _before;
    private readonly double[] _products;
    private float[] _states = [];

    /// <summary>Prepares.</summary>
    /// <param name="width">The numbers of a state, from 1 to 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of range.</exception>
    public StreamingCovariance(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 10_000);
        Width = width;
        _mean = new double[width];
        _before = new double[width];
        _products = new double[width * width];
    }

    /// <summary>The numbers of a state.</summary>
    public int Width { get; }

    /// <summary>The number of states so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the states if they are a sample of the schedule.</summary>
    /// <exception cref="InvalidInputException">The width of the states differs.</exception>
    /// <exception cref="DivergenceException">A number is not finite.</exception>
    public void Observe(in ChainReport report)
    {
        if (!report.IsSample)
            return;
        if (report.States.Width != Width)
        {
            throw new InvalidInputException($"A covariance was prepared for states of {Width} numbers; "
                + $"the states of the run have {report.States.Width}.");
        }
        if (_states.Length != report.States.Length)
            _states = new float[report.States.Length];
        report.Device.Download(report.States, _states);
        Add(_states);
    }

    /// <summary>Adds any number of states.</summary>
    /// <param name="states">The states, one after the other.</param>
    /// <inheritdoc cref="Observe"/>
    public void Add(ReadOnlySpan<float> states)
    {
        if (states.Length % Width != 0)
            throw new InvalidInputException($"{states.Length} numbers are not whole states of {Width}.");
        int bad = states.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new DivergenceException("draw", Count, bad / Width, states[bad]);
        for (; !states.IsEmpty; states = states[Width..])
            AddOne(states[..Width]);
    }

    /// <summary>The mean of a number. NaN before the first state.</summary>
    public double Mean(int number) => Count == 0 ? double.NaN : _mean[number];

    /// <summary>The covariance of two numbers, with n − 1. NaN for fewer than two states.</summary>
    public double Covariance(int first, int second)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)first, (uint)Width, nameof(first));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)second, (uint)Width, nameof(second));
        return Count < 2 ? double.NaN : _products[Math.Max(first, second) * Width + Math.Min(first, second)] / (Count - 1);
    }

    // Welford's update for products: the deviation of one number from its mean before, times that of the other from its mean after.
    private void AddOne(ReadOnlySpan<float> state)
    {
        double share = 1.0 / ++Count;
        for (int i = 0; i < state.Length; i++)
        {
            _before[i] = state[i] - _mean[i];
            _mean[i] += _before[i] * share;
        }
        for (int i = 0; i < state.Length; i++)
        {
            double after = state[i] - _mean[i];
            Span<double> row = _products.AsSpan(i * Width, i + 1);
            for (int j = 0; j < row.Length; j++)
                row[j] += after * _before[j];
        }
    }
}
