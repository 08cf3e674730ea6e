using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// A copy of everything that a run needs to go on as if nothing had happened. Its memory is taken once: for the preset <c>digits</c> about 28 MB, which it takes some
/// milliseconds to copy.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    /// <summary>Takes the memory.</summary>
    /// <param name="device">Where it lies.</param>
    /// <param name="trainer">The run's trainer.</param>
    public Checkpoint(Device device, Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        Trainer = new TrainerSnapshot(device, trainer);
        Run = new RunState(new RunFigures(trainer.Objective.Figures));
        UpdatesPerEpoch = trainer.UpdatesPerEpoch;
    }

    /// <summary>The trainer's part.</summary>
    public TrainerSnapshot Trainer { get; }

    /// <summary>The run's part.</summary>
    public RunState Run { get; }

    /// <summary>Updates made.</summary>
    public long Update => Trainer.Update;

    internal int UpdatesPerEpoch { get; }

    /// <summary>Copies trainer and run as they are now.</summary>
    public void Capture(Trainer trainer, RunState run)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        trainer.Capture(Trainer);
        Run.CopyFrom(run);
    }

    /// <summary>Makes trainer and run what they were.</summary>
    /// <exception cref="InvalidInputException">The checkpoint cannot be one of this run.</exception>
    public void Restore(Trainer trainer, RunState run)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(run);
        trainer.Restore(Trainer);
        run.CopyFrom(Run);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => Trainer.Dispose();
}
