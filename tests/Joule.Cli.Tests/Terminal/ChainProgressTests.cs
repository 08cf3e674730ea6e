using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed class ChainProgressTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly RecordingProgress _shown = new();

    [Theory]
    [InlineData(0.0001, 10)] // a step takes 0.1 ms: stops are 2,500 steps apart
    [InlineData(0.01, 45)]
    [InlineData(2, 1000)] // a step takes longer than the interval: a stop after every step
    public void Chains_stop_about_four_times_a_second(double secondsOfStep, int mostStops)
    {
        const int total = 1000;
        ChainProgress progress = new(_shown, _time);
        ChainSchedule schedule = new() { Steps = total };
        List<int> stops = [];
        for (int done = 0; done < total;)
        {
            int next = progress.Next(done, schedule);
            Assert.True(next > done);
            next = Math.Min(next, total);
            _time.Pass((next - done) * secondsOfStep);
            done = next;
            stops.Add(done);
        }
        // The first hundredth of the steps shows how long a step takes.
        Assert.Equal(10, stops[0]);
        Assert.InRange(stops.Count, Math.Min(mostStops, (int)(total * secondsOfStep / 0.25)) / 2, mostStops);
    }

    [Fact]
    public void Stops_requested_by_others_do_not_move_its_own()
    {
        ChainProgress progress = new(_shown, _time);
        ChainSchedule schedule = new() { Steps = 1000 };
        Assert.Equal(10, progress.Next(0, schedule));
        for (int done = 1; done < 10; done++)
        {
            _time.Pass(0.01);
            Assert.Equal(10, progress.Next(done, schedule));
        }
    }

    [Fact]
    public void It_shows_the_step_and_the_acceptance_if_proposals_are_tested()
    {
        ChainProgress progress = new(_shown, _time);
        progress.Observe(Report(7, default(ProposalFigures) with { Proposed = 70 }));
        progress.Observe(Report(9, new ProposalFigures(90, 45, 3, 1)));
        Assert.Equal([(7, ""), (9, "acceptance 0.50")], _shown.Reports);
    }

    public void Dispose() => _shown.Dispose();

    private static ChainReport Report(int step, ProposalFigures figures) =>
        new()
        {
            Device = Device.Shared,
            States = default,
            Step = step,
            IsWarmUp = false,
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
