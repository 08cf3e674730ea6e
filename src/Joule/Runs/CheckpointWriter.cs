using System.Diagnostics;
using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Writes checkpoints beside the training: it is held up only while its state is copied in memory; a thread of its own adds up the checksum, writes and waits for the
/// disk. While a write goes on, no other one starts: an ordinary checkpoint that is due stays due, and that of a best epoch is copied now and
/// written next. An error of a write is raised at the next call: it ends the run.
/// </summary>
internal sealed class CheckpointWriter : IDisposable
{
    private readonly CheckpointFolder _folder;
    private readonly Device _device;
    private readonly Trainer _trainer;
    private readonly BackgroundWork _background = new("joule checkpoints");
    private readonly Action _write, _writeBest;
    private Checkpoint _writing;
    private Checkpoint? _spare;
    private bool _bestWaits;

    /// <summary>Takes memory for a checkpoint.</summary>
    public CheckpointWriter(CheckpointFolder folder, Device device, Trainer trainer)
    {
        (_folder, _device, _trainer) = (folder, device, trainer);
        _writing = new Checkpoint(device, trainer);
        _write = () => _folder.Write(_writing);
        _writeBest = () => _folder.WriteBest(_writing);
    }

    /// <summary>The longest time that the training was held up for a checkpoint.</summary>
    public TimeSpan LongestHold { get; private set; }

    /// <summary>Whether a checkpoint can be taken now.</summary>
    public bool IsFree => !_background.IsBusy && !_bestWaits;

    /// <summary>Raises the error of the last write, and starts the one that waits. Cheap: to be called at every step.</summary>
    public void Look()
    {
        _background.RaiseFailure();
        if (!_bestWaits || _background.IsBusy)
            return;
        _bestWaits = false;
        (_writing, _spare) = (_spare!, _writing);
        _background.Start(_writeBest);
    }

    /// <summary>Copies the state as it is now and starts to write it. To be called while <see cref="IsFree"/>.</summary>
    public void Save(RunState run)
    {
        long began = Stopwatch.GetTimestamp();
        _writing.Capture(_trainer, run);
        _background.Start(_write);
        Note(began);
    }

    /// <summary>Copies the state as it is now, that of the best epoch so far, and writes it as soon as no other write goes on.</summary>
    public void SaveBest(RunState run)
    {
        Look();
        long began = Stopwatch.GetTimestamp();
        if (_background.IsBusy)
        {
            // A better one that has not been written yet is replaced: it is no longer the best.
            _spare ??= new Checkpoint(_device, _trainer);
            _spare.Capture(_trainer, run);
            _bestWaits = true;
        }
        else
        {
            _writing.Capture(_trainer, run);
            _background.Start(_writeBest);
        }
        Note(began);
    }

    /// <summary>Writes the state as it is now, and waits until it is on the disk.</summary>
    public void SaveNow(RunState run)
    {
        Finish();
        Save(run);
        Finish();
    }

    /// <summary>Waits until everything that was taken is on the disk.</summary>
    public void Finish()
    {
        _background.Wait();
        Look();
        _background.Wait();
    }

    /// <summary>Waits for the write that goes on, and frees the memory.</summary>
    public void Dispose()
    {
        _background.Dispose();
        _writing.Dispose();
        _spare?.Dispose();
    }

    private void Note(long began)
    {
        TimeSpan held = Stopwatch.GetElapsedTime(began);
        if (held > LongestHold)
            LongestHold = held;
    }
}
