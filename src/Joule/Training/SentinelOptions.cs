namespace Joule.Training;

/// <summary>Thresholds of <see cref="Sentinel"/>. Of each figure the median of the last <see cref="Smoothing"/> updates is compared.</summary>
public sealed record SentinelOptions
{
    /// <summary>Most updates of <see cref="Smoothing"/>.</summary>
    public const int Most = 256;

    /// <summary>Whether the training is watched. What is not finite stops it all the same.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Updates before a figure is compared with its own recent range, 10 to 1,000,000: the first ones are wild in every run.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Updates whose median is compared, 1 to 256: a single wild batch is no sign.</summary>
    public int Smoothing { get; init; } = 16;

    /// <summary>Updates that the recent range of a figure remembers, 10 to 10,000,000.</summary>
    public int Window { get; init; } = 2000;

    /// <summary>Energies and gap: a warning where one lies above its recent mean by this many of its mean deviations. Above 0.</summary>
    public double RangeWarning { get; init; } = 8;

    /// <summary>Energies and gap: the training has diverged where one lies above its recent mean by this many of its mean deviations. At least the warning.</summary>
    public double RangeLimit { get; init; } = 40;

    /// <summary>The training has diverged where the mean energy of data or negatives is larger than this, in nats. Above 0.</summary>
    public double EnergyLimit { get; init; } = 1000;

    /// <summary>
    /// The same where energies are tied to zero with a strength α, as a multiple of 1/(2α), the energy at which pushing further apart no longer pays; at least 10 nats.
    /// Above 0.
    /// </summary>
    public double EnergyScaleLimit { get; init; } = 5;

    /// <summary>Gap between data and negatives of a buffer, divided by the spread of their energies: a warning from here. Above 0.</summary>
    public double SeparationWarning { get; init; } = 1;

    /// <summary>The same: the training has diverged from here; chains no longer find what the model thinks is likely. At least the warning.</summary>
    public double SeparationLimit { get; init; } = 1.5;

    /// <summary>
    /// Spread of the energies of data and negatives, in nats, or in units of 1/(2α) where energies are tied to zero and that is less than a nat: a warning below this. In [0, 1).
    /// </summary>
    public double SpreadWarning { get; init; } = 1e-3;

    /// <summary>The same: the training has diverged below this; the model tells nothing apart. At least 0, at most the warning.</summary>
    public double SpreadLimit { get; init; } = 1e-4;

    /// <summary>Gradient norm, as a multiple of its recent mean: a warning from here. Above 1.</summary>
    public double GradientWarning { get; init; } = 10;

    /// <summary>The same: the training has diverged from here. At least the warning.</summary>
    public double GradientLimit { get; init; } = 100;

    /// <summary>Share of pixels at a wall of the domain that negatives have more of than data: a warning from here. In (0, 1].</summary>
    public double WallsWarning { get; init; } = 0.2;

    /// <summary>The same: the training has diverged from here. At least the warning, at most 1.</summary>
    public double WallsLimit { get; init; } = 0.3;

    /// <summary>Distance between negatives, as a multiple of that between data: a warning below this. In [0, 1).</summary>
    public double VarietyWarning { get; init; } = 0.25;

    /// <summary>The same: the training has diverged below this. At least 0, at most the warning.</summary>
    public double VarietyLimit { get; init; } = 0.1;

    /// <summary>Movement of a chain in an update, as a multiple of what its noise alone would make: a warning below this. In [0, 1).</summary>
    public double MovementWarning { get; init; } = 0.1;

    /// <summary>The same: the training has diverged below this. At least 0, at most the warning.</summary>
    public double MovementLimit { get; init; } = 0.01;

    /// <summary>
    /// Updates between two states that a diverged training may go back to, 10 to 1,000,000,000: by updates and not by the clock, so that one seed gives one model
    /// also where it was mended.
    /// </summary>
    public int KeepEvery { get; init; } = 2000;

    /// <summary>Adds to a list whatever is out of range.</summary>
    public void Validate(IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        Whole(problems, "warm_up", WarmUp, 10, 1_000_000);
        Whole(problems, "smoothing", Smoothing, 1, Most);
        Whole(problems, "window", Window, 10, 10_000_000);
        Whole(problems, "keep_every", KeepEvery, 10, 1_000_000_000);
        Rising(problems, "range", RangeWarning, RangeLimit, 0);
        if (!(EnergyLimit > 0) || !double.IsFinite(EnergyLimit))
            problems.Add($"sentinel.energy_limit is {EnergyLimit}; it must be above 0 and finite");
        if (!(EnergyScaleLimit > 0) || !double.IsFinite(EnergyScaleLimit))
            problems.Add($"sentinel.energy_scale_limit is {EnergyScaleLimit}; it must be above 0 and finite");
        Rising(problems, "separation", SeparationWarning, SeparationLimit, 0);
        Rising(problems, "gradient", GradientWarning, GradientLimit, 1);
        Rising(problems, "walls", WallsWarning, WallsLimit, 0);
        if (!(WallsLimit <= 1))
            problems.Add($"sentinel.walls_limit is {WallsLimit}; it must be at most 1, as a share is");
        Falling(problems, "spread", SpreadWarning, SpreadLimit);
        Falling(problems, "variety", VarietyWarning, VarietyLimit);
        Falling(problems, "movement", MovementWarning, MovementLimit);
    }

    private static void Whole(IList<string> problems, string key, int value, int least, int most)
    {
        if (value < least || value > most)
            problems.Add($"sentinel.{key} is {value}; it must lie between {least} and {most}");
    }

    private static void Rising(IList<string> problems, string key, double warning, double limit, double above)
    {
        if (!(warning > above) || !double.IsFinite(warning))
            problems.Add($"sentinel.{key}_warning is {warning}; it must be above {above} and finite");
        if (!(limit >= warning) || !double.IsFinite(limit))
            problems.Add($"sentinel.{key}_limit is {limit}; it must be at least sentinel.{key}_warning, {warning}, and finite");
    }

    private static void Falling(IList<string> problems, string key, double warning, double limit)
    {
        if (!(warning is >= 0 and < 1))
            problems.Add($"sentinel.{key}_warning is {warning}; it must be at least 0 and below 1");
        if (!(limit >= 0 && limit <= warning))
            problems.Add($"sentinel.{key}_limit is {limit}; it must lie between 0 and sentinel.{key}_warning, {warning}");
    }
}
