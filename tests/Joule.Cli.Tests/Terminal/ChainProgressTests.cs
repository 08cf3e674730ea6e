using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed class ChainProgressTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly RecordingProgress _shown = new();

    [Fact]
    public void Chains_stop_about_four_times_a_second()
    {
        ChainProgress progress = new(_shown, _time);
        ChainSchedule schedule = new() { Steps = 1000 };
        int done = 0, stops = 0;
        for (; done < 1000; stops++)
        {
            int next = progress.Next(done, schedule);
            Assert.Equal(next, progress.Next(next - 1, schedule));
            _time.Pass((next - done) * 0.01);
            done = next;
        }
        // After the first stops, which find out how long a step takes, 25 steps lie between two.
        Assert.InRange(stops, 41, 44);
    }

    [Fact]
    public void It_shows_the_step_and_the_acceptance_if_proposals_are_tested()
    {
        ChainProgress progress = new(_shown, _time);
        progress.Observe(Report(7, default(ProposalFigures) with { Proposed = 70 }));
        progress.Observe(Report(9, new ProposalFigures(90, 45, 3, 1)));
        progress.Observe(Report(11, new ProposalFigures(90, 45, 3, 1), isWarmUp: true));
        Assert.Equal([(7, ""), (9, "acceptance 0.50"), (11, "warm-up")], _shown.Reports);
    }

    public void Dispose() => _shown.Dispose();

    private static ChainReport Report(int step, ProposalFigures figures, bool isWarmUp = false) =>
        new()
        {
            Device = Device.Shared,
            States = default,
            Step = step,
            IsWarmUp = isWarmUp,
            IsSample = true,
            Energies = [],
            SquaredNorms = [],
            Proposals = figures,
        };

    private sealed class RecordingProgress : RunProgress
    {
        public List<(long, string)> Reports { get; } = [];

        public override void Start(string title, long totalSteps, long from = 0) { }

        public override void Report(long step, string figures) => Reports.Add((step, figures));

        public override void Line(string text) { }

        public override void Dispose() { }
    }
}
