using Joule.Cli.Streams;

namespace Joule.Cli.Terminal;

/// <summary>
/// Shows how a long work goes, on standard error, so that standard output stays for results: a live bar on a terminal, plain
/// lines elsewhere, nothing but warnings when asked to be quiet. To be called from one thread.
/// </summary>
internal abstract class RunProgress : IDisposable
{
    /// <summary>Begins a work. A work that was going on is ended.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="totalSteps">The step at which it is done; 0 where that is not known.</param>
    /// <param name="from">The step at which it begins, more than zero where a run is taken up again.</param>
    public abstract void Start(string title, long totalSteps, long from = 0);

    /// <summary>Says that a step is reached. Cheap: may be called at every step.</summary>
    /// <param name="step">The step, counted as in <see cref="Start"/>.</param>
    /// <param name="figures">What a reader wants to see now, in a few words.</param>
    public abstract void Report(long step, string figures);

    /// <summary>Writes a line that stays, for example the figures of a finished epoch.</summary>
    public abstract void Line(string text);

    /// <summary>
    /// Writes a line that is no progress, but something that the user must know. It is shown also when asked to be quiet.
    /// </summary>
    public virtual void Warn(string text) => Line(text);

    /// <summary>Ends the display and leaves the lines.</summary>
    public abstract void Dispose();

    /// <summary>Chooses the display for where the program runs.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="quiet">Whether no progress is to be shown.</param>
    public static RunProgress Create(TextWriter error, bool quiet)
    {
        LastingWriter lasting = LastingWriter.Of(error);
        if (quiet)
            return new SilentProgress(lasting);
        bool live = lasting.IsTerminal && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        return live ? LiveProgress.OnTerminal(lasting) : new PlainProgress(lasting, TimeProvider.System);
    }
}
