namespace Joule.Samplers;

/// <summary>
/// Adapts a step size to an acceptance by dual averaging (Nesterov 2009, Mathematical Programming 120:221, as in Hoffman and Gelman 2014,
/// arXiv:1111.4246, section 3.2 and equation 6), with their constants γ = 0.05, t₀ = 10 and κ = 0.75, and μ = log 10ε₀.
/// </summary>
public sealed class DualAveraging
{
    /// <summary>How many numbers <see cref="Save"/> writes.</summary>
    public const int NumberCount = 5;

    private const double Offset = 10, Kappa = 0.75;

    private readonly double _gamma;

    private double _center;
    private double _error;
    private double _log;
    private double _averagedLog;
    private double _count;

    /// <summary>Starts at a step size.</summary>
    /// <param name="stepSize">ε₀, above 0.</param>
    /// <param name="target">δ: the acceptance that is aimed at, above 0 and below 1.</param>
    /// <param name="gamma">γ: how strongly step sizes are drawn towards μ, above 0; small ones leap.</param>
    public DualAveraging(double stepSize, double target, double gamma = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gamma);
        _gamma = gamma;
        if (!(target is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(target), target, "The target acceptance lies between 0 and 1.");
        Target = target;
        Restart(stepSize);
    }

    /// <summary>δ: the acceptance that is aimed at.</summary>
    public double Target { get; }

    /// <summary>ε: the step size of the next step of the warm-up.</summary>
    public double StepSize => Math.Exp(_log);

    /// <summary>ε̄: the averaged step size, for use after the warm-up; ε₀ before the first update.</summary>
    public double Averaged => Math.Exp(_averagedLog);

    /// <summary>Forgets everything and starts at a step size.</summary>
    /// <param name="stepSize">ε₀, above 0.</param>
    public void Restart(double stepSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepSize);
        (_error, _count) = (0, 0);
        _log = _averagedLog = Math.Log(stepSize);
        _center = Math.Log(10 * stepSize);
    }

    /// <summary>Takes note of the acceptance of a step with <see cref="StepSize"/>.</summary>
    /// <param name="acceptance">From 0 to 1.</param>
    public void Update(double acceptance)
    {
        if (!(acceptance is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(acceptance), acceptance, "An acceptance lies between 0 and 1.");
        _count++;
        double weight = 1 / (_count + Offset), average = Math.Pow(_count, -Kappa);
        _error += weight * (Target - acceptance - _error);
        _log = _center - Math.Sqrt(_count) / _gamma * _error;
        _averagedLog += average * (_log - _averagedLog);
    }

    /// <summary>Writes the state to <see cref="NumberCount"/> numbers.</summary>
    public void Save(Span<double> numbers) =>
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (_center, _error, _log, _averagedLog, _count);

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    public void Load(ReadOnlySpan<double> numbers) =>
        (_center, _error, _log, _averagedLog, _count) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
}
