using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class StreamingCovarianceTests
{
    [Fact]
    public void Covariances_are_those_of_the_definition()
    {
        const int Count = 90, Width = 4;
        Rows states = TestRows.Normal(Count, Width, 1);
        for (int i = 0; i < Count; i++)
        {
            states[i][1] += 2 * states[i][0];
            states[i][3] += 1000;
        }
        StreamingCovariance covariance = new(Width);
        covariance.Add(states.Slice(0, 60).Span);
        covariance.Add(states.Slice(60, 30).Span);
        Assert.Equal(Count, covariance.Count);
        double[] means = [.. Enumerable.Range(0, Width).Select(j => Enumerable.Range(0, Count).Average(i => (double)states[i][j]))];
        for (int a = 0; a < Width; a++)
        {
            Assert.Equal(means[a], covariance.Mean(a), 1e-10);
            for (int b = 0; b < Width; b++)
            {
                double expected = Enumerable.Range(0, Count).Sum(i => (states[i][a] - means[a]) * (states[i][b] - means[b])) / (Count - 1);
                Assert.Equal(expected, covariance.Covariance(a, b), 1e-9);
            }
        }
    }

    [Fact]
    public void Few_states_have_none_and_what_does_not_fit_is_an_error()
    {
        StreamingCovariance covariance = new(2);
        Assert.Equal(double.NaN, covariance.Mean(0));
        covariance.Add([1, 2]);
        Assert.Equal((1, double.NaN), (covariance.Mean(0), covariance.Covariance(0, 1)));
        Assert.Throws<InvalidInputException>(() => covariance.Add([1, 2, 3]));
        Assert.Throws<DivergenceException>(() => covariance.Add([1, float.PositiveInfinity]));
        Assert.Throws<ArgumentOutOfRangeException>(() => covariance.Covariance(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => covariance.Covariance(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingCovariance(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingCovariance(10_001));
        Assert.Equal(1, covariance.Count);
    }
}
