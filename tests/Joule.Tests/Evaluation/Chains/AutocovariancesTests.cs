using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class AutocovariancesTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(3, 64)]
    [InlineData(4, 129)]
    public void They_are_the_sums_of_the_definition_at_every_lag(int chains, int draws)
    {
        ChainDraws chain = TestChains.Autoregressive(chains, draws, 0.8, 1);
        Autocovariances covariances = new(chain);
        for (int lag = 0; lag < draws; lag++) // beyond the lags that are summed directly, they come from the Fourier transform
        {
            double expected = 0;
            for (int c = 0; c < chains; c++)
            {
                double[] x = chain[c].ToArray();
                double mean = x.Average();
                expected += Enumerable.Range(0, draws - lag).Sum(t => (x[t] - mean) * (x[t + lag] - mean)) / draws / chains;
            }
            Assert.Equal(expected, covariances[lag], 1e-13);
        }
        Assert.True(draws > Autocovariances.DirectLags);
    }

    [Fact]
    public void A_constant_chain_has_none()
    {
        Autocovariances covariances = new(new ChainDraws(1, 40, [.. Enumerable.Repeat(0.1, 40)]));
        Assert.Equal([0.0, 0, 0], [covariances[0], covariances[1], covariances[39]]);
        Assert.Equal([0.1], covariances.Means);
    }
}
