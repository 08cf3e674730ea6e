using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ParameterSummaryTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public void A_row_holds_what_the_single_diagnostics_say(int length)
    {
        ChainDraws draws = TestChains.Autoregressive(4, length, 0.6, 1);
        ParameterSummary row = ParameterSummary.Of("mass", draws);
        Assert.Equal("mass", row.Name);
        Assert.Equal(draws.Values.ToArray().Average(), row.Mean, 1e-14);
        Assert.Equal(Math.Sqrt(TestChains.Variance(draws.Values.ToArray())), row.Sd, 1e-14);
        DrawOrder order = new(draws);
        double error = MonteCarloError.OfMean(draws), bulk = EffectiveSampleSize.Bulk(draws), tail = EffectiveSampleSize.Tail(draws);
        Assert.Equal(new ParameterSummary("mass", row.Mean, row.Sd, error, order.Quantile(0.05), order.Quantile(0.95), bulk, tail,
            RHat.Of(draws)), row);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Few_draws_have_moments_and_quantiles_at_least(int length)
    {
        ParameterSummary row = ParameterSummary.Of("x", TestChains.Normal(2, length, 1));
        Assert.True(double.IsFinite(row.Mean) && double.IsFinite(row.Sd) && row.Q5 <= row.Q95);
        Assert.Equal([double.NaN, double.NaN, double.NaN], [row.Mcse, row.EssBulk, row.EssTail]);
        Assert.Equal(length < 4, double.IsNaN(row.Rhat));
    }

    [Fact]
    public void Constant_draws_have_a_mean_alone() =>
        Assert.Equal(new ParameterSummary("x", 0.1, 0, double.NaN, 0.1, 0.1, double.NaN, double.NaN, double.NaN),
            ParameterSummary.Of("x", ChainDraws.From(4, 100, (_, _) => 0.1)));

    [Fact]
    public void One_chain_has_no_rhat()
    {
        ParameterSummary row = ParameterSummary.Of("x", TestChains.Normal(1, 100, 1));
        Assert.Equal(double.NaN, row.Rhat);
        Assert.True(double.IsFinite(row.Mcse) && double.IsFinite(row.EssBulk) && double.IsFinite(row.EssTail));
    }
}
