using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

/// <summary>The sentinel's rule on the lag of young chains.</summary>
public sealed class SentinelLagTests
{
    private static readonly FigureList List = Trainer.ListFigures(new ContrastiveDivergenceOptions().ListFigures());

    private static readonly Contrast Buffer = new(0.1, Persistent: true, NoiseMovement: 0.02);

    [Fact]
    public void A_lag_that_grows_once_the_chains_have_found_the_data_is_a_warning_and_then_a_divergence()
    {
        SentinelOptions options = new();
        Sentinel sentinel = new(options, Buffer);
        List<(int Update, SentinelLevel Level)> seen = [];
        for (int u = 1; u <= 3000 && seen.Count < 2; u++)
        {
            // Two spreads are usual; then one spread more every 10 updates.
            SentinelVerdict verdict = sentinel.Watch(u, Figures(2 + Math.Max(0, u - 2000) / 10.0));
            if (verdict.Level == SentinelLevel.Fine)
                continue;
            Assert.Equal(SentinelReason.ChainsLag, verdict.Reason);
            Assert.True(verdict.InSpreads);
            seen.Add((u, verdict.Level));
        }
        // The lower median of the last 16 values is 8 updates old.
        int warned = 2008 + (int)(10 * (2 * options.LagWarning - 2)), diverged = 2008 + (int)(10 * (2 * options.LagLimit - 2));
        Assert.Equal([SentinelLevel.Warning, SentinelLevel.Diverged], seen.Select(s => s.Level));
        // The usual still rises by up to 3 mean deviations, which are near 0, until the first sign.
        Assert.InRange(seen[0].Update, warned, warned + 5);
        Assert.InRange(seen[1].Update, diverged, diverged + 10);
    }

    [Fact]
    public void Before_the_chains_have_found_the_data_young_chains_may_lie_far_above_them()
    {
        Sentinel sentinel = new(new SentinelOptions(), Buffer);
        for (int u = 1; u <= 900; u++)
            Assert.Equal(SentinelLevel.Fine, sentinel.Watch(u, Figures(100)).Level);
    }

    private static TrainingFigures Figures(double lag)
    {
        double[] values = new double[List.Count];
        void Set(string name, double value) => values[List.IndexOf(name)] = value;
        Set("spread_data", 0.1);
        Set("spread_negative", 0.2);
        Set("variety", 0.9);
        Set("movement", 0.04);
        Set("gradient_norm", 1);
        Set("lag", 0.1 * lag);
        Set("lag_spreads", lag);
        return new TrainingFigures(List, values, 64);
    }
}
