using Joule.Training;

namespace Joule.Runs;

/// <summary>Receives the progress of a run.</summary>
public interface IRunObserver
{
    /// <summary>The run starts or resumes.</summary>
    /// <param name="trainer">The trainer, with its memory allocated.</param>
    /// <param name="folder">The run's folder.</param>
    void Started(Trainer trainer, RunFolder folder);

    /// <summary>An update was made.</summary>
    void Updated(long update, in TrainingFigures figures);

    /// <summary>An epoch has ended and its files are written.</summary>
    void EpochDone(MetricsRow row, RunFolder folder);

    /// <summary>An event was written to the run's <c>events.jsonl</c>.</summary>
    void Happened(RunEvent happened) { }
}
