using System.Diagnostics;
using System.Globalization;
using Joule.Compute;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Watches over a run: shows every update to the sentinel, keeps states that were good after a fixed number of updates, and takes a diverged run back to one of
/// them, mended. Everything it decides follows from seed, configuration and updates; everything it remembers goes through the run's checkpoints.
/// </summary>
public sealed class RunGuard : IDisposable
{
    private const string SentinelKey = "sentinel", RollbacksKey = "rollbacks", MendedKey = "mended", WarningsKey = "warnings";

    // A sign comes late: a collapse is a few hundred updates old then. A state made shortly before it is not trusted.
    private const int LargestMargin = 200;

    // A run is said to be mended from so many updates on after the one where it had diverged, once data and negatives are together.
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

    /// <summary>Takes memory for a state.</summary>
    /// <param name="options">What is watched.</param>
    /// <param name="trainer">The run's trainer.</param>
    /// <param name="run">Where the run stands.</param>
    /// <param name="good">Where good states go.</param>
    /// <param name="events">Where events go.</param>
    /// <param name="tell">Is told of every event.</param>
    public RunGuard(SentinelOptions options, Trainer trainer, RunState run, GoodCheckpoints good, RunEvents events, Action<RunEvent> tell)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(run);
        (_options, _trainer, _run, _good, _events, _tell) = (options, trainer, run, good, events, tell);
        _sentinel = new Sentinel(options, ContrastNow);
        _checkpoint = Checkpoint.Of(trainer, run);
        _write = () => _good.Write(_checkpoint);
    }

    /// <summary>The times that the run went back, in order.</summary>
    public IReadOnlyList<Rollback> Rollbacks => _rollbacks;

    /// <summary>Whether the run is known to be mended: it is past where it had diverged last, nothing is wrong, and data and negatives are together.</summary>
    public bool IsMended => _mended == _rollbacks.Count;

    /// <summary>What was wrong with the model at the end of the last epoch.</summary>
    public IReadOnlyList<SentinelVerdict> Warnings => _warnings;

    /// <summary>How near every rule of the sentinel came to its warning.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest => _sentinel.Nearest;

    /// <summary>What can be done where no other draws and no other rate can help; null where they may.</summary>
    public string? Advice => _trainer.Objective.Advice;

    /// <summary>The longest time that the training was held up for a good state.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>The file of the last good state, or null.</summary>
    public string? LastGood => _good.Updates is { Count: > 0 } updates ? _good.File(updates[0]) : null;

    /// <summary>Whether every good state that was taken is on the disk. A checkpoint must not overtake one: a resumed run goes back to the same states.</summary>
    public bool IsIdle => !_background.IsBusy;

    /// <summary>Starts, or goes on from what a checkpoint remembers. From now on the run's state has what is remembered here.</summary>
    /// <exception cref="InvalidInputException">The checkpoint's memory is damaged.</exception>
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
    }

    /// <summary>Looks at the update that was just made. A warning is noted; what has diverged is for <see cref="GoBack"/>.</summary>
    /// <returns>What has diverged, or null.</returns>
    public RunTrouble? Look(in TrainingFigures figures)
    {
        long update = _trainer.Update;
        SentinelVerdict verdict = _sentinel.Watch(update, figures);
        if (verdict.Level == SentinelLevel.Warning)
            Note("warning", update, verdict.Reason, verdict.ToString(), Figures(figures, verdict), []);
        if (verdict.Level != SentinelLevel.Diverged && !IsMended && update >= _rollbacks[^1].Update + HoldsAfter && _sentinel.FirstSign < 0 && _sentinel.IsClosed)
        {
            _mended = _rollbacks.Count;
            Note("mended", update, _rollbacks[^1].Reason, "the mended run is past where it had diverged, and data and negatives are together", Figures(figures, verdict), []);
        }
        return verdict.Level == SentinelLevel.Diverged ? new RunTrouble(verdict, verdict.ToString(), figures.Copy()) : null;
    }

    /// <summary>Looks at the end of an epoch, and notes what was not wrong at the end of the one before.</summary>
    public void LookAtEpoch(in EpochFigures figures)
    {
        SentinelReason[] before = [.. _warnings.Select(w => w.Reason)];
        _warnings.Clear();
        _warnings.AddRange(EpochRules.Look(_options, figures));
        foreach (SentinelVerdict warning in _warnings.Where(w => !before.Contains(w.Reason)))
        {
            Note("warning", _trainer.Update, warning.Reason, warning.ToString(),
                [
                    new("value", warning.Value), new("limit", warning.Limit), new("gradient_norm", figures.GradientNorm), new("energy_validation", figures.Validation.DataEnergy),
                    new("spread_validation", figures.Validation.DataSpread), new("energy_noise", figures.Validation.NoiseEnergy), new("energy_samples", figures.SampleEnergy),
                    new("variety_samples", figures.SampleVariety),
                ], []);
        }
    }

    /// <summary>Keeps the state as it is now where it is time to, and nothing is wrong. To be called when an update is wholly done.</summary>
    public void KeepGood()
    {
        _background.RaiseFailure();
        // Before the sentinel has warmed up, nobody knows whether a state is good.
        if (_trainer.Update % _options.KeepEvery == 0 && _trainer.Update > _options.WarmUp && _sentinel.FirstSign < 0)
            Keep();
    }

    /// <summary>Goes back to a good state, and goes on from it mended; where that was done often enough already, only goes back.</summary>
    /// <param name="trouble">Why.</param>
    /// <param name="most">How often it may be done.</param>
    /// <returns>Whether the run goes on.</returns>
    /// <exception cref="RunDivergedException">There is no state to go back to.</exception>
    public bool GoBack(RunTrouble trouble, int most)
    {
        ArgumentNullException.ThrowIfNull(trouble);
        SentinelVerdict verdict = trouble.Verdict;
        string text = trouble.Text;
        long update = _trainer.Update;
        int epoch = Epoch(update);
        long sign = _sentinel.FirstSign > 0 ? _sentinel.FirstSign : update;
        bool goesOn = _rollbacks.Count < most && Advice is null, settled = _sentinel.IsSettled;
        KeyValuePair<string, double>[] seen = [.. Figures(trouble.Figures, verdict), new("first_sign", sign)];
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
        // Chains that start from noise at every update cross the domain in any case.
        bool jumps = _sentinel.Contrast is { Persistent: true } contrast
            && MendingPolicy.ChainsJump(verdict.Reason, trouble.Figures[FigureRole.Movement], contrast.Width);
        Rollback rollback = new(update, epoch, verdict.Reason, verdict.Value, verdict.Limit, sign, _trainer.Update,
            MendingPolicy.Next(_rollbacks, update, _options.KeepEvery + _options.WarmUp, jumps, settled));
        _trainer.Mend(rollback.Mending);
        string changes = RollbackLog.Changes(rollback, _rollbacks.Count > 0 ? _rollbacks[^1] : null);
        _rollbacks.Add(rollback);
        Recall();
        Note("rollback", update, epoch, verdict.Reason, $"{text}; back to update {rollback.BackTo.ToString("N0", CultureInfo.InvariantCulture)} with new random draws, {changes}", seen,
            [new("back_to", rollback.BackTo), new("attempt", rollback.Mending.Attempt), new("learning_rate_factor", rollback.Mending.LearningRate),
                new("regularization_factor", rollback.Mending.Regularization), new("steps_factor", rollback.Mending.Steps), new("step_size_factor", rollback.Mending.StepSize)]);
        return true;
    }

    /// <summary>Notes that something happened to the run.</summary>
    public void Note(string kind, string text) => Note(kind, _trainer.Update, SentinelReason.None, text, [], []);

    /// <summary>Waits until every good state that was taken is on the disk.</summary>
    public void Finish() => _background.Wait();

    /// <summary>Waits for the write that goes on, and frees the memory.</summary>
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

    // What the sentinel knew then; rollbacks are not undone by going back.
    private void Recall()
    {
        if (_run.Watch.Has(SentinelKey) && _run.Watch[SentinelKey].Length == _sentinel.State.Length)
            _run.Watch[SentinelKey].CopyTo(_sentinel.State);
        if (_rollbacks.Count > 0 && _rollbacks[^1].BackTo == _trainer.Update)
            _sentinel.Calm();
        _warnings.Clear();
        if (_run.Watch.Has(WarningsKey) && _run.Watch[WarningsKey].Length % 4 == 0)
            _warnings.AddRange(_run.Watch[WarningsKey].ToArray().Chunk(4).Select(n => new SentinelVerdict(SentinelLevel.Warning, (SentinelReason)(int)n[0], n[1], n[2]) { InSpreads = n[3] != 0 }));
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

    // The newest state before the sign; the one before it where going back to that did not help.
    private long Target(long latest)
    {
        IReadOnlyList<long> updates = _good.Updates;
        long[] before = [.. updates.Where(u => u <= latest)];
        if (before.Length == 0)
            return updates.Count > 0 ? updates[^1] : 0;
        return _rollbacks.Count > 0 && _rollbacks[^1].BackTo == before[0] && before.Length > 1 ? before[1] : before[0];
    }

    private int Epoch(long update) => (int)((Math.Max(update, 1) - 1) / _trainer.UpdatesPerEpoch) + 1;

    private void Note(string kind, long update, SentinelReason reason, string text, IReadOnlyList<KeyValuePair<string, double>> figures, IReadOnlyList<KeyValuePair<string, double>> changes) =>
        Note(kind, update, Epoch(update), reason, text, figures, changes);

    private void Note(string kind, long update, int epoch, SentinelReason reason, string text, IReadOnlyList<KeyValuePair<string, double>> figures, IReadOnlyList<KeyValuePair<string, double>> changes)
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
