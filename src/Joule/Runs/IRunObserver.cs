using Joule.Training;

namespace Joule.Runs;

/// <summary>Is told how a run goes on.</summary>
public interface IRunObserver
{
    /// <summary>The run starts.</summary>
    /// <param name="trainer">The trainer, its memory taken.</param>
    /// <param name="folder">The run's folder.</param>
    void Started(Trainer trainer, RunFolder folder);

    /// <summary>An update was made.</summary>
    void Updated(long update, in TrainingFigures figures);

    /// <summary>An epoch is over; its files are written.</summary>
    void EpochDone(MetricsRow row, RunFolder folder);

    /// <summary>Something happened to the run that its <c>events.jsonl</c> tells of.</summary>
    void Happened(RunEvent happened) { }
}
