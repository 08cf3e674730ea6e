using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class AnnealedImportanceSamplingTests
{
    [Fact]
    public void On_a_Gaussian_the_log_weights_have_the_mean_and_variance_of_exact_moves()
    {
        // Base N(0, 1), end N(m, s²): the path is normal with precision Λ = 1 − β + β/s² and mean βm/(s²Λ), on which E − E₀ = ax² + bx + c
        // has a closed mean and variance. ln w − ln Z₀ has the mean −ΣΔβ·E[E − E₀] and the variance ΣΔβ²·Var[E − E₀] if moves are exact
        // draws; eight trajectories of about a quarter of a period are, to 1%. 20,000 runs: a standard error of σ/√n, and of about σ²√(2/n)
        // + 1%.
        const int runs = 20_000;
        const double m = 2, s = 0.5;
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 10,
            Steps = 8,
            Inner = new HamiltonianMonteCarloOptions { StepSize = 0.3f, LeapfrogSteps = 4 },
        };
        AnnealingRuns run = AnnealingRuns.Of(new GaussianEnergy([(float)m], [(float)s]), options, runs, 1, 11);
        double a = 0.5 / (s * s) - 0.5, b = -m / (s * s), c = 0.5 * m * m / (s * s);
        double before = 0, mean = 0.5 * Math.Log(2 * Math.PI), variance = 0;
        foreach (double share in options.Shares())
        {
            double v = 1 / (1 - before + before / (s * s)), at = v * before * m / (s * s);
            mean -= (share - before) * (a * (at * at + v) + b * at + c);
            variance += (share - before) * (share - before) * (2 * a * a * v * v + v * (2 * a * at + b) * (2 * a * at + b));
            before = share;
        }
        double found = run.LogWeights.Average(), spread = run.LogWeights.Sum(w => (w - found) * (w - found)) / (runs - 1);
        Assert.Equal(mean, found, 4 * Math.Sqrt(variance / runs));
        Assert.Equal(variance, spread, variance * (4 * Math.Sqrt(2.0 / runs) * 2 + 0.01));
        // The mean of w/Z is 1.
        double[] ratios = [.. run.LogWeights.Select(w => Math.Exp(w - 0.5 * Math.Log(2 * Math.PI) - Math.Log(s)))];
        double error = Math.Sqrt(ratios.Sum(r => (r - ratios.Average()) * (r - ratios.Average())) / runs / runs);
        Assert.Equal(1, ratios.Average(), 4 * error);
        Assert.InRange(error, 0, 0.02);
    }

    [Fact]
    public void Weights_have_the_mean_Z_however_bad_the_moves_are()
    {
        // Two values of β, and steps of which few are accepted.
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 2,
            Inner = new MetropolisAdjustedLangevinOptions { StepSize = 3 },
        };
        GaussianEnergy energy = new([0.5f, 0, -1], [0.7f, 1, 0.8f]);
        AnnealingRuns run = AnnealingRuns.Of(energy, options, 20_000, 3, 5);
        Assert.Equal(60_000, run.Estimate.Count);
        Assert.Equal(energy.LogPartition, run.Estimate.Value, 4 * run.Estimate.StandardError);
        Assert.InRange(run.Estimate.StandardError, 0, 0.01);
    }

    [Fact]
    public void The_interval_of_a_mixture_in_ten_dimensions_holds_ln_Z_as_often_as_it_says()
    {
        GaussianMixtureEnergy energy = Mixture();
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 25,
            Power = 1.5,
            BaseScale = 2,
            Inner = new HamiltonianMonteCarloOptions { StepSize = 0.8f, LeapfrogSteps = 2 },
        };
        int held = 0;
        double worst = 0;
        for (ulong seed = 1; seed <= 100; seed++)
        {
            LogPartitionEstimate estimate = AnnealingRuns.Of(energy, options, 100, 3, seed).Estimate;
            held += energy.LogPartition >= estimate.Low && energy.LogPartition <= estimate.High ? 1 : 0;
            worst = Math.Max(worst, estimate.StandardError);
        }
        Assert.InRange(held, 90, 99);
        Assert.InRange(worst, 0, 0.2);
    }

    [Fact]
    public void Draws_of_a_mixture_and_of_a_double_well_are_exact()
    {
        AnnealedImportanceSamplingOptions options = new() { Temperatures = 25, BaseScale = 2 };
        GaussianMixtureEnergy mixture = Mixture();
        ChainMeans means = new(x => x[0], x => x[0] * x[0], x => x[1], x => x[0] > 0 ? 1 : 0);
        AnnealingRuns run = AnnealingRuns.Of(mixture, options, 400, 30, 8, [means], warmUp: 10);
        Assert.InRange(run.Proposals.Acceptance, 0.2, 0.95);
        means.Check(0, mixture.Moment(0, 1), 0.15);
        means.Check(1, mixture.Moment(0, 2), 0.3);
        means.Check(2, mixture.Moment(1, 1), 0.1);

        DoubleWellEnergy well = new(Shape.Vector(3), 1, 2);
        ChainMeans squares = new(x => x[0], x => x[0] * x[0], x => x[1] * x[1] * x[1] * x[1], x => x[0] * x[1]);
        _ = AnnealingRuns.Of(well, options, 400, 30, 9, [squares], warmUp: 10);
        squares.Check(0, 0, 0.05);
        squares.Check(1, well.Moment(2), 0.05);
        squares.Check(2, well.Moment(4), 0.2);
        squares.Check(3, 0, 0.05);
    }

    [Fact]
    public void In_a_box_it_starts_uniformly_and_finds_the_volume()
    {
        RastriginEnergy energy = (RastriginEnergy)new RastriginOptions { Dimensions = 2 }.Create();
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 30,
            Inner = new HamiltonianMonteCarloOptions { StepSize = 0.1f },
        };
        AnnealingRuns run = AnnealingRuns.Of(energy, options, 500, 10, 3);
        Assert.Equal(((IKnown)energy).LogPartition!.Value, run.Estimate.Value, 4 * run.Estimate.StandardError);
        Assert.InRange(run.Estimate.StandardError, 0, 0.1);
    }

    [Fact]
    public void A_temperature_of_the_inner_sampler_is_that_of_the_chain()
    {
        // At T = 2, N(m, s²) is N(m, 2s²).
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 20,
            Inner = new HamiltonianMonteCarloOptions { Temperature = 2, StepSize = 0.5f },
        };
        ChainMeans means = new(x => x[0], x => (x[0] - 1) * (x[0] - 1));
        AnnealingRuns run = AnnealingRuns.Of(new GaussianEnergy([1], [0.5f]), options, 400, 20, 2, [means], warmUp: 5);
        Assert.Equal(0.5 * Math.Log(2 * Math.PI * 0.5), run.Estimate.Value, 4 * run.Estimate.StandardError);
        means.Check(0, 1, 0.05);
        means.Check(1, 0.5, 0.05);
    }

    [Fact]
    public void A_base_that_is_the_energy_gives_equal_weights_and_accepts_all()
    {
        GaussianOptions same = new() { Dimensions = 4, Condition = 10, Rotated = true };
        CorrelatedGaussianEnergy energy = (CorrelatedGaussianEnergy)same.Create();
        AnnealingRuns run = AnnealingRuns.Of(energy, new AnnealedImportanceSamplingOptions { Temperatures = 5, Base = same }, 50, 4, 2);
        // Energies are float32: those of a few nats are right to 10⁻⁶.
        Assert.All(run.LogWeights, w => Assert.Equal(energy.LogPartition, w, 1e-5));
        Assert.Equal(energy.LogPartition, run.Estimate.Value, 1e-5);
        Assert.Equal(1, run.Proposals.Acceptance, 0.02);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Runs_that_begin_where_the_energy_is_not_finite_have_weight_0_and_are_counted(float beyond)
    {
        // E is that of the base up to 1: every other run has the weight √2π, and a share of Φ(1) of them.
        const double share = 0.8413447460685429;
        HalfEnergy energy = new(beyond);
        AnnealingRuns run = AnnealingRuns.Of(energy, new AnnealedImportanceSamplingOptions { Temperatures = 4 }, 1000, 20, 4, null, 5);
        double error = Math.Sqrt((1 - share) / share / 20_000);
        Assert.Equal(0.5 * Math.Log(2 * Math.PI) + Math.Log(share), run.Estimate.Value, 4 * error);
        Assert.Equal(error, run.Estimate.StandardError, 0.05 * error);
        Assert.Equal(1 - share, run.Proposals.Divergent / 20_000.0, 4 * Math.Sqrt(share * (1 - share) / 20_000));
        Assert.All(run.States, x => Assert.InRange(x, -6, 1));
        Assert.Equal(run.Proposals.Proposed, run.Proposals.Accepted + run.Proposals.Divergent);
    }

    [Fact]
    public void The_first_run_is_accepted_and_the_start_counts_for_nothing()
    {
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(3)), 1, 0);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 20);
        Sampler sampler = new AnnealedImportanceSamplingOptions { Temperatures = 5 }.Create(energy);
        Rows near = TestRows.Normal(20, 3, 1), far = TestRows.Normal(20, 3, 2, 50);
        foreach (Rows states in (Rows[])[near, far])
            loop.Run(sampler, states, 1, new RandomStream(1, RandomPurpose.User, 0), 0, TestContext.Current.CancellationToken);
        Assert.True(TestRows.SameBits(near.Span, far.Span));
        Assert.Equal(20, loop.Proposals!.Value.Accepted);
    }

    [Fact]
    public void A_run_takes_the_gradients_of_its_moves_and_two_more()
    {
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(3)), 2, 1);
        AnnealedImportanceSamplingOptions options = new()
        {
            Temperatures = 10,
            Steps = 2,
            Inner = new HamiltonianMonteCarloOptions { LeapfrogSteps = 3, LengthJitter = 0 },
        };
        _ = AnnealingRuns.Of(energy, options, 6, 5, 1);
        Assert.Equal(6 * (1 + 5 * (10 * 2 * 3 + 2)), energy.Gradients); // and one where a chain starts
    }

    internal static GaussianMixtureEnergy Mixture()
    {
        double[][] means = [[-2, 1, 0, 0, 0, 0, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 2, 0, 0, 0, 0, 0, 1]];
        return new GaussianMixtureEnergy([0.5, 0.3, 0.2], means, [0.8, 1, 1.2]);
    }

    private sealed class HalfEnergy(float beyond) : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(1));

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0] > 1 ? beyond : 0.5f * state[0] * state[0];

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient[0] = state[0];
            return Evaluate(state);
        }
    }
}
