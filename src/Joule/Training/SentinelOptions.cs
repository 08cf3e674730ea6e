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

    /// <summary>Updates in a row with a closed gap (<see cref="SeparationClosed"/>) after which the chains have found the data, 10 to 10,000,000. Before that a wide
    /// gap is no divergence.</summary>
    public int Settled { get; init; } = 1000;

    /// <summary>Updates that energies or gap have to stay outside their range to be a divergence, 1 to 10,000.</summary>
    public int Persistence { get; init; } = 75;

    /// <summary>Gap between data and negatives, divided by the spread of their energies: closed below this. Above 0.</summary>
    public double SeparationClosed { get; init; } = 0.5;

    /// <summary>The same: open above this, and a warning once the chains have found the data. At least <see cref="SeparationClosed"/>.</summary>
    public double SeparationWarning { get; init; } = 1;

    /// <summary>The same: a divergence above this once the chains have found the data. At least the warning.</summary>
    public double SeparationLimit { get; init; } = 1.5;

    /// <summary>Energies and gap: a warning where one lies above its recent mean by this many of its mean deviations. Above 0.</summary>
    public double RangeWarning { get; init; } = 6;

    /// <summary>Energies and gap: a divergence at once where one lies above its recent mean by this many of its mean deviations. At least the warning.</summary>
    public double RangeLimit { get; init; } = 40;

    /// <summary>Largest mean energy of data or negatives, in nats. Above 0.</summary>
    public double EnergyLimit { get; init; } = 1000;

    /// <summary>
    /// The same where energies are tied to zero with a strength α, as a multiple of 1/(2α), the energy at which pushing further apart no longer pays; at least 10 nats.
    /// Above 0.
    /// </summary>
    public double EnergyScaleLimit { get; init; } = 5;

    /// <summary>Spread of the energies of data and negatives, in nats: a warning below this. In [0, 1).</summary>
    public double SpreadWarning { get; init; } = 1e-5;

    /// <summary>The same: a divergence below this. At least 0, at most the warning.</summary>
    public double SpreadLimit { get; init; } = 1e-6;

    /// <summary>Gradient norm, as a multiple of its recent mean: a warning from here. Above 1.</summary>
    public double GradientWarning { get; init; } = 30;

    /// <summary>The same: a divergence from here. At least the warning.</summary>
    public double GradientLimit { get; init; } = 100;

    /// <summary>Share of pixels at a wall of the domain that negatives have more of than data: a warning this far above what is usual. In (0, 1].</summary>
    public double WallsWarning { get; init; } = 0.2;

    /// <summary>The same: a divergence from here. At least the warning, at most 1.</summary>
    public double WallsLimit { get; init; } = 0.3;

    /// <summary>Distance between negatives, as a multiple of that between data: a warning below this. In [0, 1).</summary>
    public double VarietyWarning { get; init; } = 0.15;

    /// <summary>The same: a divergence below this. At least 0, at most the warning.</summary>
    public double VarietyLimit { get; init; } = 0.05;

    /// <summary>Movement of a chain in an update, as a multiple of what its noise alone would make, where the gap is open: a warning below this. In [0, 1).</summary>
    public double MovementWarning { get; init; } = 0.1;

    /// <summary>The same: a divergence below this. At least 0, at most the warning.</summary>
    public double MovementLimit { get; init; } = 0.01;

    /// <summary>Movement of a chain in an update, as a share of the domain's width, where the gap is open: a warning from here. In (0, 1].</summary>
    public double JumpWarning { get; init; } = 0.2;

    /// <summary>The same: a divergence from here. At least the warning, at most 1.</summary>
    public double JumpLimit { get; init; } = 0.25;

    /// <summary>Updates before the end of an epoch is judged by the rules below, 0 to 1,000,000,000.</summary>
    public int JudgeAfter { get; init; } = 500;

    /// <summary>Mean gradient norm of an epoch: nothing is learned below this where the energies of the data are alike too. At least 0.</summary>
    public double LeastGradient { get; init; } = 0.03;

    /// <summary>Standard deviation of the energies of the validation data, in nats: alike below this. At least 0.</summary>
    public double LeastSpread { get; init; } = 0.03;

    /// <summary>Mean energy of the model's samples, as a share of the way from the data to noise: a warning beyond this. Above 0.</summary>
    public double SamplesFarLimit { get; init; } = 0.5;

    /// <summary>Distance between the model's samples, as a multiple of that between data: a warning below this. In [0, 1).</summary>
    public double SamplesAlikeLimit { get; init; } = 0.05;

    /// <summary>
    /// Updates between two states that a diverged training may go back to, 10 to 1,000,000,000: by updates and not by the clock, so that one seed gives one model
    /// also where it was mended.
    /// </summary>
    public int KeepEvery { get; init; } = 1000;

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
            problems.Add($"training.sentinel.energy_limit is {EnergyLimit}; it must be above 0 and finite");
        if (!(EnergyScaleLimit > 0) || !double.IsFinite(EnergyScaleLimit))
            problems.Add($"training.sentinel.energy_scale_limit is {EnergyScaleLimit}; it must be above 0 and finite");
        Whole(problems, "settled", Settled, 10, 10_000_000);
        Whole(problems, "persistence", Persistence, 1, 10_000);
        if (!(SeparationClosed > 0 && SeparationClosed <= SeparationWarning))
            problems.Add($"training.sentinel.separation_closed is {SeparationClosed}; it must be above 0 and at most training.sentinel.separation_warning, {SeparationWarning}");
        Rising(problems, "separation", SeparationWarning, SeparationLimit, 0);
        Rising(problems, "jump", JumpWarning, JumpLimit, 0);
        if (!(JumpLimit <= 1))
            problems.Add($"training.sentinel.jump_limit is {JumpLimit}; it must be at most 1, as a share is");
        Rising(problems, "gradient", GradientWarning, GradientLimit, 1);
        Rising(problems, "walls", WallsWarning, WallsLimit, 0);
        if (!(WallsLimit <= 1))
            problems.Add($"training.sentinel.walls_limit is {WallsLimit}; it must be at most 1, as a share is");
        Whole(problems, "judge_after", JudgeAfter, 0, 1_000_000_000);
        if (!(LeastGradient >= 0) || !double.IsFinite(LeastGradient))
            problems.Add($"training.sentinel.least_gradient is {LeastGradient}; it must be at least 0 and finite");
        if (!(LeastSpread >= 0) || !double.IsFinite(LeastSpread))
            problems.Add($"training.sentinel.least_spread is {LeastSpread}; it must be at least 0 and finite");
        if (!(SamplesFarLimit > 0) || !double.IsFinite(SamplesFarLimit))
            problems.Add($"training.sentinel.samples_far_limit is {SamplesFarLimit}; it must be above 0 and finite");
        if (!(SamplesAlikeLimit is >= 0 and < 1))
            problems.Add($"training.sentinel.samples_alike_limit is {SamplesAlikeLimit}; it must be at least 0 and below 1");
        Falling(problems, "spread", SpreadWarning, SpreadLimit);
        Falling(problems, "variety", VarietyWarning, VarietyLimit);
        Falling(problems, "movement", MovementWarning, MovementLimit);
    }

    private static void Whole(IList<string> problems, string key, int value, int least, int most)
    {
        if (value < least || value > most)
            problems.Add($"training.sentinel.{key} is {value}; it must lie between {least} and {most}");
    }

    private static void Rising(IList<string> problems, string key, double warning, double limit, double above)
    {
        if (!(warning > above) || !double.IsFinite(warning))
            problems.Add($"training.sentinel.{key}_warning is {warning}; it must be above {above} and finite");
        if (!(limit >= warning) || !double.IsFinite(limit))
            problems.Add($"training.sentinel.{key}_limit is {limit}; it must be at least training.sentinel.{key}_warning, {warning}, and finite");
    }

    private static void Falling(IList<string> problems, string key, double warning, double limit)
    {
        if (!(warning is >= 0 and < 1))
            problems.Add($"training.sentinel.{key}_warning is {warning}; it must be at least 0 and below 1");
        if (!(limit >= 0 && limit <= warning))
            problems.Add($"training.sentinel.{key}_limit is {limit}; it must lie between 0 and training.sentinel.{key}_warning, {warning}");
    }
}
