namespace Joule.Evaluation;

/// <summary>
/// Batch means of several series, updated online: values are summed in batches of consecutive ones, and the spread of the batches' means
/// gives the standard error of the overall mean, whatever the autocorrelation within a batch (Flegal and Jones 2010). When 64 batches are
/// full, neighbours are merged and the batch size doubles. From then on there are 32 to 64 batches.
/// </summary>
/// <param name="width">The number of series.</param>
internal sealed class BatchMeans(int width)
{
    /// <summary>The most batches; a power of two.</summary>
    public const int Most = 64;

    private readonly double[] _sums = new double[Most * width];
    private int _complete;
    private int _inLast;

    /// <summary>The number of values in a batch.</summary>
    public long Size { get; private set; } = 1;

    /// <summary>The number of complete batches.</summary>
    public int Count => _complete;

    /// <summary>Adds the next value of every series.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        if (_complete == Most)
            Join();
        Span<double> sums = _sums.AsSpan(_complete * width, width);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += values[i];
        if (++_inLast < Size)
            return;
        _complete++;
        _inLast = 0;
    }

    /// <summary>
    /// Estimates σ²τ: n times the variance of the mean of n values. The estimate is too small while batches are not much longer than τ, as
    /// at the start, when a batch is a single value. NaN for fewer than two batches.
    /// </summary>
    public double Variance(int series)
    {
        if (_complete < 2)
            return double.NaN;
        double mean = 0, squares = 0;
        for (int i = 0; i < _complete; i++)
            mean += _sums[i * width + series] / _complete;
        for (int i = 0; i < _complete; i++)
            squares += (_sums[i * width + series] - mean) * (_sums[i * width + series] - mean);
        return squares / (_complete - 1) / Size;
    }

    private void Join()
    {
        for (int i = 0; i < Most / 2; i++)
        {
            for (int j = 0; j < width; j++)
                _sums[i * width + j] = _sums[2 * i * width + j] + _sums[(2 * i + 1) * width + j];
        }
        _sums.AsSpan(Most / 2 * width).Clear();
        _complete = Most / 2;
        Size *= 2;
    }
}
