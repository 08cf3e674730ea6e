using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class OnlineRanksTests
{
    [Fact]
    public void A_p_value_lies_between_the_ranks_of_its_energy()
    {
        Calibration calibration = Calibration.Of([.. Enumerable.Range(0, 20).Select(i => (float)i)]);
        OnlineRanks ranks = new(calibration, 1);
        Assert.InRange(ranks.Next(16.5f), 3 / 21.0, 4 / 21.0); // 17, 18 and 19 are higher
        Assert.InRange(ranks.Next(99), 0, 1 / 22.0);
        Assert.InRange(ranks.Next(19), 1 / 23.0, 3 / 23.0); // 99 is higher, one is equal
        Assert.Equal(23, ranks.Count);
        Assert.Throws<DivergenceException>(() => ranks.Next(float.NaN));
    }

    [Fact]
    public void Without_all_calibration_energies_the_first_row_has_a_uniform_p_value()
    {
        float[] many = [.. Enumerable.Range(0, Calibration.MostExact + 1).Select(i => (float)i)];
        Assert.Equal(0, new OnlineRanks(Calibration.Of(many), 1).Count);
        OnlineRanks ranks = new(null, 5);
        Assert.InRange(ranks.Next(3), double.Epsilon, 1);
        Assert.NotEqual(ranks.Next(3), new OnlineRanks(null, 6).Next(3));
    }

    // 40,000 rows with ties, through four halvings. The share of p-values in a tenth has the standard error √(0.09/40000) = 0.0015, the
    // autocorrelation 1/√40000 = 0.005; both are allowed five of theirs.
    [Fact]
    public void P_values_are_uniform_and_independent_beyond_the_memory_too()
    {
        const int Rows = 40_000;
        RandomStream draws = new(3, RandomPurpose.User, 0);
        OnlineRanks ranks = new(null, 3);
        double[] p = [.. Enumerable.Range(0, Rows).Select(i => ranks.Next(MathF.Floor(50 * draws.Uniform(0, i))))];
        Assert.InRange(ranks.Count, OnlineRanks.Most / 2, OnlineRanks.Most);
        for (int tenth = 0; tenth < 10; tenth++)
            Assert.InRange(p.Count(value => (int)(10 * value) == tenth) / (double)Rows, 0.1 - 0.0075, 0.1 + 0.0075);
        double covariance = Enumerable.Range(1, Rows - 1).Average(i => (p[i] - 0.5) * (p[i - 1] - 0.5));
        Assert.InRange(12 * covariance, -0.025, 0.025);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        OnlineRanks ranks = new(null, 1);
        for (int i = 0; i < OnlineRanks.Most; i++)
            ranks.Next(i % 100);
        ranks.Next(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            ranks.Next(i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
