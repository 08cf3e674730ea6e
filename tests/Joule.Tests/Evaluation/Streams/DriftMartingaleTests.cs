using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class DriftMartingaleTests
{
    [Fact]
    public void The_first_bet_is_the_mean_of_the_sleeper_and_the_bets()
    {
        DriftMartingale drift = new(0.01);
        drift.Next(0.1);
        double[] numbers = [0.1, 0.9, 0.2, 0.8];
        double bets = numbers.SelectMany(u => ((double[])[0.4, 0.8]).Select(power => power * Math.Pow(u, power - 1))).Average();
        Assert.Equal(0.5 + 0.5 * bets, Math.Exp(drift.LogValue), 1e-12);
    }

    // The midpoint rule, after a substitution that takes away the singularities of the bets at 0, 1/2 and 1: p = (v³(10 − 15v + 6v²))/2.
    [Fact]
    public void The_expected_capital_stays_the_same_whatever_happened_before()
    {
        double[] before = [0.5, 0.01, 0.99, 0.2];
        double start = Math.Exp(After(before));
        const int Cells = 2000;
        double mean = 0;
        for (int i = 0; i < Cells; i++)
        {
            double v = (i + 0.5) / Cells, p = v * v * v * (10 - 15 * v + 6 * v * v) / 2, weight = 15 * v * v * (1 - v) * (1 - v) / Cells;
            mean += weight * (Math.Exp(After([.. before, p])) + Math.Exp(After([.. before, 1 - p])));
        }
        Assert.Equal(1, mean / start, 1e-3);
    }

    // 200 streams of 2,000 normal rows with 200 calibration energies, δ = 0.05. At most 10 alarms are expected; the 99.9% point of the
    // binomial distribution of 200 trials with p = 0.05 is 21.
    [Fact]
    public void Normal_streams_raise_few_alarms()
    {
        int alarms = Enumerable.Range(0, 200).Count(stream => Run((ulong)stream, 2000, _ => (0, 1), 0.05).Alarm is not null);
        Assert.InRange(alarms, 0, 21);
    }

    // Energies of other mean or spread from row 1,000 on: found within 500 rows in all of 20 streams.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 0.4)]
    public void Drift_is_found_soon(double shift, double scale)
    {
        for (ulong stream = 1000; stream < 1020; stream++)
        {
            DriftMartingale drift = Run(stream, 1500, row => row < 1000 ? (0, 1) : (shift, scale), 0.01);
            Assert.True(drift.Alarm is > 1000 and <= 1500, $"stream {stream}: {drift.Alarm}");
            Assert.True(drift.Highest >= Math.Log(100));
        }
    }

    [Fact]
    public void Evidence_beyond_all_numbers_stays_finite_and_levels_are_checked()
    {
        DriftMartingale drift = new(0.01);
        for (int i = 0; i < 5000; i++)
            drift.Next(1e-6);
        Assert.InRange(drift.LogValue, 5000, double.MaxValue);
        foreach (double level in (double[])[0, 1, double.NaN])
            Assert.Contains("above 0 and below 1", Assert.Throws<InvalidInputException>(() => new DriftMartingale(level)).Message,
                StringComparison.Ordinal);
    }

    private static double After(double[] p)
    {
        DriftMartingale drift = new(0.01);
        foreach (double value in p)
            drift.Next(value);
        return drift.LogValue;
    }

    private static DriftMartingale Run(ulong stream, int rows, Func<int, (double Shift, double Scale)> energy, double level)
    {
        float[] normal = new float[rows + 256];
        new RandomStream(stream, RandomPurpose.User, 0).FillNormal(normal, 0);
        OnlineRanks ranks = new(Calibration.Of(normal.AsSpan(rows, 200)), stream);
        DriftMartingale drift = new(level);
        for (int i = 0; i < rows; i++)
        {
            (double shift, double scale) = energy(i);
            drift.Next(ranks.Next((float)(shift + scale * normal[i])));
        }
        return drift;
    }
}
