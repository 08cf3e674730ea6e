using System.Globalization;
using Joule.Samplers;

namespace Joule.Cli.Terminal;

/// <summary>
/// Shows the progress of chains. They stop for it a few times a second, however long a step takes; results do not change by a bit.
/// </summary>
internal sealed class ChainProgress(RunProgress shown, TimeProvider time) : IChainObserver
{
    private readonly StepPace _pace = new(time, TimeSpan.FromSeconds(0.25));

    /// <inheritdoc/>
    public int Next(int done, ChainSchedule schedule) => _pace.Next(done);

    /// <inheritdoc/>
    public void Observe(in ChainReport report)
    {
        ProposalFigures figures = report.Proposals;
        shown.Report(report.Step, report.IsWarmUp ? "warm-up" : figures.Accepted + figures.Divergent > 0
            ? string.Create(CultureInfo.InvariantCulture, $"acceptance {figures.Acceptance:0.00}") : "");
    }
}
