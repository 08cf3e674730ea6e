namespace Joule.Samplers;

/// <summary>An estimate of ln Z from importance weights.</summary>
/// <param name="Value">ln of the mean weight, in nats.</param>
/// <param name="StandardError">Its standard error, in nats: the relative one of the mean weight. NaN for a single weight.</param>
/// <param name="Count">How many weights there were.</param>
public readonly record struct LogPartitionEstimate(double Value, double StandardError, long Count)
{
    /// <summary>The estimate from the sums of n independent weights.</summary>
    /// <param name="logSum">ln Σ w.</param>
    /// <param name="logSumOfSquares">ln Σ w².</param>
    /// <param name="count">n, at least 1.</param>
    public static LogPartitionEstimate Of(double logSum, double logSumOfSquares, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        // The variance of the mean over its square: (Σw²/(Σw)² − 1/n)·n/(n − 1).
        double relative = (Math.Exp(logSumOfSquares - 2 * logSum) - 1.0 / count) * count / (count - 1);
        return new LogPartitionEstimate(logSum - Math.Log(count), count > 1 ? Math.Sqrt(Math.Max(0, relative)) : double.NaN, count);
    }

    /// <summary>The lower end of the 95% interval.</summary>
    public double Low => Value - 1.96 * StandardError;

    /// <summary>The upper end of the 95% interval.</summary>
    public double High => Value + 1.96 * StandardError;
}
