using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class BinomialIntervalTests
{
    [Fact]
    public void The_ends_have_closed_forms()
    {
        Assert.Equal(0, BinomialInterval.Of(0, 10).Low);
        Assert.Equal(1 - Math.Pow(0.025, 0.1), BinomialInterval.Of(0, 10).High, 1e-10);
        Assert.Equal(Math.Pow(0.025, 0.1), BinomialInterval.Of(10, 10).Low, 1e-10);
        Assert.Equal(1, BinomialInterval.Of(10, 10).High);
    }

    [Fact]
    public void The_tails_at_the_ends_have_half_of_what_the_confidence_leaves()
    {
        (double low, double high) = BinomialInterval.Of(3, 20, 0.9);
        Assert.Equal(0.05, 1 - Below(2, 20, low), 1e-9);
        Assert.Equal(0.05, Below(3, 20, high), 1e-9);
    }

    // The probability of at most k events.
    private static double Below(int k, int n, double p)
    {
        double sum = 0, choose = 1;
        for (int i = 0; i <= k; i++)
        {
            sum += choose * Math.Pow(p, i) * Math.Pow(1 - p, n - i);
            choose *= (double)(n - i) / (i + 1);
        }
        return sum;
    }
}
