namespace Joule.Evaluation;

/// <summary>The interval of Clopper and Pearson (1934) for a probability: it covers with at least the stated confidence.</summary>
public static class BinomialInterval
{
    /// <summary>The interval for the probability of an event.</summary>
    /// <param name="events">How often it happened.</param>
    /// <param name="trials">How often it could have; at least 1.</param>
    /// <param name="confidence">The confidence, above 0 and below 1.</param>
    public static (double Low, double High) Of(long events, long trials, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, trials);
        double tail = (1 - confidence) / 2;
        double low = events == 0 ? 0 : BetaQuantile.Of(tail, events, trials - events + 1);
        double high = events == trials ? 1 : BetaQuantile.Of(1 - tail, events + 1, trials - events);
        return (low, high);
    }
}
