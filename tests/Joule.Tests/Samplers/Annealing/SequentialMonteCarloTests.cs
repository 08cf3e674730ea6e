using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SequentialMonteCarloTests
{
    private static readonly HamiltonianMonteCarloOptions Inner = new() { StepSize = 0.8f, LeapfrogSteps = 2 };

    [Fact]
    public void With_one_particle_it_is_annealed_importance_sampling_bit_for_bit()
    {
        DoubleWellEnergy energy = new(Shape.Vector(3), 1, 1);
        AnnealingRuns ais = AnnealingRuns.Of(energy, new AnnealedImportanceSamplingOptions { Temperatures = 12 }, 50, 8, 6);
        AnnealingRuns smc = AnnealingRuns.Of(energy, new SequentialMonteCarloOptions { Temperatures = 12, Particles = 1 }, 50, 8, 6);
        Assert.True(TestRows.SameBits(ais.States, smc.States));
        Assert.Equal(ais.LogWeights, smc.LogWeights);
        Assert.Equal((ais.Estimate, ais.Proposals), (smc.Estimate, smc.Proposals));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Its_estimate_is_unbiased_with_any_threshold(double threshold)
    {
        // Few particles and poor moves, so that the bias of a wrong weight would show. 4,000 runs.
        GaussianEnergy energy = new([1, 0, -1], [0.6f, 1, 0.8f]);
        SequentialMonteCarloOptions options = new()
        {
            Temperatures = 5,
            Particles = 6,
            Threshold = threshold,
            Inner = new MetropolisAdjustedLangevinOptions { StepSize = 0.1f },
        };
        LogPartitionEstimate estimate = AnnealingRuns.Of(energy, options, 1000, 4, 13).Estimate;
        Assert.Equal(energy.LogPartition, estimate.Value, 4 * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 0, 0.03);
    }

    [Fact]
    public void Draws_of_a_mixture_are_exact_and_its_interval_holds_ln_Z()
    {
        GaussianMixtureEnergy mixture = AnnealedImportanceSamplingTests.Mixture();
        SequentialMonteCarloOptions options = new() { Temperatures = 12, Particles = 12, BaseScale = 2, Inner = Inner };
        ChainMeans means = new(x => x[0], x => x[0] * x[0], x => x[1]);
        AnnealingRuns run = AnnealingRuns.Of(mixture, options, 200, 20, 8, [means], warmUp: 5);
        Assert.InRange(run.Proposals.Acceptance, 0.2, 0.95);
        means.Check(0, mixture.Moment(0, 1), 0.15);
        means.Check(1, mixture.Moment(0, 2), 0.3);
        means.Check(2, mixture.Moment(1, 1), 0.1);
        Assert.Equal(0, run.Estimate.Value, 4 * run.Estimate.StandardError);
        Assert.InRange(run.Estimate.StandardError, 0, 0.05);
    }

    [Fact]
    public void Resampling_makes_the_estimate_better()
    {
        // Moves that mix, on a path of large changes of weights.
        GaussianEnergy energy = new([2, 2, -2, 0], [0.5f, 0.5f, 0.5f, 0.5f]);
        SequentialMonteCarloOptions options = new() { Temperatures = 10, Particles = 20, Inner = Inner with { StepSize = 0.4f } };
        double with = AnnealingRuns.Of(energy, options, 200, 1, 3).Estimate.StandardError;
        double without = AnnealingRuns.Of(energy, options with { Threshold = 0 }, 200, 1, 3).Estimate.StandardError;
        Assert.InRange(with, 0, 0.8 * without);
    }

    [Fact]
    public void Chain_numbers_that_do_not_fit_are_refused()
    {
        GaussianEnergy energy = new([0], [1]);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 1) { FirstChain = 1 << 20 };
        Sampler sampler = new SequentialMonteCarloOptions { Particles = 4096 }.Create(energy);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => loop.Run(sampler, TestRows.Empty(1, 1), 1,
            new RandomStream(1, RandomPurpose.User, 0), 0, TestContext.Current.CancellationToken));
        Assert.Contains("4,096 particles", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Particles_beyond_a_cliff_have_weight_0_and_the_others_take_their_places()
    {
        // A uniform base on [−1, 3] and E = 0 up to 1, ∞ beyond: half of the particles die, and Z = 2.
        BoxCliff energy = new();
        SequentialMonteCarloOptions options = new() { Temperatures = 3, Particles = 8 };
        AnnealingRuns run = AnnealingRuns.Of(energy, options, 500, 4, 3);
        // The estimate is a binomial share of 8 particles, times 4: a relative deviation of 1/√8.
        Assert.Equal(Math.Log(2), run.Estimate.Value, 4 / Math.Sqrt(8 * 2000));
        Assert.Equal(1 / Math.Sqrt(8 * 2000), run.Estimate.StandardError, 5e-4);
        Assert.All(run.States, x => Assert.InRange(x, -1, 1));
    }

    private sealed class BoxCliff : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(Shape.Vector(1), -1, 3);

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0] > 1 ? float.PositiveInfinity : 0;

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient[0] = 0;
            return Evaluate(state);
        }
    }
}
