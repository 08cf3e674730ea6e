using System.Diagnostics;
using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Writes checkpoints in the background. Training waits only while its state is copied in memory; a separate thread computes the checksum,
/// writes, and waits for the disk. One write runs at a time: an ordinary checkpoint that is due stays due, and a best epoch's is copied at
/// once and written before the next ordinary one. An error of a write is raised at the next call and ends the run.
/// </summary>
internal sealed class CheckpointWriter : IDisposable
{
    // With short epochs most best checkpoints are soon replaced, so not every one is worth a write.
    private static readonly TimeSpan PauseBetweenBest = TimeSpan.FromSeconds(10);

    private readonly CheckpointFolder _folder;
    private readonly Trainer _trainer;
    private readonly BackgroundWork _background = new("joule checkpoints");
    private readonly Action _write, _writeBest;
    private Snapshot _writing;
    private Snapshot _best;
    private bool _bestWaits;
    private long _lastBest;

    /// <summary>Allocates two checkpoints, so that training allocates none.</summary>
    public CheckpointWriter(CheckpointFolder folder, Trainer trainer, RunState run)
    {
        (_folder, _trainer) = (folder, trainer);
        _writing = Checkpoint.Of(trainer, run);
        _best = Checkpoint.Of(trainer, run);
        _write = () => _folder.Write(_writing);
        _writeBest = () => _folder.WriteBest(_writing);
    }

    /// <summary>The longest time that training waited for a checkpoint.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>The update of the last ordinary checkpoint captured, or −1.</summary>
    public long LastUpdate { get; private set; } = -1;

    /// <summary>Restores trainer and run from the newest intact checkpoint.</summary>
    /// <returns>Its file; null, with nothing changed, if there are no checkpoints.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints, but none is intact.</exception>
    public string? Resume(Action<string> warn)
    {
        string? file = _folder.ReadNewest(_writing, warn);
        if (file is not null)
            _writing.Restore();
        return file;
    }

    /// <summary>Raises an error of the last write, and starts a waiting one. Cheap: call it at every step.</summary>
    public void Look()
    {
        _background.RaiseFailure();
        if (_bestWaits && !_background.IsBusy && (_lastBest == 0 || Stopwatch.GetElapsedTime(_lastBest) >= PauseBetweenBest))
            WriteBest();
    }

    /// <summary>Captures the state and starts to write it, unless another write is running or waiting.</summary>
    /// <returns>Whether the write was started.</returns>
    public bool TrySave()
    {
        _background.RaiseFailure();
        if (_background.IsBusy)
            return false;
        if (_bestWaits)
        {
            // The best one is written first, so that a run resumed from the ordinary one finds it.
            WriteBest();
            return false;
        }
        long began = Stopwatch.GetTimestamp();
        _writing.Capture();
        _background.Start(_write);
        LastUpdate = _trainer.Update;
        Note(began);
        return true;
    }

    /// <summary>Captures the state of the best epoch so far, to be written soon. It replaces a best one not yet written.</summary>
    public void TakeBest()
    {
        long began = Stopwatch.GetTimestamp();
        _best.Capture();
        _bestWaits = true;
        Look();
        Note(began);
    }

    /// <summary>Writes the current state unless it is already written, and waits until everything is on the disk.</summary>
    public void Finish()
    {
        _background.Wait();
        if (_bestWaits)
            WriteBest();
        _background.Wait();
        if (LastUpdate != _trainer.Update)
            TrySave();
        _background.Wait();
    }

    /// <summary>Waits for the current write.</summary>
    public void Wait() => _background.Wait();

    /// <summary>Writes the state that the run was rolled back to, removes every later checkpoint, and waits for the disk.</summary>
    public void GoBack()
    {
        _background.Wait();
        _bestWaits = false;
        TrySave();
        _background.Wait();
        _folder.RemoveBestAfter(_trainer.Update);
    }

    /// <summary>Waits for the current write, and frees the memory.</summary>
    public void Dispose()
    {
        _background.Dispose();
        _writing.Dispose();
        _best.Dispose();
    }

    private void WriteBest()
    {
        _bestWaits = false;
        _lastBest = Stopwatch.GetTimestamp();
        (_writing, _best) = (_best, _writing);
        _background.Start(_writeBest);
    }

    private void Note(long began)
    {
        TimeSpan held = Stopwatch.GetElapsedTime(began);
        if (held > LongestHold)
            LongestHold = held;
    }
}
