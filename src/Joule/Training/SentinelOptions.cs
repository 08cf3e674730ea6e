namespace Joule.Training;

/// <summary>Thresholds of <see cref="Sentinel"/>, compared with the median of each figure over <see cref="Smoothing"/> updates.</summary>
public sealed record SentinelOptions : IOptionRules
{
    /// <summary>Largest value of <see cref="Smoothing"/>.</summary>
    public const int Most = 256;

    /// <summary>Whether divergence is detected. Non-finite values stop the training in any case.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Updates before a figure is compared with its own recent range; the first ones vary widely.</summary>
    [Between(10, 1_000_000)]
    public int WarmUp { get; init; } = 100;

    /// <summary>Updates over which the median of a figure is taken, so that a single outlier is not a sign.</summary>
    [Between(1, Most)]
    public int Smoothing { get; init; } = 16;

    /// <summary>Updates over which the recent range of a figure is measured.</summary>
    [Between(10, 10_000_000)]
    public int Window { get; init; } = 2000;

    /// <summary>
    /// Updates in a row with a closed gap (<see cref="SeparationClosed"/>) after which the chains have found the data. Before that, a wide
    /// gap is not a divergence.
    /// </summary>
    [Between(10, 10_000_000)]
    public int Settled { get; init; } = 1000;

    /// <summary>Updates that energies or gap must stay outside their range to be a divergence.</summary>
    [Between(1, 10_000)]
    public int Persistence { get; init; } = 75;

    /// <summary>Gap between data and negatives, divided by the spread of their energies: closed below this.</summary>
    [Above(0)]
    public double SeparationClosed { get; init; } = 0.5;

    /// <summary>
    /// The same gap: open above this, and a warning once the chains have found the data. At least <see cref="SeparationClosed"/>.
    /// </summary>
    [Above(0)]
    public double SeparationWarning { get; init; } = 1;

    /// <summary>The same gap: a divergence above this once the chains have found the data. At least the warning.</summary>
    [Above(0)]
    public double SeparationLimit { get; init; } = 1.5;

    /// <summary>Energies and gap: a warning this many mean deviations above the recent mean.</summary>
    [Above(0)]
    public double RangeWarning { get; init; } = 6;

    /// <summary>Energies and gap: an immediate divergence this many mean deviations above the recent mean. At least the warning.</summary>
    [Above(0)]
    public double RangeLimit { get; init; } = 40;

    /// <summary>Largest mean energy of data or negatives, and largest gap, in nats. A warning above half of it.</summary>
    [Above(0)]
    public double EnergyLimit { get; init; } = 1000;

    /// <summary>
    /// The same limit if energies are regularised with a strength α, as a multiple of 1/(2α), the energy at which pushing further apart no
    /// longer pays; at least 10 nats.
    /// </summary>
    [Above(0)]
    public double EnergyScaleLimit { get; init; } = 5;

    /// <summary>Spread of the energies of data and negatives, in nats: a warning below this.</summary>
    [AtLeast(0), Below(1)]
    public double SpreadWarning { get; init; } = 1e-5;

    /// <summary>The same spread: a divergence below this. At most the warning.</summary>
    [AtLeast(0)]
    public double SpreadLimit { get; init; } = 1e-6;

    /// <summary>Gradient norm, as a multiple of its recent mean: a warning above this.</summary>
    [Above(1)]
    public double GradientWarning { get; init; } = 30;

    /// <summary>The same norm: a divergence above this. At least the warning.</summary>
    [Above(1)]
    public double GradientLimit { get; init; } = 100;

    /// <summary>Share of pixels at a wall of the domain, negatives minus data: a warning this far above the usual share.</summary>
    [Above(0)]
    public double WallsWarning { get; init; } = 0.2;

    /// <summary>The same share: a divergence this far above the usual share. At least the warning, at most 1.</summary>
    [Between(0, 1)]
    public double WallsLimit { get; init; } = 0.3;

    /// <summary>Distance between negatives, as a multiple of that between data: a warning below this.</summary>
    [AtLeast(0), Below(1)]
    public double VarietyWarning { get; init; } = 0.15;

    /// <summary>The same distance: a divergence below this. At most the warning.</summary>
    [AtLeast(0)]
    public double VarietyLimit { get; init; } = 0.05;

    /// <summary>
    /// Movement of a chain in an update while the gap is open, as a multiple of the movement of its noise alone: a warning below this.
    /// </summary>
    [AtLeast(0), Below(1)]
    public double MovementWarning { get; init; } = 0.1;

    /// <summary>The same movement: a divergence below this. At most the warning.</summary>
    [AtLeast(0)]
    public double MovementLimit { get; init; } = 0.01;

    /// <summary>Movement of a chain in an update while the gap is open, as a share of the domain's width: a warning above this.</summary>
    [Above(0)]
    public double JumpWarning { get; init; } = 0.2;

    /// <summary>The same share: a divergence above this. At least the warning, at most 1.</summary>
    [Between(0, 1)]
    public double JumpLimit { get; init; } = 0.25;

    /// <summary>
    /// Energy of young chains minus that of older ones, as a multiple of its recent mean (at least one standard deviation of the data's
    /// energies): a warning above this once the chains have found the data.
    /// </summary>
    [Above(1)]
    public double LagWarning { get; init; } = 3;

    /// <summary>The same lag: a divergence above this. At least the warning.</summary>
    [Above(1)]
    public double LagLimit { get; init; } = 8;

    /// <summary>
    /// Loss of an objective without negatives, above that of the first update and as a multiple of its size (at least 1): a warning above
    /// this.
    /// </summary>
    [Above(0)]
    public double FirstLossWarning { get; init; } = 3;

    /// <summary>The same loss: a divergence above this. At least the warning.</summary>
    [Above(0)]
    public double FirstLossLimit { get; init; } = 10;

    /// <summary>Weight that the data keep when they are told from noise or copies of themselves: a warning below this.</summary>
    [AtLeast(0), Below(1)]
    public double ConfusionWarning { get; init; } = 0.02;

    /// <summary>
    /// Noise on the data, or the smallest with which an objective sees them, as a multiple of the standard deviation of the states: a
    /// warning above this at the start.
    /// </summary>
    [Above(0)]
    public double NoiseWarning { get; init; } = 1;

    /// <summary>Updates before the rules for the end of an epoch, below, apply.</summary>
    [Between(0, 1_000_000_000)]
    public int JudgeAfter { get; init; } = 500;

    /// <summary>Mean gradient norm of an epoch: below this, with the energies of the data alike, nothing is learned.</summary>
    [AtLeast(0)]
    public double LeastGradient { get; init; } = 0.03;

    /// <summary>Standard deviation of the energies of the validation data, in nats: alike below this.</summary>
    [AtLeast(0)]
    public double LeastSpread { get; init; } = 0.03;

    /// <summary>Mean energy of the model's samples, as a fraction of the way from the data to noise: a warning above this.</summary>
    [Above(0)]
    public double SamplesFarLimit { get; init; } = 0.5;

    /// <summary>Distance between the model's samples, as a multiple of that between data: a warning below this.</summary>
    [AtLeast(0), Below(1)]
    public double SamplesAlikeLimit { get; init; } = 0.05;

    /// <summary>
    /// Updates between two states that a diverged run can roll back to. Counted in updates, not time, so that a seed gives the same model
    /// also after a rollback.
    /// </summary>
    [Between(10, 1_000_000_000)]
    public int KeepEvery { get; init; } = 1000;

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(SeparationClosed <= SeparationWarning))
        {
            problems.Add(
                $"{path}separation_closed is {SeparationClosed}; it must be at most {path}separation_warning, {SeparationWarning}");
        }
        Rising("range", RangeWarning, RangeLimit);
        Rising("first_loss", FirstLossWarning, FirstLossLimit);
        Rising("separation", SeparationWarning, SeparationLimit);
        Rising("jump", JumpWarning, JumpLimit);
        Rising("lag", LagWarning, LagLimit);
        Rising("gradient", GradientWarning, GradientLimit);
        Rising("walls", WallsWarning, WallsLimit);
        Falling("spread", SpreadWarning, SpreadLimit);
        Falling("variety", VarietyWarning, VarietyLimit);
        Falling("movement", MovementWarning, MovementLimit);

        void Rising(string key, double warning, double limit)
        {
            if (!(limit >= warning))
                problems.Add($"{path}{key}_limit is {limit}; it must be at least {path}{key}_warning, {warning}");
        }

        void Falling(string key, double warning, double limit)
        {
            if (!(limit <= warning))
                problems.Add($"{path}{key}_limit is {limit}; it must be at most {path}{key}_warning, {warning}");
        }
    }
}
