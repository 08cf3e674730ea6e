using System.Globalization;
using Joule.Samplers;

namespace Joule.Cli.Terminal;

/// <summary>
/// Shows the progress of chains. They stop for it a few times a second, however long a step takes; results do not change by a bit.
/// </summary>
internal sealed class ChainProgress(RunProgress shown, TimeProvider time) : IChainObserver
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(0.25);
    private const int FirstShare = 100; // the first stop comes after 1/100 of all steps, before the time per step is known

    private long _lastTime;
    private int _lastStep;
    private int _next;

    /// <inheritdoc/>
    public int Next(int done, ChainSchedule schedule)
    {
        if (done > 0 && done < _next)
            return _next;
        long now = time.GetTimestamp();
        int steps = done - _lastStep;
        double seconds = time.GetElapsedTime(_lastTime, now).TotalSeconds;
        double room = done == 0 || steps <= 0 ? schedule.Total / (double)FirstShare
            : steps * Between.TotalSeconds / Math.Max(seconds, 1e-6);
        (_lastTime, _lastStep) = (now, done);
        _next = (int)Math.Min(done + Math.Max(1, Math.Floor(room)), int.MaxValue);
        return _next;
    }

    /// <inheritdoc/>
    public void Observe(in ChainReport report)
    {
        ProposalFigures figures = report.Proposals;
        shown.Report(report.Step, figures.Accepted + figures.Divergent > 0
            ? string.Create(CultureInfo.InvariantCulture, $"acceptance {figures.Acceptance:0.00}") : "");
    }
}
