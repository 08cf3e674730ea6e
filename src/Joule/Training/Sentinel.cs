namespace Joule.Training;

/// <summary>
/// Watches a training for what goes wrong in this field. Of each figure it compares the median of the last few updates with fixed limits, and, once the
/// chains have found the data, with the range that the figure had lately. A pure function of the figures it was given: its whole memory is an array of
/// numbers, and a step allocates nothing.
/// </summary>
public sealed class Sentinel
{
    private const int CalmAfter = 100; // updates without a sign after which an alarm is over
    private const int LeastRows = 8; // fewer states have no spread worth dividing by
    private const double LeastScale = 10; // nats
    private const double LeastUnit = 0.01; // nats: energies that are closer to each other than this are equal
    private const int Reasons = (int)SentinelReason.ChainsJump; // those that an update can give

    private readonly SentinelOptions _options;
    private readonly double[] _state;
    private readonly double[] _scratch;

    /// <summary>Prepares for a training that has not begun.</summary>
    /// <exception cref="InvalidInputException">An option is out of range; every violation is listed.</exception>
    public Sentinel(SentinelOptions options, SentinelContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        OptionsCheck.Add(options, problems, "training.sentinel.");
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot be watched: {string.Join("; ", problems)}.");
        _options = options;
        Context = context;
        _state = new double[Rings + (int)Figure.Count * RecentValues.Length(options.Smoothing)];
        _scratch = new double[options.Smoothing];
        Reset();
    }

    private enum Figure { Energy, Gap, Separation, Gradient, Spread, Walls, Variety, Movement, Count }

    private enum Range { Energy, Gap, Spread, Walls, Gradient, Count }

    // The memory: the update of the first and of the last sign of an alarm (-1: none), what was warned of, updates seen, updates in a row with a closed gap, whether
    // the chains have found the data, how long a sign has stayed; then the extremes, the ranges and the rings.
    private const int FirstSignAt = 0, LastSignAt = 1, WarnedAt = 2, SeenAt = 3, ClosedAt = 4, SettledAt = 5, StaysAt = 6, Extremes = 7;
    private const int Ranges = Extremes + SentinelExtreme.Length * Reasons;
    private const int Rings = Ranges + (int)Range.Count * RunningRange.Length;

    /// <summary>What it knows of the training. A mended training is another one.</summary>
    public SentinelContext Context { get; set; }

    /// <summary>The update at which the alarm that is on began, or −1 where all is calm.</summary>
    public long FirstSign => (long)_state[FirstSignAt];

    /// <summary>Whether the chains have found the data: the gap was small for <see cref="SentinelOptions.Settled"/> updates in a row.</summary>
    public bool IsSettled => _state[SettledAt] > 0;

    /// <summary>Whether data and negatives are together now: the gap is less than half of the spread of the energies.</summary>
    public bool IsClosed => Median(Figure.Separation) is var s && (double.IsNaN(s) || s < _options.SeparationClosed);

    /// <summary>Everything it remembers. To go on where another sentinel with the same options was, copy its numbers here.</summary>
    public Span<double> State => _state;

    /// <summary>How near every rule came to its limit so far, in the order of the reasons.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest =>
        [.. Enumerable.Range(1, Reasons).Select(r => SentinelExtreme.Read((SentinelReason)r, ExtremeOf((SentinelReason)r))).Where(e => e.Update > 0)];

    /// <summary>Forgets the last updates, but not the ranges: for a training that went back.</summary>
    public void Calm()
    {
        _state.AsSpan(Rings).Clear();
        _state[FirstSignAt] = _state[LastSignAt] = -1;
        _state[WarnedAt] = _state[StaysAt] = 0;
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
        if (figures.Rows >= LeastRows)
            Note(Figure.Separation, gap / Math.Max(spread, 1e-30));
        if (double.IsFinite(figures.Variety))
            Note(Figure.Variety, figures.Variety);
        if (Context.NoiseMovement > 0)
            Note(Figure.Movement, figures.Movement / Context.NoiseMovement);

        SentinelVerdict verdict = Judge(update, figures.Rows);
        // The first updates are unlike all that come, and say nothing of what is usual. Nor does a figure that has left its range.
        if (_state[SeenAt]++ >= _options.WarmUp / 2 && _state[FirstSignAt] < 0)
        {
            Learn(Range.Energy, energy);
            Learn(Range.Gap, gap);
            Learn(Range.Gradient, figures.GradientNorm);
            Learn(Range.Spread, figures.DataSpread);
            Learn(Range.Walls, figures.Walls);
        }
        return verdict;
    }

    private SentinelVerdict Judge(long update, int rows)
    {
        SentinelVerdict worst = default;
        double scale = Context.EnergyRegularization > 0 ? Math.Max(LeastScale, _options.EnergyScaleLimit / (2 * Context.EnergyRegularization)) : _options.EnergyLimit;
        double limit = Math.Min(_options.EnergyLimit, scale);
        Above(ref worst, update, SentinelReason.EnergiesRunAway, Figure.Energy, limit / 2, limit);
        Above(ref worst, update, SentinelReason.GapGrows, Figure.Gap, limit / 2, limit);
        double separation = Median(Figure.Separation);
        if (_state[SeenAt] >= _options.WarmUp)
        {
            Settle(separation);
            Below(ref worst, update, SentinelReason.EnergiesFlat, Figure.Spread, _options.SpreadWarning, _options.SpreadLimit);
            Below(ref worst, update, SentinelReason.BufferAlike, Figure.Variety, _options.VarietyWarning, _options.VarietyLimit);
            double usual = RunningRange.Mean(RangeOf(Range.Gradient));
            Above(ref worst, update, SentinelReason.GradientNorm, Figure.Gradient, usual * _options.GradientWarning, usual * _options.GradientLimit);
        }
        // Chains that rest or jump about do no harm where they are as likely as the data: where those are black, chains stand at the wall.
        bool open = separation > _options.SeparationWarning;
        if (open || Context.HasNoSteps)
            Below(ref worst, update, SentinelReason.ChainsStuck, Figure.Movement, _options.MovementWarning, _options.MovementLimit);
        // The first way of a chain, from noise to the data, is a long one: chains have to have come back.
        if (open && Context.NoiseMovement > 0 && _state[SeenAt] >= _options.WarmUp && _state[SeenAt] * rows >= 2L * Context.Slots && Context.Persistent)
            Above(ref worst, update, SentinelReason.ChainsJump, Median(Figure.Movement) * Context.NoiseMovement / Context.Width, _options.JumpWarning, _options.JumpLimit);
        if (IsSettled)
            CompareWithUsual(ref worst, update);
        if (_state[FirstSignAt] >= 0 && update - _state[LastSignAt] > CalmAfter)
        {
            _state[FirstSignAt] = _state[LastSignAt] = -1;
            _state[WarnedAt] = 0;
        }
        return worst;
    }

    // Chains have to find the data first, and unusual data take them long. Until then a wide gap is the way there, and no divergence.
    private void Settle(double separation)
    {
        if (double.IsNaN(separation))
            return;
        bool closed = separation < _options.SeparationClosed;
        _state[ClosedAt] = closed ? _state[ClosedAt] + 1 : 0;
        if (_state[ClosedAt] >= _options.Settled)
            _state[SettledAt] = 1;
        // What is usual is what is usual with a closed gap.
        if (!closed && !IsSettled)
            _state.AsSpan(Ranges, (int)Range.Gradient * RunningRange.Length).Clear();
    }

    // A figure that has left its range is a sign; one that stays outside is a divergence, however slowly it goes.
    private void CompareWithUsual(ref SentinelVerdict worst, long update)
    {
        double stays = _state[StaysAt];
        bool energy = Outside(ref worst, update, SentinelReason.EnergiesRunAway, Figure.Energy, Range.Energy);
        bool gap = Outside(ref worst, update, SentinelReason.GapGrows, Figure.Gap, Range.Gap);
        double walls = Math.Max(0, RunningRange.Mean(RangeOf(Range.Walls)));
        Above(ref worst, update, SentinelReason.Walls, Figure.Walls, walls + _options.WallsWarning, walls + _options.WallsLimit);
        if (Context.Persistent)
            Above(ref worst, update, SentinelReason.GapGrows, Figure.Separation, _options.SeparationWarning, _options.SeparationLimit);
        _state[StaysAt] = energy || gap ? stays + 1 : Math.Max(0, stays - 1);
    }

    // The spread of the data's energies is part of the measure: where energies hardly differ from each other, hardly any movement is a large one otherwise.
    private bool Outside(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, Range range)
    {
        ReadOnlySpan<double> usual = RangeOf(range);
        double mean = RunningRange.Mean(usual);
        double unit = Math.Max(LeastUnit, RunningRange.Deviation(usual) + 0.1 * RunningRange.Mean(RangeOf(Range.Spread)) + 0.1 * mean);
        double warning = mean + _options.RangeWarning * unit, limit = _state[StaysAt] + 1 < _options.Persistence ? mean + _options.RangeLimit * unit : warning;
        Above(ref worst, update, reason, figure, warning, limit);
        return Median(figure) > warning;
    }

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, double warning, double limit) =>
        Above(ref worst, update, reason, Median(figure), warning, limit, figure == Figure.Separation);

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, double value, double warning, double limit, bool inSpreads = false)
    {
        SentinelExtreme.Note(ExtremeOf(reason), value / warning, value, warning, update);
        if (value > warning)
            Sign(ref worst, update, reason, value, warning, value > limit ? limit : null, inSpreads);
    }

    private void Below(ref SentinelVerdict worst, long update, SentinelReason reason, Figure figure, double warning, double limit)
    {
        double value = Median(figure);
        SentinelExtreme.Note(ExtremeOf(reason), warning / value, value, warning, update);
        if (value < warning)
            Sign(ref worst, update, reason, value, warning, value < limit ? limit : null);
    }

    private void Sign(ref SentinelVerdict worst, long update, SentinelReason reason, double value, double warning, double? beyond, bool inSpreads = false)
    {
        if (_state[FirstSignAt] < 0)
            _state[FirstSignAt] = update;
        _state[LastSignAt] = update;
        int bit = 1 << (int)reason, warned = (int)_state[WarnedAt];
        SentinelLevel level = beyond is not null ? SentinelLevel.Diverged : (warned & bit) == 0 ? SentinelLevel.Warning : SentinelLevel.Fine;
        _state[WarnedAt] = warned | bit;
        if (level > worst.Level)
            worst = new SentinelVerdict(level, reason, value, beyond ?? warning) { InSpreads = inSpreads };
    }

    private void Reset()
    {
        Array.Clear(_state);
        _state[FirstSignAt] = _state[LastSignAt] = -1;
    }

    private void Note(Figure figure, double value) => RecentValues.Add(Ring(figure), value);

    private double Median(Figure figure) => RecentValues.Median(Ring(figure), _scratch);

    private void Learn(Range range, double value) => RunningRange.Add(RangeOf(range), value, _options.Window, _options.WarmUp / 2);

    private Span<double> ExtremeOf(SentinelReason reason) => _state.AsSpan(Extremes + ((int)reason - 1) * SentinelExtreme.Length, SentinelExtreme.Length);

    private Span<double> RangeOf(Range range) => _state.AsSpan(Ranges + (int)range * RunningRange.Length, RunningRange.Length);

    private Span<double> Ring(Figure figure)
    {
        int length = RecentValues.Length(_options.Smoothing);
        return _state.AsSpan(Rings + (int)figure * length, length);
    }
}
