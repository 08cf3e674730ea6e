using Joule.Compute;
using Joule.Evaluation;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class StreamingMomentsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    [Fact]
    public void Moments_are_those_of_the_stored_draws()
    {
        const int Chains = 6, Width = 3, Draws = 200;
        StreamingMoments moments = new(Chains, Width);
        float[][] states = [.. Enumerable.Range(0, Draws).Select(t => TestRows.Normal(Chains, Width, (ulong)t).Span.ToArray())];
        foreach (float[] state in states)
        {
            for (int i = 0; i < state.Length; i++)
                state[i] = 100 + i + (i + 1) * state[i];
            moments.Add(state);
        }
        Assert.Equal(Draws, moments.Draws);
        for (int number = 0; number < Width; number++)
        {
            ChainDraws draws = ChainDraws.From(Chains, Draws, (chain, t) => states[t][chain * Width + number]);
            ParameterSummary summary = ParameterSummary.Of("x", draws);
            Assert.Equal(summary.Mean, moments.Mean(number), 1e-11);
            Assert.Equal(summary.Sd, Math.Sqrt(moments.Variance(number)), 1e-11);
            Assert.Equal(NestedRHat.Of(draws, 3), moments.NestedRHat(number, 3), 1e-11);
            ChainMoments chains = ChainMoments.Of(draws);
            double expected = TestChains.Variance(chains.Means) / chains.Variances.Average() + 1 - 1.0 / Draws;
            Assert.Equal(Math.Sqrt(expected), moments.RHat(number), 1e-11);
        }
    }

    // As in MonteCarloErrorTests. Batch means have 31 degrees of freedom at least: t scores have a variance of 31/29. For ρ = 0.5 a batch
    // of 16 draws is 5 times τ: its mean has 1 − 2ρ/(1 − ρ²)/16 = 0.92 of the variance that a long one has.
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void The_error_is_right_when_runs_are_repeated(double rho)
    {
        double[] scores = new double[400];
        for (int i = 0; i < scores.Length; i++)
        {
            ChainDraws draws = TestChains.Autoregressive(4, 1000, rho, (ulong)i);
            StreamingMoments moments = new(4, 1);
            for (int t = 0; t < 1000; t++)
                moments.Add([(float)draws[0, t], (float)draws[1, t], (float)draws[2, t], (float)draws[3, t]]);
            scores[i] = moments.Mean(0) / moments.Error(0);
        }
        Assert.InRange(TestChains.Variance(scores), 31.0 / 29 - 0.21, 31.0 / 29 / 0.92 + 0.21);
    }

    [Fact]
    public void A_run_of_chains_is_observed_at_its_samples()
    {
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(2)), 1, 5);
        using ChainLoop loop = new(device, energy, 50);
        StreamingMoments moments = new(50, 2);
        StreamingCovariance covariance = new(2);
        ChainSchedule schedule = new() { WarmUp = 100, Steps = 600, Thinning = 3, Meeting = 7 };
        Sampler sampler = new MetropolisAdjustedLangevinOptions { StepSize = 0.7f }.Create(energy);
        loop.Run(sampler, TestRows.Normal(50, 2, 1), schedule, Noise, [moments, covariance], null, 0, Token);
        Assert.Equal(200, moments.Draws);
        Assert.Equal(10_000, covariance.Count);
        for (int number = 0; number < 2; number++)
        {
            Assert.InRange(moments.Error(number), 0.006, 0.02); // about 1/√10,000, and right to 9 to 13% of itself
            Assert.Equal(5, moments.Mean(number), 4 * moments.Error(number));
            Assert.Equal(1, moments.Variance(number), 4 * Math.Sqrt(2) * moments.Error(number));
            Assert.Equal(1, moments.RHat(number), 0.01);
            Assert.Equal(moments.Mean(number), covariance.Mean(number), 1e-11);
            Assert.Equal(moments.Variance(number), covariance.Covariance(number, number), 1e-11);
        }
    }

    [Fact]
    public void It_allocates_nothing_while_draws_arrive()
    {
        StreamingMoments moments = new(4, 3);
        StreamingCovariance covariance = new(3);
        float[] states = TestRows.Normal(4, 3, 1).Span.ToArray();
        moments.Add(states);
        covariance.Add(states);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 500; t++)
        {
            moments.Add(states);
            covariance.Add(states);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_few_draws_do_not_say_is_no_number()
    {
        StreamingMoments moments = new(2, 1);
        Assert.Equal([double.NaN, double.NaN, double.NaN, double.NaN],
            [moments.Mean(0), moments.Variance(0), moments.Error(0), moments.RHat(0)]);
        moments.Add([1, 3]);
        Assert.Equal([2, 2, double.NaN, double.NaN], [moments.Mean(0), moments.Variance(0), moments.Error(0), moments.RHat(0)]);
        moments.Add([3, 5]);
        Assert.Equal((3, 8.0 / 3, 1), (moments.Mean(0), moments.Variance(0), moments.Error(0))); // means 2 and 4 of single draws: √(2/2)
        StreamingMoments alone = new(1, 1);
        alone.Add([1]);
        alone.Add([2]);
        Assert.Equal(double.NaN, alone.RHat(0));
    }

    [Fact]
    public void What_does_not_fit_is_an_error()
    {
        StreamingMoments moments = new(2, 2);
        moments.Add([1, 2, 3, 4]);
        DivergenceException error = Assert.Throws<DivergenceException>(() => moments.Add([1, 2, float.NaN, 4]));
        Assert.Equal((1L, 1L), (error.Step, error.Chain));
        Assert.Throws<InvalidInputException>(() => moments.Add([1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => moments.Mean(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingMoments(0, 2));
        Assert.Equal(2, moments.Mean(0)); // what was refused left no trace
    }

    [Fact]
    public void Other_chains_than_it_was_prepared_for_are_an_error()
    {
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(2)), 1, 5);
        using ChainLoop loop = new(device, energy, 4);
        Sampler sampler = new LangevinOptions().Create(energy);
        foreach (IChainObserver observer in new IChainObserver[] { new StreamingMoments(5, 2), new StreamingCovariance(3) })
        {
            Assert.Throws<InvalidInputException>(() =>
                loop.Run(sampler, TestRows.Normal(4, 2, 1), new ChainSchedule { Steps = 1 }, Noise, [observer], null, 0, Token));
        }
    }
}
