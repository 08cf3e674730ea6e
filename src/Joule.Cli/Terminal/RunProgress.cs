using Joule.Cli.Streams;

namespace Joule.Cli.Terminal;

/// <summary>
/// Shows the progress of a long task on standard error, so that standard output holds only results: a live bar on a terminal, plain
/// lines elsewhere, only warnings when quiet. Not thread-safe.
/// </summary>
internal abstract class RunProgress : IDisposable
{
    /// <summary>Begins a task. A task in progress ends.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="totalSteps">Its last step; 0 if unknown.</param>
    /// <param name="from">Its first step; above zero for a resumed run.</param>
    public abstract void Start(string title, long totalSteps, long from = 0);

    /// <summary>Reports that a step is reached. Cheap enough for every step.</summary>
    /// <param name="step">The step, counted as in <see cref="Start"/>.</param>
    /// <param name="figures">The current figures, as short text.</param>
    public abstract void Report(long step, string figures);

    /// <summary>Writes a permanent line, for example the figures of a finished epoch.</summary>
    public abstract void Line(string text);

    /// <summary>Writes a line that the user must see, even when quiet.</summary>
    public virtual void Warn(string text) => Line(text);

    /// <summary>Ends the display and keeps its permanent lines.</summary>
    public abstract void Dispose();

    /// <summary>Chooses the display that suits standard error.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="quiet">Whether to hide progress.</param>
    public static RunProgress Create(TextWriter error, bool quiet)
    {
        LastingWriter lasting = LastingWriter.Of(error);
        if (quiet)
            return new SilentProgress(lasting);
        bool live = lasting.IsTerminal && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        return live ? LiveProgress.OnTerminal(lasting) : new PlainProgress(lasting, TimeProvider.System);
    }
}
