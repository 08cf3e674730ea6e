using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// Watches a training for what goes wrong in this field. Of each figure it compares the median of the last few updates with fixed limits or with the range that the
/// figure had lately. A training that contrasts data with negatives has rules of its own (<see cref="Contrast"/>); of any other it asks whether the loss or the gradient
/// grows. A pure function of the figures it was given: its whole memory is an array of numbers, and a step allocates nothing.
/// </summary>
public sealed class Sentinel
{
    private const int CalmAfter = 100; // updates without a sign after which an alarm is over
    private const int LeastRows = 8; // fewer states have no spread worth dividing by
    private const double LeastScale = 10; // nats
    private const double LeastUnit = 0.01; // nats: energies that are closer to each other than this are equal
    private const int Reasons = (int)SentinelReason.LossGrows; // those that an update can give

    private readonly SentinelOptions _options;
    private readonly double[] _state;
    private readonly double[] _scratch;

    /// <summary>Prepares for a training that has not begun.</summary>
    /// <param name="options">The thresholds.</param>
    /// <param name="contrast">What is to be known of negatives; null where the objective has none.</param>
    /// <exception cref="InvalidInputException">An option is out of range; every violation is listed.</exception>
    public Sentinel(SentinelOptions options, Contrast? contrast)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> problems = [];
        OptionsCheck.Add(options, problems, "training.sentinel.");
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot be watched: {string.Join("; ", problems)}.");
        _options = options;
        Contrast = contrast;
        _state = new double[Rings + (int)Watched.Count * RecentValues.Length(options.Smoothing)];
        _scratch = new double[options.Smoothing];
        Reset();
    }

    private enum Watched { Energy, Gap, Separation, Gradient, Spread, Walls, Variety, Movement, Loss, Count }

    private enum Range { Energy, Gap, Spread, Walls, Gradient, Loss, Count }

    // The memory: the update of the first and of the last sign of an alarm (-1: none), what was warned of, updates seen, updates in a row with a closed gap, whether
    // the chains have found the data, how long a sign has stayed; then the extremes, the ranges and the rings.
    private const int FirstSignAt = 0, LastSignAt = 1, WarnedAt = 2, SeenAt = 3, ClosedAt = 4, SettledAt = 5, StaysAt = 6, Extremes = 7;
    private const int Ranges = Extremes + SentinelExtreme.Length * Reasons;
    private const int Rings = Ranges + (int)Range.Count * RunningRange.Length;

    /// <summary>What it knows of the negatives; null where the objective has none. Another attempt may have others.</summary>
    public Contrast? Contrast { get; set; }

    /// <summary>The update at which the alarm that is on began, or −1 where all is calm.</summary>
    public long FirstSign => (long)_state[FirstSignAt];

    /// <summary>Whether the chains have found the data: the gap was small for <see cref="SentinelOptions.Settled"/> updates in a row. False where there are no negatives.</summary>
    public bool IsSettled => _state[SettledAt] > 0;

    /// <summary>Whether data and negatives are together now: the gap is less than half of the spread of the energies; or there are no negatives.</summary>
    public bool IsClosed => Median(Watched.Separation) is var s && (double.IsNaN(s) || s < _options.SeparationClosed);

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
        if (NonFinite(figures) is { } wild)
            return new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, wild, 0);
        // Chains of a buffer wander on when nothing is learned any more. There is nothing to mend then.
        if (!_options.Enabled || figures.IsFrozen)
            return default;
        double gradient = figures[FigureRole.GradientNorm];
        Note(Watched.Gradient, gradient);
        SentinelVerdict verdict = Contrast is { } contrast ? WatchContrast(update, figures, contrast) : WatchLoss(update, figures);
        // The first updates are unlike all that come, and say nothing of what is usual. Nor does a figure that has left its range.
        if (_state[SeenAt]++ >= _options.WarmUp / 2 && _state[FirstSignAt] < 0)
        {
            Learn(Range.Gradient, gradient);
            if (Contrast is null)
            {
                Learn(Range.Loss, figures[FigureRole.Loss]);
            }
            else
            {
                Learn(Range.Energy, Energy(figures));
                Learn(Range.Gap, Math.Abs(figures[FigureRole.Gap]));
                Learn(Range.Spread, figures[FigureRole.DataSpread]);
                Learn(Range.Walls, figures[FigureRole.Walls]);
            }
        }
        return verdict;
    }

    private static double? NonFinite(in TrainingFigures figures)
    {
        for (int i = 0; i < figures.Values.Length; i++)
        {
            if (!double.IsFinite(figures.Values[i]) && !figures.List![i].MayBeMissing)
                return figures.Values[i];
        }
        return null;
    }

    private static double Energy(in TrainingFigures figures) => Math.Max(Math.Abs(figures[FigureRole.DataEnergy]), Math.Abs(figures[FigureRole.NegativeEnergy]));

    // Data and negatives: their energies, the gap, where the chains are and how they move.
    private SentinelVerdict WatchContrast(long update, in TrainingFigures figures, in Contrast contrast)
    {
        double gap = Math.Abs(figures[FigureRole.Gap]), data = figures[FigureRole.DataSpread], negatives = figures[FigureRole.NegativeSpread];
        double spread = Math.Sqrt(data * data + negatives * negatives);
        Note(Watched.Energy, Energy(figures));
        Note(Watched.Gap, gap);
        Note(Watched.Walls, figures[FigureRole.Walls]);
        if (figures.Rows > 1)
            Note(Watched.Spread, spread);
        if (figures.Rows >= LeastRows)
            Note(Watched.Separation, gap / Math.Max(spread, 1e-30));
        if (figures[FigureRole.Variety] is double variety && double.IsFinite(variety))
            Note(Watched.Variety, variety);
        if (contrast.NoiseMovement > 0)
            Note(Watched.Movement, figures[FigureRole.Movement] / contrast.NoiseMovement);

        SentinelVerdict worst = default;
        double scale = contrast.EnergyRegularization > 0 ? Math.Max(LeastScale, _options.EnergyScaleLimit / (2 * contrast.EnergyRegularization)) : _options.EnergyLimit;
        double limit = Math.Min(_options.EnergyLimit, scale);
        Above(ref worst, update, SentinelReason.EnergiesRunAway, Watched.Energy, limit / 2, limit);
        Above(ref worst, update, SentinelReason.GapGrows, Watched.Gap, limit / 2, limit);
        double separation = Median(Watched.Separation);
        bool isWarm = _state[SeenAt] >= _options.WarmUp;
        if (isWarm)
        {
            Settle(separation);
            Below(ref worst, update, SentinelReason.EnergiesFlat, Watched.Spread, _options.SpreadWarning, _options.SpreadLimit);
            Below(ref worst, update, SentinelReason.BufferAlike, Watched.Variety, _options.VarietyWarning, _options.VarietyLimit);
            LookAtGradient(ref worst, update);
        }
        // Chains that rest or jump about do no harm where they are as likely as the data: where those are black, chains stand at the wall.
        bool open = separation > _options.SeparationWarning;
        if (open || contrast.HasNoSteps)
            Below(ref worst, update, SentinelReason.ChainsStuck, Watched.Movement, _options.MovementWarning, _options.MovementLimit);
        // The first way of a chain, from noise to the data, is a long one: chains have to have come back.
        if (open && contrast.NoiseMovement > 0 && isWarm && _state[SeenAt] * figures.Rows >= 2L * contrast.Slots && contrast.Persistent)
            Above(ref worst, update, SentinelReason.ChainsJump, Median(Watched.Movement) * contrast.NoiseMovement / contrast.Width, _options.JumpWarning, _options.JumpLimit);
        if (IsSettled)
            CompareWithUsual(ref worst, update, contrast.Persistent);
        EndAlarm(update);
        return worst;
    }

    // Any other objective: a loss that rises above its recent range, or a gradient that does, has diverged. Falling is what a loss is for.
    private SentinelVerdict WatchLoss(long update, in TrainingFigures figures)
    {
        Note(Watched.Loss, figures[FigureRole.Loss]);
        SentinelVerdict worst = default;
        if (_state[SeenAt] >= _options.WarmUp)
        {
            LookAtGradient(ref worst, update);
            ReadOnlySpan<double> usual = RangeOf(Range.Loss);
            double mean = RunningRange.Mean(usual), unit = Math.Max(LeastUnit, RunningRange.Deviation(usual) + 0.1 * Math.Abs(mean));
            double over = Median(Watched.Loss) - mean, stays = _state[StaysAt];
            double warning = _options.RangeWarning * unit, limit = stays + 1 < _options.Persistence ? _options.RangeLimit * unit : warning;
            Above(ref worst, update, SentinelReason.LossGrows, over, warning, limit);
            _state[StaysAt] = over > warning ? stays + 1 : Math.Max(0, stays - 1);
        }
        EndAlarm(update);
        return worst;
    }

    private void LookAtGradient(ref SentinelVerdict worst, long update)
    {
        double usual = RunningRange.Mean(RangeOf(Range.Gradient));
        Above(ref worst, update, SentinelReason.GradientNorm, Watched.Gradient, usual * _options.GradientWarning, usual * _options.GradientLimit);
    }

    private void EndAlarm(long update)
    {
        if (_state[FirstSignAt] < 0 || update - _state[LastSignAt] <= CalmAfter)
            return;
        _state[FirstSignAt] = _state[LastSignAt] = -1;
        _state[WarnedAt] = 0;
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
    private void CompareWithUsual(ref SentinelVerdict worst, long update, bool persistent)
    {
        double stays = _state[StaysAt];
        bool energy = Outside(ref worst, update, SentinelReason.EnergiesRunAway, Watched.Energy, Range.Energy);
        bool gap = Outside(ref worst, update, SentinelReason.GapGrows, Watched.Gap, Range.Gap);
        double walls = Math.Max(0, RunningRange.Mean(RangeOf(Range.Walls)));
        Above(ref worst, update, SentinelReason.Walls, Watched.Walls, walls + _options.WallsWarning, walls + _options.WallsLimit);
        if (persistent)
            Above(ref worst, update, SentinelReason.GapGrows, Watched.Separation, _options.SeparationWarning, _options.SeparationLimit);
        _state[StaysAt] = energy || gap ? stays + 1 : Math.Max(0, stays - 1);
    }

    // The spread of the data's energies is part of the measure: where energies hardly differ from each other, hardly any movement is a large one otherwise.
    private bool Outside(ref SentinelVerdict worst, long update, SentinelReason reason, Watched figure, Range range)
    {
        ReadOnlySpan<double> usual = RangeOf(range);
        double mean = RunningRange.Mean(usual);
        double unit = Math.Max(LeastUnit, RunningRange.Deviation(usual) + 0.1 * RunningRange.Mean(RangeOf(Range.Spread)) + 0.1 * mean);
        double warning = mean + _options.RangeWarning * unit, limit = _state[StaysAt] + 1 < _options.Persistence ? mean + _options.RangeLimit * unit : warning;
        Above(ref worst, update, reason, figure, warning, limit);
        return Median(figure) > warning;
    }

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, Watched figure, double warning, double limit) =>
        Above(ref worst, update, reason, Median(figure), warning, limit, figure == Watched.Separation);

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, double value, double warning, double limit, bool inSpreads = false)
    {
        SentinelExtreme.Note(ExtremeOf(reason), value / warning, value, warning, update);
        if (value > warning)
            Sign(ref worst, update, reason, value, warning, value > limit ? limit : null, inSpreads);
    }

    private void Below(ref SentinelVerdict worst, long update, SentinelReason reason, Watched figure, double warning, double limit)
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

    private void Note(Watched figure, double value) => RecentValues.Add(Ring(figure), value);

    private double Median(Watched figure) => RecentValues.Median(Ring(figure), _scratch);

    private void Learn(Range range, double value) => RunningRange.Add(RangeOf(range), value, _options.Window, _options.WarmUp / 2);

    private Span<double> ExtremeOf(SentinelReason reason) => _state.AsSpan(Extremes + ((int)reason - 1) * SentinelExtreme.Length, SentinelExtreme.Length);

    private Span<double> RangeOf(Range range) => _state.AsSpan(Ranges + (int)range * RunningRange.Length, RunningRange.Length);

    private Span<double> Ring(Watched figure)
    {
        int length = RecentValues.Length(_options.Smoothing);
        return _state.AsSpan(Rings + (int)figure * length, length);
    }
}
