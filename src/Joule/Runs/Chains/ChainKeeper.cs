using System.Diagnostics;
using Joule.Compute;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Keeps the state of running chains: a copy in memory about four times a second, from which a stopped run goes on, and checkpoints in the
/// background. A checkpoint is written when it is due, or when many draws wait to be written.
/// </summary>
internal sealed class ChainKeeper : IChainObserver, IDisposable
{
    private const int MostShare = 20; // copies take at most one part in this many of the time
    private const long MostPending = 32 << 20; // bytes of draws: written in well under a second when a run is stopped
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(0.25);

    private readonly ChainCheckpoints _checkpoints;
    private readonly ChainState _state;
    private readonly DrawFile _draws;
    private readonly string _run;
    private readonly BackgroundWork _background = new("joule checkpoints");
    private readonly StepPace _pace;
    private Snapshot _latest;
    private Snapshot _writing;
    private TimeSpan _copyTime;
    private long _lastCopy = Stopwatch.GetTimestamp();
    private long _lastSave = Stopwatch.GetTimestamp();
    private int _captured;
    private int _saved;

    /// <summary>Allocates two copies of the state.</summary>
    /// <param name="checkpoints">Where checkpoints are written.</param>
    /// <param name="state">The state of the chains.</param>
    /// <param name="draws">Their recorded draws.</param>
    /// <param name="run">What identifies the run.</param>
    public ChainKeeper(ChainCheckpoints checkpoints, ChainState state, DrawRecorder draws, string run)
    {
        (_checkpoints, _state, _run) = (checkpoints, state, run);
        _pace = new StepPace(TimeProvider.System, checkpoints.Every < s_between ? checkpoints.Every : s_between);
        _draws = new DrawFile(checkpoints.DrawsPath, draws);
        (_latest, _writing) = (new Snapshot(state), new Snapshot(state));
    }

    /// <summary>Called before a copy, to bring the state's step and time up to date.</summary>
    public Action<int>? Stamp { get; init; }

    /// <summary>Restores state and draws from the newest intact checkpoint.</summary>
    /// <param name="warn">Receives a warning for every damaged checkpoint.</param>
    /// <returns>Its file; null, with nothing changed, if there are no checkpoints.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints, but none is intact.</exception>
    public string? Resume(Action<string> warn)
    {
        string? file = _checkpoints.ReadNewest(
            _latest, _run, () => _draws.Read(_state.DrawsAt(_state.StepOf(_latest.Numbers))), warn);
        if (file is not null)
            _latest.Restore();
        _captured = _saved = _state.Step;
        return file;
    }

    /// <inheritdoc/>
    public int Next(int done, ChainSchedule schedule) => _pace.Next(done);

    /// <inheritdoc/>
    public void Observe(in ChainReport report)
    {
        _background.RaiseFailure();
        if (Stopwatch.GetElapsedTime(_lastCopy) < MostShare * _copyTime)
            return;
        Copy(report.Step);
        bool isDue = Stopwatch.GetElapsedTime(_lastSave) >= _checkpoints.Every;
        if (!_background.IsBusy && (isDue || (_state.DrawsAt(report.Step) - _draws.Count) * _draws.BytesPerDraw >= MostPending))
            Save();
    }

    /// <summary>Writes the last copy of a stopped run, and waits for the disk.</summary>
    /// <exception cref="InvalidInputException">The files cannot be written.</exception>
    public void Stop()
    {
        _background.Wait();
        if (_captured > _saved || _checkpoints.Newest is null)
            Save();
        _background.Wait();
    }

    /// <summary>
    /// Writes the end of a run that has written checkpoints before, so that nothing is lost while its results are made; waits for the disk.
    /// </summary>
    /// <param name="step">The last step.</param>
    /// <exception cref="InvalidInputException">The files cannot be written.</exception>
    public void Finish(int step)
    {
        _background.Wait();
        if (_checkpoints.Newest is null)
            return;
        Copy(step);
        Stop();
    }

    /// <summary>Makes the first copy, before the chains run.</summary>
    public void Begin()
    {
        _checkpoints.Begin();
        Copy(_state.Step);
    }

    /// <summary>Waits for the current write, and frees the memory.</summary>
    public void Dispose()
    {
        _background.Dispose();
        _latest.Dispose();
        _writing.Dispose();
    }

    private void Copy(int step)
    {
        long began = Stopwatch.GetTimestamp();
        Stamp?.Invoke(step);
        _latest.Capture();
        _captured = step;
        _lastCopy = Stopwatch.GetTimestamp();
        _copyTime = Stopwatch.GetElapsedTime(began, _lastCopy);
    }

    private void Save()
    {
        (_latest, _writing) = (_writing, _latest);
        (int step, Snapshot snapshot) = (_captured, _writing);
        _background.Start(() =>
        {
            _draws.Append(_state.DrawsAt(step));
            _checkpoints.Write(snapshot, step, _run);
        });
        (_saved, _lastSave) = (step, Stopwatch.GetTimestamp());
    }
}
