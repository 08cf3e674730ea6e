using System.Diagnostics;
using System.Globalization;
using Joule.Compute;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Divergence detection and rollback for a run: passes every update to the sentinel, keeps good states at a fixed interval, and rolls a
/// diverged run back to one of them with adjusted options. All decisions follow from seed, configuration and updates; everything remembered
/// is part of the run's checkpoints.
/// </summary>
public sealed class RollbackControl : IDisposable
{
    private const string SentinelKey = "sentinel", RollbacksKey = "rollbacks", MendedKey = "mended", WarningsKey = "warnings";

    // Signs come late: by then, a collapse is a few hundred updates old. States made shortly before a sign are not trusted.
    private const int LargestMargin = 200;

    // A run counts as recovered this many updates after the point of its last divergence, once data and negatives are together.
    private const int HoldsAfter = 50;

    private readonly SentinelOptions _options;
    private readonly Trainer _trainer;
    private readonly Sentinel _sentinel;
    private readonly GoodCheckpoints _good;
    private readonly Snapshot _checkpoint;
    private readonly RunState _run;
    private readonly BackgroundWork _background = new("joule good states");
    private readonly Action _write;
    private readonly RunEvents _events;
    private readonly Action<RunEvent> _tell;
    private readonly List<Rollback> _rollbacks = [];
    private readonly List<SentinelVerdict> _warnings = [];
    private int _mended;

    /// <summary>Allocates memory for one state.</summary>
    /// <param name="options">The rules of the sentinel.</param>
    /// <param name="trainer">The run's trainer.</param>
    /// <param name="run">The run's state.</param>
    /// <param name="good">Stores good states.</param>
    /// <param name="events">The run's event log.</param>
    /// <param name="tell">Receives every event.</param>
    public RollbackControl(
        SentinelOptions options, Trainer trainer, RunState run, GoodCheckpoints good, RunEvents events, Action<RunEvent> tell)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(run);
        (_options, _trainer, _run, _good, _events, _tell) = (options, trainer, run, good, events, tell);
        _sentinel = new Sentinel(options, ContrastNow);
        _checkpoint = Checkpoint.Of(trainer, run);
        _write = () => _good.Write(_checkpoint);
    }

    /// <summary>The run's rollbacks, in order.</summary>
    public IReadOnlyList<Rollback> Rollbacks => _rollbacks;

    /// <summary>
    /// Whether the run is known to have recovered: it is past the point of its last divergence, nothing is wrong, and data and negatives
    /// are together.
    /// </summary>
    public bool HasRecovered => _mended == _rollbacks.Count;

    /// <summary>What was wrong with the model at the end of the last epoch.</summary>
    public IReadOnlyList<SentinelVerdict> Warnings => _warnings;

    /// <summary>How close each rule of the sentinel came to its warning.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest => _sentinel.Nearest;

    /// <summary>What to do when new random draws or another learning rate cannot help; null when they may help.</summary>
    public string? Advice => _trainer.Objective.Advice;

    /// <summary>The longest time that training waited for a good state to be kept.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>The file of the last good state, or null.</summary>
    public string? LastGood => _good.Updates is { Count: > 0 } updates ? _good.File(updates[0]) : null;

    /// <summary>
    /// Whether all good states are on the disk. A checkpoint must not overtake one: a resumed run must be able to roll back to the same
    /// states.
    /// </summary>
    public bool IsIdle => !_background.IsBusy;

    /// <summary>Starts, or resumes from the restored checkpoint. From now on the run's state includes what is remembered here.</summary>
    /// <exception cref="InvalidInputException">The remembered numbers are damaged.</exception>
    public void Begin()
    {
        _rollbacks.Clear();
        if (_run.Watch.Has(RollbacksKey))
            _rollbacks.AddRange(RollbackLog.Read(_run.Watch[RollbacksKey].ToArray()));
        _mended = _run.Watch.Has(MendedKey) ? (int)_run.Watch.Of(MendedKey, 1)[0] : 0;
        Recall();
        _run.Remember = Remember;
        _good.RemoveAfter(_trainer.Update);
        if (_trainer.Update == 0 || _good.Updates.Count == 0)
            Keep();
        if (_trainer.Update > 0 || _rollbacks.Count > 0)
            return;
        foreach (SentinelVerdict verdict in StartRules.Look(_options, _trainer.Objective, _trainer.DataNoise, _trainer.Width))
            Note("warning", 0, verdict.Reason, verdict.ToString(), [new("value", verdict.Value), new("limit", verdict.Limit)], []);
    }

    /// <summary>Checks the update just made. A warning is logged; a divergence is returned, for <see cref="GoBack"/>.</summary>
    /// <returns>The divergence, or null.</returns>
    public RunDivergence? Look(in TrainingFigures figures)
    {
        long update = _trainer.Update;
        SentinelVerdict verdict = _sentinel.Watch(update, figures);
        if (verdict.Level == SentinelLevel.Warning)
            Note("warning", update, verdict.Reason, verdict.ToString(), Figures(figures, verdict), []);
        if (verdict.Level != SentinelLevel.Diverged && !HasRecovered && update >= _rollbacks[^1].Update + HoldsAfter
            && _sentinel.FirstSign < 0 && _sentinel.IsClosed)
        {
            _mended = _rollbacks.Count;
            Note("mended", update, _rollbacks[^1].Reason,
                "the run has passed the point of its last divergence, and data and negatives are together",
                Figures(figures, verdict), []);
        }
        return verdict.Level == SentinelLevel.Diverged ? new RunDivergence(verdict, verdict.ToString(), figures.Copy()) : null;
    }

    /// <summary>Checks the end of an epoch, and logs each warning that the epoch before did not have.</summary>
    public void LookAtEpoch(in EpochFigures figures)
    {
        SentinelReason[] before = [.. _warnings.Select(w => w.Reason)];
        _warnings.Clear();
        _warnings.AddRange(EpochRules.Look(_options, figures));
        foreach (SentinelVerdict warning in _warnings.Where(w => !before.Contains(w.Reason)))
        {
            Note("warning", _trainer.Update, warning.Reason, warning.ToString(),
                [
                    new("value", warning.Value), new("limit", warning.Limit), new("gradient_norm", figures.GradientNorm),
                    new("energy_validation", figures.Validation.DataEnergy), new("spread_validation", figures.Validation.DataSpread),
                    new("energy_noise", figures.Validation.NoiseEnergy), new("energy_samples", figures.SampleEnergy),
                    new("variety_samples", figures.SampleVariety),
                ], []);
        }
    }

    /// <summary>
    /// Keeps the current state when one is due and nothing is wrong. Call it after an update has completed.
    /// </summary>
    public void KeepGood()
    {
        _background.RaiseFailure();
        // During the sentinel's warm-up it is unknown whether a state is good.
        if (_trainer.Update % _options.KeepEvery == 0 && _trainer.Update > _options.WarmUp && _sentinel.FirstSign < 0)
            Keep();
    }

    /// <summary>Rolls back to a good state and adjusts the run; once all rollbacks are used, only restores the state.</summary>
    /// <param name="divergence">The divergence.</param>
    /// <param name="most">The number of rollbacks allowed.</param>
    /// <returns>Whether the run goes on.</returns>
    /// <exception cref="RunDivergedException">There is no state to go back to.</exception>
    public bool GoBack(RunDivergence divergence, int most)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        SentinelVerdict verdict = divergence.Verdict;
        string text = divergence.Text;
        long update = _trainer.Update;
        int epoch = Epoch(update);
        long sign = _sentinel.FirstSign > 0 ? _sentinel.FirstSign : update;
        bool goesOn = _rollbacks.Count < most && Advice is null, settled = _sentinel.IsSettled;
        KeyValuePair<string, double>[] seen = [.. Figures(divergence.Figures, verdict), new("first_sign", sign)];
        _background.Wait();
        long target = Target(sign - Math.Min(LargestMargin, _options.KeepEvery / 2));
        double seconds = _run.Seconds;
        if (_good.Read(target, _checkpoint))
            _checkpoint.Restore();
        else
            throw new RunDivergedException(text, _rollbacks, null, null);
        _run.Seconds = seconds;
        _good.RemoveAfter(_trainer.Update);
        if (!goesOn)
        {
            Recall();
            Note("stopped", update, epoch, verdict.Reason, text, seen, []);
            return false;
        }
        // Chains that start from noise at every update cross the domain anyway.
        bool jumps = _sentinel.Contrast is { Persistent: true } contrast
            && AdjustmentPolicy.ChainsJump(verdict.Reason, divergence.Figures[FigureRole.Movement], contrast.Width);
        Rollback rollback = new(update, epoch, verdict.Reason, verdict.Value, verdict.Limit, sign, _trainer.Update,
            AdjustmentPolicy.Next(_rollbacks, update, _options.KeepEvery + _options.WarmUp, jumps, settled));
        _trainer.Adjust(rollback.Adjustment);
        string changes = RollbackLog.Changes(rollback, _rollbacks.Count > 0 ? _rollbacks[^1] : null);
        _rollbacks.Add(rollback);
        Recall();
        Note("rollback", update, epoch, verdict.Reason,
            $"{text}; back to update {rollback.BackTo.ToString("N0", CultureInfo.InvariantCulture)} with new random draws, {changes}",
            seen,
            [
                new("back_to", rollback.BackTo), new("attempt", rollback.Adjustment.Attempt),
                new("learning_rate_factor", rollback.Adjustment.LearningRate),
                new("regularization_factor", rollback.Adjustment.Regularization), new("steps_factor", rollback.Adjustment.Steps),
                new("step_size_factor", rollback.Adjustment.StepSize),
            ]);
        return true;
    }

    /// <summary>Logs an event of the run.</summary>
    public void Note(string kind, string text) => Note(kind, _trainer.Update, SentinelReason.None, text, [], []);

    /// <summary>Waits until all good states are on the disk.</summary>
    public void Finish() => _background.Wait();

    /// <summary>Waits for the current write, and frees the memory.</summary>
    public void Dispose()
    {
        _background.Dispose();
        _checkpoint.Dispose();
    }

    private Contrast? ContrastNow => (_trainer.Objective as IContrasts)?.Contrast;

    private void Remember(StateNumbers numbers)
    {
        numbers.Set(SentinelKey, _sentinel.State);
        numbers.Set(RollbacksKey, RollbackLog.Write(_rollbacks));
        numbers.Set(MendedKey, _mended);
        numbers.Set(WarningsKey, [.. _warnings.SelectMany(w => (double[])[(int)w.Reason, w.Value, w.Limit, w.InSpreads ? 1 : 0])]);
    }

    // Restores the sentinel's state. A rollback does not undo the rollbacks before it.
    private void Recall()
    {
        if (_run.Watch.Has(SentinelKey) && _run.Watch[SentinelKey].Length == _sentinel.State.Length)
            _run.Watch[SentinelKey].CopyTo(_sentinel.State);
        if (_rollbacks.Count > 0 && _rollbacks[^1].BackTo == _trainer.Update)
            _sentinel.Calm();
        _warnings.Clear();
        if (_run.Watch.Has(WarningsKey) && _run.Watch[WarningsKey].Length % 4 == 0)
        {
            _warnings.AddRange(_run.Watch[WarningsKey].ToArray().Chunk(4).Select(
                n => new SentinelVerdict(SentinelLevel.Warning, (SentinelReason)(int)n[0], n[1], n[2]) { InSpreads = n[3] != 0 }));
        }
        _sentinel.Contrast = ContrastNow;
    }

    private void Keep()
    {
        long began = Stopwatch.GetTimestamp();
        _background.Wait();
        _checkpoint.Capture();
        _background.Start(_write);
        TimeSpan held = Stopwatch.GetElapsedTime(began);
        if (held > LongestHold)
            LongestHold = held;
    }

    // The newest state before the sign, or the one before it if that rollback has already failed.
    private long Target(long latest)
    {
        IReadOnlyList<long> updates = _good.Updates;
        long[] before = [.. updates.Where(u => u <= latest)];
        if (before.Length == 0)
            return updates.Count > 0 ? updates[^1] : 0;
        return _rollbacks.Count > 0 && _rollbacks[^1].BackTo == before[0] && before.Length > 1 ? before[1] : before[0];
    }

    private int Epoch(long update) => (int)((Math.Max(update, 1) - 1) / _trainer.UpdatesPerEpoch) + 1;

    private void Note(
        string kind,
        long update,
        SentinelReason reason,
        string text,
        IReadOnlyList<KeyValuePair<string, double>> figures,
        IReadOnlyList<KeyValuePair<string, double>> changes) =>
        Note(kind, update, Epoch(update), reason, text, figures, changes);

    private void Note(
        string kind,
        long update,
        int epoch,
        SentinelReason reason,
        string text,
        IReadOnlyList<KeyValuePair<string, double>> figures,
        IReadOnlyList<KeyValuePair<string, double>> changes)
    {
        RunEvent happened = new(kind, update, epoch, reason == SentinelReason.None ? "" : RollbackLog.Name(reason), text, figures, changes);
        _events.Add(happened);
        _tell(happened);
    }

    private static KeyValuePair<string, double>[] Figures(in TrainingFigures figures, SentinelVerdict verdict)
    {
        List<KeyValuePair<string, double>> all = [new("value", verdict.Value), new("limit", verdict.Limit)];
        for (int i = 0; i < figures.Values.Length; i++)
            all.Add(new(figures.List![i].Name, figures.Values[i]));
        return [.. all];
    }
}
