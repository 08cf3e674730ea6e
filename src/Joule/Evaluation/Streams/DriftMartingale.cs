namespace Joule.Evaluation;

/// <summary>
/// Evidence that a stream is no longer like its past: the capital of a gambler who starts with 1 and bets against the uniformity of online
/// conformal p-values (<see cref="OnlineRanks"/>). It is a non-negative martingale if the rows are exchangeable, so that by Ville's
/// inequality (1939) it ever reaches 1/δ with a probability of at most δ, however long the stream (Vovk, Nouretdinov and Gammerman 2003).
/// </summary>
/// <remarks>
/// The bets are κu^(κ − 1), the power bets of that paper, on four uniform numbers: u = p (energies rise), 1 − p (they fall), the distance
/// of p from the nearer end of the interval, doubled (they spread), and 1 minus that (they gather). As the time of a change is unknown, the
/// capital sleeps at first, and at row t the share 1/(t + 1) of what sleeps is divided among the bets, where it stays: a mixture over all
/// times of change, in the manner of the sleepers of Vovk et al. (2021). A change at row t costs ln(t(t + 1)) nats of evidence.
/// </remarks>
public sealed class DriftMartingale
{
    private static readonly double[] Powers = [0.4, 0.8];

    private readonly double[] _awake; // logarithms of the capital of each bet
    private double _asleep;

    /// <summary>Starts with a capital of 1.</summary>
    /// <param name="level">δ, the probability of ever raising a false alarm; above 0 and below 1.</param>
    /// <exception cref="InvalidInputException">The level is out of range.</exception>
    public DriftMartingale(double level)
    {
        if (!(level > 0 && level < 1))
        {
            throw new InvalidInputException($"The drift level is {level}; it must be above 0 and below 1, for example 0.01: a false alarm "
                + "in at most one of 100 streams.");
        }
        Level = level;
        _awake = new double[4 * Powers.Length];
        Array.Fill(_awake, double.NegativeInfinity);
    }

    /// <summary>δ, the probability of ever raising a false alarm.</summary>
    public double Level { get; }

    /// <summary>Number of p-values so far.</summary>
    public long Count { get; private set; }

    /// <summary>The natural logarithm of the capital.</summary>
    public double LogValue { get; private set; }

    /// <summary>The highest <see cref="LogValue"/> so far.</summary>
    public double Highest { get; private set; }

    /// <summary>The p-value, counted from 1, at which the capital first reached 1/δ; null: it has not.</summary>
    public long? Alarm { get; private set; }

    /// <summary>Bets on a p-value.</summary>
    /// <param name="p">Above 0 and below 1.</param>
    /// <returns>Whether the capital reached 1/δ now, for the first time.</returns>
    public bool Next(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(p, 1);
        Count++;
        double waking = 1.0 / (Count + 1), given = _asleep + Math.Log(waking / _awake.Length);
        _asleep += Math.Log(1 - waking);
        double end = 2 * Math.Min(p, 1 - p);
        ReadOnlySpan<double> numbers = [p, 1 - p, end, Math.Max(1 - end, double.Epsilon)];
        double most = _asleep;
        for (int i = 0; i < _awake.Length; i++)
        {
            double power = Powers[i % Powers.Length];
            _awake[i] = Sum(_awake[i], given) + Math.Log(power) + (power - 1) * Math.Log(numbers[i / Powers.Length]);
            most = Math.Max(most, _awake[i]);
        }
        double sum = Math.Exp(_asleep - most);
        foreach (double capital in _awake)
            sum += Math.Exp(capital - most);
        LogValue = most + Math.Log(sum);
        Highest = Math.Max(Highest, LogValue);
        if (Alarm is not null || LogValue < -Math.Log(Level))
            return false;
        Alarm = Count;
        return true;
    }

    private static double Sum(double a, double b)
    {
        (double high, double low) = a > b ? (a, b) : (b, a);
        return high + Math.Log(1 + Math.Exp(low - high));
    }
}
