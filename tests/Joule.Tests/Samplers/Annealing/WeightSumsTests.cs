using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class WeightSumsTests
{
    private static readonly double[] Logs = [-3, 2, -1000, 700.5, double.NegativeInfinity, 699, 701, 1];

    [Fact]
    public void Sums_of_weights_beyond_the_range_of_numbers_are_right()
    {
        // Relative to e⁷⁰⁰ in plain sums; those of e⁻¹⁰⁰⁰ vanish in both.
        double sum = Logs.Sum(l => Math.Exp(l - 700)), squares = Logs.Sum(l => Math.Exp(2 * (l - 700)));
        double[] sums = Of(Logs);
        Assert.Equal(700 + Math.Log(sum), WeightSums.LogSum(sums), 1e-12);
        Assert.Equal(700 + Math.Log(sum / 8), WeightSums.LogMean(sums), 1e-12);
        Assert.Equal(sum * sum / squares, WeightSums.EffectiveCount(sums), 1e-12);
        LogPartitionEstimate estimate = WeightSums.Estimate(sums)!.Value;
        Assert.Equal(8, estimate.Count);
        Assert.Equal(700 + Math.Log(sum / 8), estimate.Value, 1e-12);
        Assert.Equal(Math.Sqrt((squares / (sum * sum) - 1 / 8.0) * 8 / 7), estimate.StandardError, 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Sums_in_two_parts_are_those_of_the_whole(int first)
    {
        double[] whole = Of(Logs), sums = Of(Logs[..first]);
        WeightSums.Add(sums, Of(Logs[first..]));
        Assert.Equal(WeightSums.LogSum(whole), WeightSums.LogSum(sums), 1e-12);
        Assert.Equal(WeightSums.EffectiveCount(whole), WeightSums.EffectiveCount(sums), 1e-12);
        Assert.Equal(whole[3], sums[3]);
    }

    [Fact]
    public void Without_weights_there_is_no_estimate_and_without_a_weight_above_0_it_is_minus_infinity()
    {
        Assert.Null(WeightSums.Estimate(Of([])));
        double[] nothing = Of([double.NegativeInfinity, double.NegativeInfinity]);
        Assert.Equal(0, WeightSums.EffectiveCount(nothing));
        LogPartitionEstimate estimate = WeightSums.Estimate(nothing)!.Value;
        Assert.Equal((double.NegativeInfinity, double.NaN, 2L), (estimate.Value, estimate.StandardError, estimate.Count));
    }

    private static double[] Of(IEnumerable<double> logs)
    {
        double[] sums = new double[WeightSums.Numbers];
        foreach (double log in logs)
            WeightSums.Add(sums, log);
        return sums;
    }
}
