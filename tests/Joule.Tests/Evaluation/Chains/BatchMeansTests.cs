using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class BatchMeansTests
{
    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(64, 1, 64)]
    [InlineData(65, 2, 32)]
    [InlineData(128, 2, 64)]
    [InlineData(1000, 16, 62)]
    [InlineData(5000, 128, 39)]
    public void Batches_double_and_their_means_are_those_of_the_definition(int count, int size, int batches)
    {
        double[][] series = [TestChains.Normal(1, count, 1).Values.ToArray(), TestChains.Autoregressive(1, count, 0.9, 2).Values.ToArray()];
        BatchMeans means = new(2);
        for (int t = 0; t < count; t++)
            means.Add([series[0][t], series[1][t]]);
        Assert.Equal((size, batches), (means.Size, means.Count));
        for (int i = 0; i < 2; i++)
        {
            double[] expected = [.. Enumerable.Range(0, batches).Select(b => series[i].AsSpan(b * size, size).ToArray().Average())];
            Assert.Equal(TestChains.Variance(expected) * size, means.Variance(i), 1e-12);
        }
    }

    [Fact]
    public void One_batch_says_nothing()
    {
        BatchMeans means = new(1);
        Assert.Equal(double.NaN, means.Variance(0));
        means.Add([1]);
        Assert.Equal(double.NaN, means.Variance(0));
    }
}
