using Joule.Objectives;
using Joule.Samplers;

namespace Joule.Training;

/// <summary>What a sentinel has to know of the training.</summary>
/// <param name="EnergyRegularization">α, in 1/nat.</param>
/// <param name="Persistent">Whether chains live on from update to update, so that data and negatives must stay close.</param>
/// <param name="NoiseMovement">How far a chain's noise alone would carry it in an update, in units of the state: above 0, or 0 where chains need not move.</param>
public readonly record struct SentinelContext(double EnergyRegularization, bool Persistent, double NoiseMovement)
{
    // Of the domain: chains without noise have to move further than this part of it, or they do not move.
    private const double LeastMovement = 1e-4;

    /// <summary>What there is to know of a training and how it was mended.</summary>
    public static SentinelContext Of(TrainerSetup setup, Mending mending)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(mending);
        NegativesOptions negatives = setup.Negatives;
        LangevinOptions chain = negatives.Chain.Scaled(mending.StepSize);
        // Fresh noise without a step is a negative of its own, the naive one; a chain of a buffer or from the data that does not move is stuck.
        bool moves = negatives is BufferNegativesOptions or DataNegativesOptions || negatives.Steps > 0;
        double step = chain.NoiseScale ?? Math.Sqrt(2.0 * chain.StepSize * (chain.Temperature ?? 1));
        double noise = Math.Max(step * Math.Sqrt(Math.Max(1, negatives.Steps * mending.Steps)), LeastMovement * (setup.Images.High - setup.Images.Low));
        return new SentinelContext(mending.RegularizationOf(setup.Options.EnergyRegularization), negatives is BufferNegativesOptions, moves ? noise : 0);
    }
}

/// <summary>
/// Watches a training for what goes wrong in this field. It compares the median of the last few updates of each figure with fixed limits, and with the range
/// that the figure had lately. A pure function of the figures it was given, whose whole memory is an array of numbers; a step allocates nothing.
/// </summary>
public sealed class Sentinel
{
    private const int CalmAfter = 100; // updates without a sign after which an alarm is over
    private const int LeastRows = 8; // fewer states have no spread worth dividing by
    private const double LeastScale = 10; // nats

    private readonly SentinelOptions _options;
    private readonly double[] _state;
    private readonly double[] _scratch;

    /// <summary>Prepares for a training that has not begun.</summary>
    /// <exception cref="InvalidInputException">An option is out of range; every violation is listed.</exception>
    public Sentinel(SentinelOptions options, SentinelContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        options.Validate(problems);
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot be watched: {string.Join("; ", problems)}.");
        _options = options;
        Context = context;
        _state = new double[Rings + (int)Figure.Count * RecentValues.Length(options.Smoothing)];
        _scratch = new double[options.Smoothing];
        Reset();
    }

    private enum Figure { Energy, Gap, Separation, Gradient, Spread, Walls, Variety, Movement, Count }

    private enum Range { Energy, Gap, Gradient, Spread, Count }

    // Places in the memory: the update of the first and of the last sign of an alarm (−1 for none), what was warned of, updates seen, then ranges and rings.
    private const int FirstSignAt = 0, LastSignAt = 1, WarnedAt = 2, SeenAt = 3, Ranges = 4, Rings = Ranges + (int)Range.Count * RunningRange.Length;

    /// <summary>What it knows of the training. A mended training is another one.</summary>
    public SentinelContext Context { get; set; }

    /// <summary>The update at which the alarm that is on began, or −1 where all is calm.</summary>
    public long FirstSign => (long)_state[FirstSignAt];

    /// <summary>Everything it remembers. To go on where another sentinel with the same options was, copy its numbers here.</summary>
    public Span<double> State => _state;

    /// <summary>Forgets the last updates, but not the ranges: for a training that went back.</summary>
    public void Calm()
    {
        _state.AsSpan(Rings).Clear();
        _state[FirstSignAt] = _state[LastSignAt] = -1;
        _state[WarnedAt] = 0;
    }

    /// <summary>Looks at an update.</summary>
    /// <param name="update">Which one, counted from 1.</param>
    /// <param name="figures">Its figures.</param>
    /// <returns>A warning once for each new sign of an alarm, a divergence as often as it is there, else nothing.</returns>
    public SentinelVerdict Watch(long update, in TrainingFigures figures)
    {
        double sum = figures.Loss + figures.DataEnergy + figures.NegativeEnergy + figures.GradientNorm;
        if (!double.IsFinite(sum))
            return new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, sum, 0);
        // Chains of a buffer wander on when nothing is learned any more. There is nothing to mend then.
        if (!_options.Enabled || figures.IsFrozen)
            return default;
        double energy = Math.Max(Math.Abs(figures.DataEnergy), Math.Abs(figures.NegativeEnergy));
        double gap = Math.Abs(figures.Divergence);
        double spread = Math.Sqrt(figures.DataSpread * figures.DataSpread + figures.NegativeSpread * figures.NegativeSpread);
        Note(Figure.Energy, energy);
        Note(Figure.Gap, gap);
        Note(Figure.Gradient, figures.GradientNorm);
        Note(Figure.Walls, figures.Walls);
        if (figures.Rows > 1)
            Note(Figure.Spread, spread);
        if (figures.Rows >= LeastRows && Context.Persistent)
            Note(Figure.Separation, gap / Math.Max(spread, 1e-30));
        if (double.IsFinite(figures.Variety))
            Note(Figure.Variety, figures.Variety);
        if (Context.NoiseMovement > 0)
            Note(Figure.Movement, figures.Movement / Context.NoiseMovement);

        SentinelVerdict verdict = Judge(update);
        // The first updates are unlike all that come, and say nothing of what is usual.
        if (_state[SeenAt]++ >= _options.WarmUp / 2)
        {
            Learn(Range.Energy, energy);
            Learn(Range.Gap, gap);
            Learn(Range.Gradient, figures.GradientNorm);
            Learn(Range.Spread, spread);
        }
        return verdict;
    }

    private SentinelVerdict Judge(long update)
    {
        SentinelVerdict worst = default;
        double scale = Context.EnergyRegularization > 0 ? Math.Max(LeastScale, _options.EnergyScaleLimit / (2 * Context.EnergyRegularization)) : _options.EnergyLimit;
        double limit = Math.Min(_options.EnergyLimit, scale);
        Above(ref worst, update, SentinelReason.EnergiesRunAway, Figure.Energy, limit / 2, limit);
        Above(ref worst, update, SentinelReason.GapGrows, Figure.Gap, limit / 2, limit);
        if (_state[SeenAt] >= _options.WarmUp)
        {
            Outside(ref worst, update, SentinelReason.EnergiesRunAway, Figure.Energy, Range.Energy);
            Outside(ref worst, update, SentinelReason.GapGrows, Figure.Gap, Range.Gap);
            Above(ref worst, update, SentinelReason.GapGrows, Figure.Separation, _options.SeparationWarning, _options.SeparationLimit);
            double unit = Context.EnergyRegularization > 0 ? Math.Min(1, 1 / (2 * Context.EnergyRegularization)) : 1;
            Below(ref worst, update, SentinelReason.EnergiesFlat, Figure.Spread, unit * _options.SpreadWarning, unit * _options.SpreadLimit);
            double usual = RunningRange.Mean(RangeOf(Range.Gradient));
            Above(ref worst, update, SentinelReason.GradientNorm, Figure.Gradient, usual * _options.GradientWarning, usual * _options.GradientLimit);
        }
        // Chains that start from noise may run to the walls and come back while the first weights are learned.
        Above(ref worst, update, SentinelReason.Walls, Figure.Walls, _options.WallsWarning, _state[SeenAt] >= _options.WarmUp ? _options.WallsLimit : 1);
        Below(ref worst, update, SentinelReason.BufferAlike, Figure.Variety, _options.VarietyWarning, _options.VarietyLimit);
        Below(ref worst, update, SentinelReason.ChainsStuck, Figure.Movement, _options.MovementWarning, _options.MovementLimit);
        if (_state[FirstSignAt] >= 0 && update - _state[LastSignAt] > CalmAfter)
        {
            _state[FirstSignAt] = _state[LastSignAt] = -1;
            _state[WarnedAt] = 0;
        }
        return worst;
    }

    // A spread of the energies is part of the measure: where energies hardly differ from each other, hardly any movement is a large one otherwise.
    private void Outside(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, Range range)
    {
        ReadOnlySpan<double> usual = RangeOf(range);
        double unit = RunningRange.Deviation(usual) + 0.1 * RunningRange.Mean(RangeOf(Range.Spread)) + 0.1 * RunningRange.Mean(usual);
        double mean = RunningRange.Mean(usual);
        Above(ref worst, update, reason, figure, mean + _options.RangeWarning * unit, mean + _options.RangeLimit * unit);
    }

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, double warning, double limit)
    {
        double value = Median(figure);
        if (value > warning)
            Sign(ref worst, update, reason, value, warning, value > limit ? limit : null);
    }

    private void Below(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, double warning, double limit)
    {
        double value = Median(figure);
        if (value < warning)
            Sign(ref worst, update, reason, value, warning, value < limit ? limit : null);
    }

    private void Sign(ref SentinelVerdict worst, long update, SentinelReason reason, double value, double warning, double? beyond)
    {
        if (_state[FirstSignAt] < 0)
            _state[FirstSignAt] = update;
        _state[LastSignAt] = update;
        int bit = 1 << (int)reason, warned = (int)_state[WarnedAt];
        SentinelLevel level = beyond is not null ? SentinelLevel.Diverged : (warned & bit) == 0 ? SentinelLevel.Warning : SentinelLevel.Fine;
        _state[WarnedAt] = warned | bit;
        if (level > worst.Level)
            worst = new SentinelVerdict(level, reason, value, beyond ?? warning);
    }

    private void Reset()
    {
        Array.Clear(_state);
        _state[FirstSignAt] = _state[LastSignAt] = -1;
    }

    private void Note(Figure figure, double value) => RecentValues.Add(Ring(figure), value);

    private double Median(Figure figure) => RecentValues.Median(Ring(figure), _scratch);

    private void Learn(Range range, double value) => RunningRange.Add(RangeOf(range), value, _options.Window, _options.WarmUp / 2);

    private Span<double> RangeOf(Range range) => _state.AsSpan(Ranges + (int)range * RunningRange.Length, RunningRange.Length);

    private Span<double> Ring(Figure figure)
    {
        int length = RecentValues.Length(_options.Smoothing);
        return _state.AsSpan(Rings + (int)figure * length, length);
    }
}
