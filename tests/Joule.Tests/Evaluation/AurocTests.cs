using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class AurocTests
{
    [Theory]
    [InlineData(new float[] { 1, 2 }, new float[] { 3, 4 }, 1)]
    [InlineData(new float[] { 3, 4 }, new float[] { 1, 2 }, 0)]
    [InlineData(new float[] { 1, 1 }, new float[] { 1, 1, 1 }, 0.5)]
    [InlineData(new float[] { 1, 3 }, new float[] { 2 }, 0.5)]
    [InlineData(new float[] { 1, 2, 2, 5 }, new float[] { 2, 4 }, 5.0 / 8)] // of 8 pairs, 1 + 3 are ordered and 2 are ties
    [InlineData(new float[] { float.NegativeInfinity }, new float[] { -1e30f }, 1)]
    public void Small_cases_are_exact(float[] low, float[] high, double expected)
    {
        double byPairs = low.SelectMany(a => high, (a, b) => a < b ? 1 : a == b ? 0.5 : 0).Average();
        Assert.Equal(byPairs, Auroc.Of(low, high), 1e-15);
        Assert.Equal(expected, Auroc.Of(low, high), 1e-15);
    }

    [Theory]
    [InlineData(1, 57, 91)]
    [InlineData(2, 200, 13)]
    public void Random_cases_with_ties_agree_with_all_pairs(ulong seed, int low, int high)
    {
        RandomStream stream = new(seed, RandomPurpose.User, 0);
        float[] a = [.. Enumerable.Range(0, low).Select(i => (float)stream.Integer(20, 0, i))];
        float[] b = [.. Enumerable.Range(0, high).Select(i => (float)stream.Integer(25, 1, i))];
        double expected = a.SelectMany(x => b, (x, y) => x < y ? 1 : x == y ? 0.5 : 0).Average();
        Assert.Equal(expected, Auroc.Of(a, b), 1e-12);
        Assert.Equal(1 - expected, Auroc.Of(b, a), 1e-12);
    }

    [Fact]
    public void Energies_that_cannot_be_compared_are_an_error()
    {
        Assert.Throws<InvalidInputException>(() => Auroc.Of([], [1f]));
        Assert.Throws<DivergenceException>(() => Auroc.Of([1f, float.NaN], [1f]));
    }
}
