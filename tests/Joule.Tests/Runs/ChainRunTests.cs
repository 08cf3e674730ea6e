using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Data;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ChainRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nuts", 0.6, 0.95)]
    [InlineData("hmc", 0.5, 0.95)]
    [InlineData("mala", 0.4, 0.75)]
    public void An_adapted_run_recovers_means_and_deviations(string sampler, double least, double most)
    {
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([3, -1, 0], [0.2f, 1, 5]);
        using ChainRun run = new(device, energy, SamplerChoice.Default(sampler), new ChainPlan { Chains = 8, WarmUp = 800, Draws = 1500 });
        Assert.True(run.Adapts);
        double before = ((IAdaptable)run.Sampler).StepSize;
        run.Run(null, Token);
        Assert.NotEqual(before, ((IAdaptable)run.Sampler).StepSize);
        Assert.InRange(run.Proposals!.Value.Acceptance, least, most);
        for (int i = 0; i < 3; i++)
        {
            // Four standard errors, of the mean and of the mean square, as the diagnostics give them.
            double mean = energy.Moment(i, 1), variance = energy.Moment(i, 2) - mean * mean;
            ChainDraws draws = run.Draws.Draws(i), squares = draws.Map(x => (x - mean) * (x - mean));
            Assert.Equal(mean, draws.Values.ToArray().Average(), 4 * MonteCarloError.OfMean(draws));
            Assert.Equal(variance, squares.Values.ToArray().Average(), 4 * MonteCarloError.OfMean(squares));
        }
    }

    [Theory]
    [InlineData("nuts")]
    [InlineData("underdamped")]
    public void Threads_do_not_change_a_bit(string sampler)
    {
        float[]? expected = null;
        foreach (int threads in (int[])[1, 2, 3])
        {
            using Device device = Device.Cpu(threads);
            DoubleWellEnergy energy = new(Shape.Vector(3), 1, 1);
            ChainPlan plan = new() { Chains = 40, WarmUp = 30, Draws = 20 };
            using ChainRun run = new(device, energy, SamplerChoice.Default(sampler), plan);
            run.Run(null, Token);
            expected ??= run.Draws.Values(2);
            Assert.True(TestRows.SameBits(expected, run.Draws.Values(2)), $"{threads} threads");
        }
    }

    [Fact]
    public void Without_adaptation_the_sampler_stays_and_warm_up_and_thinning_only_leave_draws_out()
    {
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0], [1]);
        HamiltonianMonteCarloOptions hmc = new() { StepSize = 0.5f };
        ChainPlan plan = new() { Chains = 5, WarmUp = 0, Draws = 12, Adapts = false };
        using ChainRun all = new(device, energy, hmc, plan);
        using ChainRun some = new(device, energy, hmc, plan with { WarmUp = 3, Draws = 3, Thinning = 3 });
        all.Run(null, Token);
        some.Run(null, Token);
        Assert.Equal(hmc, some.Sampler);
        Assert.False(some.Adapts);
        float[] every = all.Draws.Values(0), third = some.Draws.Values(0);
        for (int chain = 0; chain < 5; chain++)
            Assert.Equal([every[chain * 12 + 5], every[chain * 12 + 8], every[chain * 12 + 11]], third[(chain * 3)..(chain * 3 + 3)]);
    }

    [Fact]
    public void A_plan_out_of_range_and_a_sampler_that_does_not_fit_are_refused()
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new([0], [1]);
        CountEnergy steep = new(StateSpace.Real(Shape.Vector(3)));
        LangevinOptions langevin = new();
        ChainPlan none = new() { Chains = 0, Draws = 0 }, endless = new() { Draws = 100_000_000, Thinning = 1000 };
        Refused.With(() => new ChainRun(device, energy, langevin, none), "chains is 0", "draws is 0");
        Refused.With(() => new ChainRun(device, energy, langevin, endless), "more steps");
        Refused.With(() => new ChainRun(device, steep, langevin, new ChainPlan()), "gradient");
    }
}
