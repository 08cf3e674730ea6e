using System.Diagnostics;
using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Writes checkpoints beside the training: it is held up only while its state is copied in memory; a thread of its own adds up the checksum, writes and waits for the
/// disk. While a write goes on, no other one starts: an ordinary checkpoint that is due stays due, and that of a best epoch is copied now and
/// written later, before any ordinary one. An error of a write is raised at the next call: it ends the run.
/// </summary>
internal sealed class CheckpointWriter : IDisposable
{
    // Where epochs are short, most best ones are soon replaced: not every one is worth a write.
    private static readonly TimeSpan PauseBetweenBest = TimeSpan.FromSeconds(10);

    private readonly CheckpointFolder _folder;
    private readonly Trainer _trainer;
    private readonly BackgroundWork _background = new("joule checkpoints");
    private readonly Action _write, _writeBest;
    private Snapshot _writing;
    private Snapshot _best;
    private bool _bestWaits;
    private long _lastBest;

    /// <summary>Takes memory for two checkpoints, so that none is taken during the training.</summary>
    public CheckpointWriter(CheckpointFolder folder, Trainer trainer, RunState run)
    {
        (_folder, _trainer) = (folder, trainer);
        _writing = Checkpoint.Of(trainer, run);
        _best = Checkpoint.Of(trainer, run);
        _write = () => _folder.Write(_writing);
        _writeBest = () => _folder.WriteBest(_writing);
    }

    /// <summary>The longest time that the training was held up for a checkpoint.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>Updates that had been made when the last ordinary checkpoint was taken or read, or −1.</summary>
    public long LastUpdate { get; private set; } = -1;

    /// <summary>Makes trainer and run what the newest whole checkpoint says.</summary>
    /// <returns>Its file, or null where there is none: nothing was changed then.</returns>
    /// <exception cref="InvalidInputException">There are some, and none is whole.</exception>
    public string? Resume(Action<string> warn)
    {
        string? file = _folder.ReadNewest(_writing, warn);
        if (file is not null)
            _writing.Restore();
        return file;
    }

    /// <summary>Raises the error of the last write, and starts the one that waits. Cheap: to be called at every step.</summary>
    public void Look()
    {
        _background.RaiseFailure();
        if (_bestWaits && !_background.IsBusy && (_lastBest == 0 || Stopwatch.GetElapsedTime(_lastBest) >= PauseBetweenBest))
            WriteBest();
    }

    /// <summary>Copies the state as it is now and starts to write it, unless another write goes on or waits.</summary>
    /// <returns>Whether it did.</returns>
    public bool TrySave()
    {
        _background.RaiseFailure();
        if (_background.IsBusy)
            return false;
        if (_bestWaits)
        {
            // It comes first, so that whoever goes on from the ordinary one finds the best one too.
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

    /// <summary>Copies the state as it is now, that of the best epoch so far, to be written soon. One that has not been written yet is replaced: it is no longer the best.</summary>
    public void TakeBest()
    {
        long began = Stopwatch.GetTimestamp();
        _best.Capture();
        _bestWaits = true;
        Look();
        Note(began);
    }

    /// <summary>Writes the state as it is now, where that was not done yet, and waits until everything is on the disk.</summary>
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

    /// <summary>Waits for the write that goes on.</summary>
    public void Wait() => _background.Wait();

    /// <summary>Writes the state as it is now, to which the run has gone back, and drops every checkpoint of a later update. Waits until that is done.</summary>
    public void GoBack()
    {
        _background.Wait();
        _bestWaits = false;
        TrySave();
        _background.Wait();
        _folder.RemoveBestAfter(_trainer.Update);
    }

    /// <summary>Waits for the write that goes on, and frees the memory.</summary>
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
