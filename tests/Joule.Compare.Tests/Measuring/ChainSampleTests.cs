using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Compare.Tests.Measuring;

public sealed class ChainSampleTests
{
    private static readonly GaussianEnergy Exact = new([1, -2], [0.5f, 3]);

    [Theory]
    [InlineData(4000, 1)]
    [InlineData(8, 500)]
    public void Exact_draws_have_no_problem(int chains, int draws) =>
        Assert.Null(new ChainSample(chains, 2, Draws(chains, draws)).Problem(Exact));

    [Theory]
    [InlineData(4000, 1)]
    [InlineData(8, 500)]
    public void A_wrong_mean_or_variance_is_named(int chains, int draws)
    {
        float[] shifted = Draws(chains, draws), narrow = Draws(chains, draws);
        for (int i = 0; i < shifted.Length; i += 2)
        {
            shifted[i] += 0.08f; // ten standard errors
            narrow[i + 1] = -2 + 0.85f * (narrow[i + 1] + 2); // 28% less variance: about 14
        }
        Assert.StartsWith("number 0 has a mean", new ChainSample(chains, 2, shifted).Problem(Exact), StringComparison.Ordinal);
        Assert.StartsWith("number 1 has a mean", new ChainSample(chains, 2, narrow).Problem(Exact), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_draws_and_draws_that_are_not_numbers_are_named()
    {
        Assert.Contains("0 numbers", new ChainSample(4, 2, []).Problem(Exact), StringComparison.Ordinal);
        Assert.Contains("not finite", new ChainSample(1, 2, [0, float.NaN]).Problem(Exact), StringComparison.Ordinal);
    }

    [Fact]
    public void The_slowest_number_decides_on_the_effective_sample_size_and_the_scale()
    {
        // The first number keeps each value for four draws, the second is independent.
        float[] values = Draws(8, 400);
        for (int draw = 0; draw < 400; draw++)
        {
            for (int chain = 0; chain < 8; chain++)
                values[(draw * 8 + chain) * 2] = values[(draw / 4 * 4 * 8 + chain) * 2];
        }
        ChainSample sample = new(8, 2, values);
        Assert.Equal(400, sample.Draws);
        Assert.InRange(sample.Effective(), 600, 1000); // 3,200 / 4, whose relative standard error is about 0.1
        Assert.Equal(1, new SamplePlan(Exact, 8, 400, 1).Scale(sample));
        // A run of 20 draws is a twentieth of the sample: about 40 effective draws, and 1,000 take 25 such runs.
        Assert.InRange(new SamplePlan(Exact, 8, 400, 1, 20).Scale(sample), 1000 / 50.0, 1000 / 30.0);
    }

    private static float[] Draws(int chains, int draws)
    {
        float[] values = new float[chains * draws * 2];
        RandomStream stream = new(1, RandomPurpose.User, 0);
        for (int i = 0; i < chains * draws; i++)
            Exact.Sample(stream, (uint)i, values.AsSpan(2 * i, 2));
        return values;
    }
}
