using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// Detects divergence of a training. The median of each figure over the last updates is compared with fixed limits or with the figure's
/// recent range. A training that contrasts data with negatives has its own rules (<see cref="Contrast"/>); for any other, loss and gradient
/// must not grow. A pure function of the figures: its whole memory is an array of numbers, and a step allocates nothing.
/// </summary>
public sealed class Sentinel
{
    private const int CalmAfter = 100; // updates without a sign that end an alarm
    private const int LeastRows = 8; // with fewer states the spread is too uncertain to divide by
    private const double LeastScale = 10; // nats
    private const double LeastFirst = 1; // loss of untrained weights: smaller ones may grow to this size before they fall
    private const double LeastLag = 1; // spreads of the data's energies: young chains this close to older ones are among them
    private const double LeastUnit = 0.01; // nats: energies closer than this count as equal
    private const int Reasons = (int)SentinelReason.ToldApart; // the reasons that an update can give

    private readonly SentinelOptions _options;
    private readonly double[] _state;
    private readonly double[] _scratch;

    /// <summary>Creates the sentinel of a new training.</summary>
    /// <param name="options">The thresholds.</param>
    /// <param name="contrast">About the negatives; null for an objective without them.</param>
    /// <exception cref="InvalidInputException">An option is out of range; the message lists every violation.</exception>
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

    private enum Watched { Energy, Gap, Separation, Gradient, Spread, Walls, Variety, Movement, Loss, Lag, Confusion, Count }

    private enum Range { Energy, Gap, Spread, Walls, Lag, Gradient, Loss, Count }

    // The memory: the updates of the first and last sign of an alarm (-1: none), the reasons warned about, updates seen, updates in a row
    // with a closed gap, whether the chains have found the data, how long a sign has lasted, the loss of the first update; then the
    // extremes, the ranges and the rings.
    private const int FirstSignAt = 0, LastSignAt = 1, WarnedAt = 2, SeenAt = 3, ClosedAt = 4, SettledAt = 5, StaysAt = 6, LossAt = 7;
    private const int Extremes = LossAt + 1;
    private const int Ranges = Extremes + SentinelExtreme.Length * Reasons;
    private const int Rings = Ranges + (int)Range.Count * RunningRange.Length;

    /// <summary>About the negatives; null for an objective without them. May change with each attempt.</summary>
    public Contrast? Contrast { get; set; }

    /// <summary>The update at which the current alarm began; −1 without an alarm.</summary>
    public long FirstSign => (long)_state[FirstSignAt];

    /// <summary>
    /// Whether the chains have found the data: the gap was closed for <see cref="SentinelOptions.Settled"/> updates in a row. False without
    /// negatives.
    /// </summary>
    public bool IsSettled => _state[SettledAt] > 0;

    /// <summary>
    /// Whether data and negatives are together: the gap, in spreads of the energies, is below
    /// <see cref="SentinelOptions.SeparationClosed"/>. True without negatives.
    /// </summary>
    public bool IsClosed => Median(Watched.Separation) is var s && (double.IsNaN(s) || s < _options.SeparationClosed);

    /// <summary>Its whole memory. To resume, copy the numbers of another sentinel with the same options here.</summary>
    public Span<double> State => _state;

    /// <summary>How close each rule has come to its warning, in the order of the reasons.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest =>
        [.. Enumerable.Range(1, Reasons)
            .Select(r => SentinelExtreme.Read((SentinelReason)r, ExtremeOf((SentinelReason)r)))
            .Where(e => e.Update > 0)];

    /// <summary>Clears the alarm and the last updates, but not the ranges, after a rollback.</summary>
    public void Calm()
    {
        _state.AsSpan(Rings).Clear();
        _state[FirstSignAt] = _state[LastSignAt] = -1;
        _state[WarnedAt] = _state[StaysAt] = 0;
    }

    /// <summary>Checks an update.</summary>
    /// <param name="update">The update, counted from 1.</param>
    /// <param name="figures">Its figures.</param>
    /// <returns>A warning for each new sign of an alarm, a divergence as long as it lasts, or nothing.</returns>
    public SentinelVerdict Watch(long update, in TrainingFigures figures)
    {
        if (NonFinite(figures) is { } wild)
            return new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, wild, 0);
        // Once nothing is learned any more, chains of a buffer may wander, and a rollback would not help.
        if (!_options.Enabled || figures.IsFrozen)
            return default;
        double gradient = figures[FigureRole.GradientNorm];
        Note(Watched.Gradient, gradient);
        SentinelVerdict verdict = Contrast is { } contrast ? WatchContrast(update, figures, contrast) : WatchLoss(update, figures);
        // The first updates are unlike all later ones and do not show what is usual; neither does a figure that has left its range.
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
                if (figures[FigureRole.Lag] is double lag && double.IsFinite(lag))
                    Learn(Range.Lag, lag);
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

    private static double Energy(in TrainingFigures figures) =>
        Math.Max(Math.Abs(figures[FigureRole.DataEnergy]), Math.Abs(figures[FigureRole.NegativeEnergy]));

    // Data and negatives: their energies, their gap, where the chains are and how they move.
    private SentinelVerdict WatchContrast(long update, in TrainingFigures figures, in Contrast contrast)
    {
        double gap = Math.Abs(figures[FigureRole.Gap]);
        double data = figures[FigureRole.DataSpread], negatives = figures[FigureRole.NegativeSpread];
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

        if (figures[FigureRole.Lag] is double lag && double.IsFinite(lag))
            Note(Watched.Lag, lag);

        SentinelVerdict worst = default;
        double scale = contrast.EnergyRegularization > 0
            ? Math.Max(LeastScale, _options.EnergyScaleLimit / (2 * contrast.EnergyRegularization))
            : _options.EnergyLimit;
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
        // Chains that rest or jump do no harm while they are as likely as the data: with black data, chains rest at the wall.
        bool open = separation > _options.SeparationWarning;
        if (open || contrast.HasNoSteps)
        {
            Below(ref worst, update, SentinelReason.ChainsStuck, Watched.Movement, _options.MovementWarning, _options.MovementLimit);
        }
        // A chain's first way, from noise to the data, is long: every slot must have had its second turn.
        bool hasReturned = isWarm && _state[SeenAt] * figures.Rows >= 2L * contrast.Slots && contrast.Persistent;
        if (open && contrast.NoiseMovement > 0 && hasReturned)
        {
            double share = Median(Watched.Movement) * contrast.NoiseMovement / contrast.Width;
            Above(ref worst, update, SentinelReason.ChainsJump, share, _options.JumpWarning, _options.JumpLimit);
        }
        if (IsSettled)
            CompareWithUsual(ref worst, update, contrast.Persistent);
        EndAlarm(update);
        return worst;
    }

    // Any other objective diverges when its loss or its gradient rises above the recent range, or the loss far above that of untrained
    // weights. A falling loss is fine.
    private SentinelVerdict WatchLoss(long update, in TrainingFigures figures)
    {
        double loss = figures[FigureRole.Loss];
        if (_state[SeenAt] == 0)
            _state[LossAt] = loss;
        Note(Watched.Loss, loss);
        SentinelVerdict worst = default;
        double first = _state[LossAt], size = Math.Max(LeastFirst, Math.Abs(first));
        Above(ref worst, update, SentinelReason.LossGrows, Median(Watched.Loss) - first,
            _options.FirstLossWarning * size, _options.FirstLossLimit * size);
        if (_state[SeenAt] >= _options.WarmUp)
        {
            LookAtGradient(ref worst, update);
            LookAtOthers(ref worst, update, figures);
            ReadOnlySpan<double> usual = RangeOf(Range.Loss);
            double mean = RunningRange.Mean(usual), unit = Math.Max(LeastUnit, RunningRange.Deviation(usual) + 0.1 * Math.Abs(mean));
            double over = Median(Watched.Loss) - mean, stays = _state[StaysAt];
            double warning = _options.RangeWarning * unit;
            double limit = stays + 1 < _options.Persistence ? _options.RangeLimit * unit : warning;
            Above(ref worst, update, SentinelReason.LossGrows, over, warning, limit);
            _state[StaysAt] = over > warning ? stays + 1 : Math.Max(0, stays - 1);
        }
        EndAlarm(update);
        return worst;
    }

    // Other states that the objective compares data with, where it does.
    private void LookAtOthers(ref SentinelVerdict worst, long update, in TrainingFigures figures)
    {
        double data = figures[FigureRole.DataSpread], others = figures[FigureRole.NegativeSpread];
        if (figures.Rows > 1 && double.IsFinite(data + others))
        {
            Note(Watched.Spread, Math.Sqrt(data * data + others * others));
            Below(ref worst, update, SentinelReason.EnergiesFlat, Watched.Spread, _options.SpreadWarning, _options.SpreadLimit);
        }
        if (double.IsFinite(figures[FigureRole.Confusion]))
        {
            Note(Watched.Confusion, figures[FigureRole.Confusion]);
            Below(ref worst, update, SentinelReason.ToldApart, Watched.Confusion, _options.ConfusionWarning, 0);
        }
    }

    private void LookAtGradient(ref SentinelVerdict worst, long update)
    {
        double usual = RunningRange.Mean(RangeOf(Range.Gradient));
        double warning = usual * _options.GradientWarning, limit = usual * _options.GradientLimit;
        Above(ref worst, update, SentinelReason.GradientNorm, Watched.Gradient, warning, limit);
    }

    private void EndAlarm(long update)
    {
        if (_state[FirstSignAt] < 0 || update - _state[LastSignAt] <= CalmAfter)
            return;
        _state[FirstSignAt] = _state[LastSignAt] = -1;
        _state[WarnedAt] = 0;
    }

    // Chains must first find the data, which takes long for unusual data. Until then a wide gap is not a divergence.
    private void Settle(double separation)
    {
        if (double.IsNaN(separation))
            return;
        bool closed = separation < _options.SeparationClosed;
        _state[ClosedAt] = closed ? _state[ClosedAt] + 1 : 0;
        if (_state[ClosedAt] >= _options.Settled)
            _state[SettledAt] = 1;
        // Usual values are those with a closed gap.
        if (!closed && !IsSettled)
            _state.AsSpan(Ranges, (int)Range.Gradient * RunningRange.Length).Clear();
    }

    // A figure outside its range is a sign; one that stays outside is a divergence, however slow.
    private void CompareWithUsual(ref SentinelVerdict worst, long update, bool persistent)
    {
        double stays = _state[StaysAt];
        bool energy = Outside(ref worst, update, SentinelReason.EnergiesRunAway, Watched.Energy, Range.Energy);
        bool gap = Outside(ref worst, update, SentinelReason.GapGrows, Watched.Gap, Range.Gap);
        double walls = Math.Max(0, RunningRange.Mean(RangeOf(Range.Walls)));
        Above(ref worst, update, SentinelReason.Walls, Watched.Walls, walls + _options.WallsWarning, walls + _options.WallsLimit);
        if (persistent)
            Above(ref worst, update, SentinelReason.GapGrows, Watched.Separation, _options.SeparationWarning, _options.SeparationLimit);
        double lag = Math.Max(LeastLag, RunningRange.Mean(RangeOf(Range.Lag)));
        Above(ref worst, update, SentinelReason.ChainsLag, Watched.Lag, _options.LagWarning * lag, _options.LagLimit * lag);
        _state[StaysAt] = energy || gap ? stays + 1 : Math.Max(0, stays - 1);
    }

    // The unit includes the spread of the data's energies: where energies hardly differ, any movement would look large otherwise.
    private bool Outside(ref SentinelVerdict worst, long update, SentinelReason reason, Watched figure, Range range)
    {
        ReadOnlySpan<double> usual = RangeOf(range);
        double mean = RunningRange.Mean(usual);
        double unit = Math.Max(LeastUnit, RunningRange.Deviation(usual) + 0.1 * RunningRange.Mean(RangeOf(Range.Spread)) + 0.1 * mean);
        double warning = mean + _options.RangeWarning * unit;
        double limit = _state[StaysAt] + 1 < _options.Persistence ? mean + _options.RangeLimit * unit : warning;
        Above(ref worst, update, reason, figure, warning, limit);
        return Median(figure) > warning;
    }

    private void Above(ref SentinelVerdict worst, long update, SentinelReason reason, Watched figure, double warning, double limit) =>
        Above(ref worst, update, reason, Median(figure), warning, limit, figure is Watched.Separation or Watched.Lag);

    private void Above(
        ref SentinelVerdict worst,
        long update,
        SentinelReason reason,
        double value,
        double warning,
        double limit,
        bool inSpreads = false)
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

    private void Sign(
        ref SentinelVerdict worst,
        long update,
        SentinelReason reason,
        double value,
        double warning,
        double? beyond,
        bool inSpreads = false)
    {
        if (_state[FirstSignAt] < 0)
            _state[FirstSignAt] = update;
        _state[LastSignAt] = update;
        int bit = 1 << (int)reason, warned = (int)_state[WarnedAt];
        SentinelLevel level = beyond is not null ? SentinelLevel.Diverged
            : (warned & bit) == 0 ? SentinelLevel.Warning
            : SentinelLevel.Fine;
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

    private Span<double> ExtremeOf(SentinelReason reason) =>
        _state.AsSpan(Extremes + ((int)reason - 1) * SentinelExtreme.Length, SentinelExtreme.Length);

    private Span<double> RangeOf(Range range) => _state.AsSpan(Ranges + (int)range * RunningRange.Length, RunningRange.Length);

    private Span<double> Ring(Watched figure)
    {
        int length = RecentValues.Length(_options.Smoothing);
        return _state.AsSpan(Rings + (int)figure * length, length);
    }
}
