using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class CalibrationTests
{
    [Fact]
    public void A_p_value_counts_the_energies_at_or_above_it()
    {
        float[] energies = [.. Enumerable.Range(0, 99).Select(i => (float)(i / 3)).Reverse()]; // 32 32 32 31 … 0 0 0
        Calibration calibration = Calibration.Of(energies, 0.05);
        Assert.Equal((99, 0.01, 0.0, 1), (calibration.Count, calibration.SmallestPValue, calibration.Error, calibration.Step));
        Assert.Equal(0.01, calibration.PValue(32.5f));
        Assert.Equal(0.04, calibration.PValue(32));
        Assert.Equal(0.04, calibration.PValue(31.5f));
        Assert.Equal(0.07, calibration.PValue(31));
        Assert.Equal(1, calibration.PValue(0));
        Assert.Equal(1, calibration.PValue(float.NegativeInfinity));
        Assert.Equal(0.01, calibration.PValue(float.PositiveInfinity));
        Assert.Throws<DivergenceException>(() => calibration.PValue(float.NaN));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.29)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Rows_above_the_threshold_are_the_anomalies(double rate)
    {
        foreach (int count in (int[])[20, 99, 100, 20_000])
        {
            float[] energies = Normals(count, 3);
            Calibration calibration = Calibration.Of(energies, rate);
            float threshold = calibration.Threshold;
            Assert.Equal(calibration.IsBlind, float.IsPositiveInfinity(threshold));
            foreach (float energy in (float[])[.. energies, threshold, MathF.BitDecrement(threshold), MathF.BitIncrement(threshold), 9, -9])
                Assert.Equal(energy > threshold, calibration.IsAnomaly(energy));
        }
    }

    [Fact]
    public void A_rate_below_the_smallest_p_value_calls_nothing_an_anomaly()
    {
        Calibration calibration = Calibration.Of(Normals(50, 1));
        Assert.True(calibration.IsBlind);
        Assert.False(calibration.IsAnomaly(1e30f));
        Assert.False(calibration.With(1 / 51.0).IsBlind);
        Assert.True(calibration.With(1 / 51.0).IsAnomaly(1e30f));
    }

    [Fact]
    public void Many_energies_are_kept_in_part_and_p_values_are_rounded_up_within_the_bound()
    {
        const int Count = 50_003;
        float[] energies = Normals(Count, 5), sorted = [.. energies.Order()];
        for (int i = 0; i < 2000; i++)
            sorted[10_000 + i] = sorted[10_000]; // ties
        Calibration calibration = Calibration.Of(sorted);
        Assert.InRange(calibration.Kept.Length, Calibration.ExactTail + 1, Calibration.MostExact);
        Assert.InRange(calibration.Error, 1e-6, 2.5e-4);
        double largest = 0;
        foreach (float energy in (float[])[.. Normals(3000, 6), .. sorted.AsSpan()[^5000..], sorted[0], -9, sorted[10_000]])
        {
            int above = sorted.Count(e => e >= energy);
            double exact = (1.0 + above) / (Count + 1), error = calibration.PValue(energy) - exact;
            Assert.InRange(error, 0, calibration.Error + 1e-15);
            if (above < Calibration.ExactTail)
                Assert.Equal(0, error);
            largest = Math.Max(largest, error);
        }
        Assert.True(largest > 0);
    }

    [Fact]
    public void What_was_kept_restores_it_and_other_parts_are_refused()
    {
        foreach (int count in (int[])[20, 8192, 8193, 30_000])
        {
            Calibration made = Calibration.Of(Normals(count, 2), 0.02), again = Calibration.Restore(count, made.Kept.ToArray(), 0.02);
            Assert.Equal((made.Count, made.Step, made.Threshold), (again.Count, again.Step, again.Threshold));
            Refused.With(() => Calibration.Restore(count, made.Kept[1..].ToArray(), 0.02), $"{count} rows");
            Refused.With(() => Calibration.Restore(count, [.. made.Kept.ToArray().Reverse()], 0.02), "ascending");
        }
        Refused.With(() => Calibration.Restore(20, [.. Enumerable.Repeat(float.NaN, 20)], 0.02), "finite");
        Refused.With(() => Calibration.Restore(3, new float[3], 0.02), "at least 20");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void An_alarm_rate_outside_its_range_is_refused(double rate) =>
        Refused.With(() => Calibration.Of(Normals(50, 1), rate), "above 0 and below 1");

    [Fact]
    public void Too_few_energies_and_infinite_ones_are_refused()
    {
        Refused.With(() => Calibration.Of([1, 2, 3], source: "three.csv"), "three.csv", "3 rows", "at least 20");
        float[] energies = Normals(30, 1);
        energies[7] = float.PositiveInfinity;
        Assert.Throws<DivergenceException>(() => Calibration.Of(energies));
    }

    /// <summary>
    /// Twenty splits of fresh normal rows: each calibrates with 1,999 rows and tests 4,000. With R (n + 1) a whole number k, the share of
    /// p-values of at most R has mean R, and its variance in one split is that of a beta-binomial law with a = k, b = n + 1 − k. The mean
    /// of the splits must lie within 3 standard errors.
    /// </summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.01)]
    [InlineData(0.001)]
    public void A_share_R_of_normal_rows_has_a_p_value_of_at_most_R(double rate)
    {
        const int Splits = 20, Rows = 1999, Tests = 4000;
        double share = 0;
        for (int split = 0; split < Splits; split++)
        {
            DrawsDataOptions options = new()
            {
                Source = "eight_gaussians",
                Count = 3998,
                TestCount = Tests,
                CalibrationShare = 0.5,
                Standardize = false,
            };
            DataSets data = options.Open(new DataRequest((ulong)split + 1, _ => { }));
            Assert.Equal(Rows, data.Calibration!.Count);
            Calibration calibration = Calibration.Of(Energies(data.Calibration), rate);
            share += Energies(data.Test).Count(e => calibration.PValue(e) <= rate) / (double)Tests / Splits;
        }
        double k = rate * (Rows + 1), all = Rows + 1;
        double variance = k * (all - k) * (all + Tests) / (all * all * (all + 1)) / Tests;
        Assert.InRange(share, rate - 3 * Math.Sqrt(variance / Splits), rate + 3 * Math.Sqrt(variance / Splits));
    }

    // Any function of a row may be the energy.
    private static float[] Energies(StateSet states)
    {
        float[] state = new float[states.Space.Width];
        return [.. Enumerable.Range(0, states.Count).Select(i =>
        {
            states.Read(i, state);
            return state.Sum(x => x * x) / 2 + state[0];
        })];
    }

    private static float[] Normals(int count, ulong seed)
    {
        float[] values = new float[count];
        new RandomStream(seed, RandomPurpose.User, 0).FillNormal(values, 0);
        return values;
    }
}
