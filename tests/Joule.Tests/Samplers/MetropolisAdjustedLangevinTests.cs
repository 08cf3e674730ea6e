using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class MetropolisAdjustedLangevinTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    [Theory]
    [InlineData(false, 0.3f, 1f)]
    [InlineData(false, 0.5f, 2.5f)]
    [InlineData(true, 0.05f, 1f)]
    [InlineData(true, 0.8f, 0.5f)]
    public void A_step_follows_the_textbook(bool box, float step, float temperature)
    {
        // In float64, with both proposal densities written out. For the box, this is done on the line with the energy continued evenly
        // beyond the walls, where the proposal is not mirrored.
        const int chains = 400, width = 5;
        const double k = 3, c = 0.4;
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(box ? StateSpace.Box(Shape.Vector(width), 0, 1) : StateSpace.Real(Shape.Vector(width)), (float)k, (float)c);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, width);
        for (int i = 0; i < chains; i++)
            new RandomStream(5, RandomPurpose.User, 0).FillUniform(states[i], (uint)i);
        double[] before = TestRows.Doubles(states.Span);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = step, Temperature = temperature }), states, 1, Noise, 7, Token);
        float[] normal = new float[width];
        double e = step, t = temperature, deviation = Math.Sqrt(2 * e * t);
        int accepted = 0, mirrored = 0, unclear = 0;
        double errors = 0;
        for (int chain = 0; chain < chains; chain++)
        {
            Noise.At(7).FillNormal(normal, (uint)chain);
            double logQuotient = 0;
            double[] proposal = new double[width];
            for (int i = 0; i < width; i++)
            {
                double x = before[(chain * width) + i], y = x - (e * k * (x - c)) + (deviation * normal[i]);
                (double place, double sign) = box ? Fold(y) : (y, 1);
                mirrored += place == y ? 0 : 1;
                double there = y - (e * sign * k * (place - c)), here = x - (e * k * (x - c));
                logQuotient += ((0.5 * k * (x - c) * (x - c)) - (0.5 * k * (place - c) * (place - c))) / t;
                logQuotient += (((y - here) * (y - here)) - ((x - there) * (x - there))) / (4 * e * t);
                proposal[i] = place;
            }
            errors += Math.Abs(logQuotient);
            // The group of 64 draws after those of the noise.
            double uniform = Math.Log((Noise.At(7).Bits((uint)chain, 64) + 0.5) / 4294967296.0);
            if (Math.Abs(uniform - logQuotient) < 1e-4)
            {
                unclear++;
                continue;
            }
            bool accepts = uniform < logQuotient;
            accepted += accepts ? 1 : 0;
            Assert.Equal(accepts ? 1 : 0, loop.Accepted[chain]);
            for (int i = 0; i < width; i++)
                Assert.Equal(accepts ? proposal[i] : before[(chain * width) + i], states[chain][i], 1e-5);
        }
        Assert.InRange(unclear, 0, 4);
        Assert.InRange(accepted, chains / 20, chains - (chains / 20));
        Assert.Equal(box, mirrored > 100);
        ProposalFigures figures = loop.Proposals!.Value;
        Assert.Equal((chains, 0), (figures.Proposed, figures.Divergent));
        Assert.Equal(errors / chains, figures.EnergyError, 1e-4 * errors / chains);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(2.5f)]
    public void It_equals_a_Hamiltonian_trajectory_of_one_step(float temperature)
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 101);
        Rows mala = TestRows.Normal(101, 21, 4), hmc = TestRows.Normal(101, 21, 4);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = 0.02f, Temperature = temperature }), mala, 30, Noise, 0, Token);
        int accepted = loop.Accepted.ToArray().Sum();
        HamiltonianMonteCarloOptions one = new()
        {
            StepSize = (float)Math.Sqrt(2.0 * 0.02f * temperature),
            LeapfrogSteps = 1,
            StepJitter = 0,
            LengthJitter = 0,
            Temperature = temperature,
        };
        loop.Run(new HamiltonianMonteCarlo(energy, one), hmc, 30, Noise, 0, Token);
        Assert.True(TestRows.SameBits(hmc.Span, mala.Span));
        Assert.Equal(accepted, loop.Accepted.ToArray().Sum());
        Assert.InRange(accepted, 500, 3000);
    }

    [Theory]
    [InlineData(0.005f, 300)]
    [InlineData(0.05f, 100)]
    [InlineData(2f, 100)] // noise of twice the box: proposals are mirrored several times
    public void In_a_box_it_is_exact_for_a_truncated_exponential(float step, int steps)
    {
        // p(x) ∝ e^−2x on [0, 1], 500 chains × 20 numbers, all started at 0. In closed form, E[x] = ½ − 1/(e² − 1) and E[x²] = ½ − 2/(e² −
        // 1). Five standard errors.
        const double left = 0.15651764274966565;
        const double mean = 0.5 - left, square = mean - left;
        // One number per state: with 20, proposals twice the size of the box would be accepted too rarely to forget the start.
        SlopeEnergy energy = new(1, 2, 0, 1);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 10_000);
        Rows states = TestRows.Empty(10_000, 1);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = step }), states, steps, Noise, 0, Token);
        double[] x = TestRows.Doubles(states.Span);
        Assert.Equal(mean, x.Average(), 5 * Math.Sqrt((square - (mean * mean)) / 10_000));
        Assert.Equal(square, x.Average(v => v * v), 5 * Math.Sqrt(square * (1 - square) / 10_000));
        Assert.InRange(x.Min(), 0, 0.01);
        Assert.InRange(x.Max(), 0.9, 1);
        // Nothing gathers at the walls, as it would if states were clamped.
        Assert.InRange(x.Count(v => v is 0 or 1), 0, 3);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.3, 0.999);
    }

    [Fact]
    public void A_large_step_is_biased_without_the_accept_test_and_exact_with_it()
    {
        // On N(0, 1) with η = 1, unadjusted Langevin has the variance 1 / (1 − η/2) = 2. n = 40,000 independent chains; five standard
        // errors.
        const int chains = 40_000;
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0], [1]);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Normal(chains, 1, 9, 3), free = TestRows.Normal(chains, 1, 9, 3);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = 1 }), states, 60, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.5, 0.95);
        loop.Run(new Langevin(energy, new() { StepSize = 1 }), free, 60, Noise, 0, Token);
        Assert.Equal(1, states.Span.ToArray().Average(x => (double)x * x), 5 * Math.Sqrt(2.0 / chains));
        Assert.Equal(2, free.Span.ToArray().Average(x => (double)x * x), 5 * 2 * Math.Sqrt(2.0 / chains));
    }

    [Fact]
    public void A_temperature_scales_the_variance()
    {
        // n = 20,000 numbers; five standard errors of a variance.
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new(new float[20], [.. Enumerable.Repeat(1f, 20)]);
        using ChainLoop loop = new(device, energy, 1000);
        Rows states = TestRows.Empty(1000, 20);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = 0.2f, Temperature = 4 }), states, 120, Noise, 0, Token);
        Assert.Equal(4, states.Span.ToArray().Average(x => (double)x * x), 5 * 4 * Math.Sqrt(2.0 / 20_000));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_proposal_without_a_finite_energy_is_rejected_and_counted(float beyond)
    {
        // A flat energy that is NaN beyond 1: chains diffuse and never cross it.
        using Device device = Device.Cpu(1);
        CliffEnergy energy = new(beyond);
        using ChainLoop loop = new(device, energy, 200);
        Rows states = TestRows.Empty(200, 1);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = 0.125f }), states, 50, Noise, 0, Token);
        Assert.InRange(states.Span.ToArray().Max(), 0.5f, 1);
        ProposalFigures figures = loop.Proposals!.Value;
        Assert.InRange(figures.Divergent, 100, 5000);
        Assert.Equal(200 * 50, figures.Divergent + figures.Accepted);
        Assert.Equal(0, figures.EnergyError);
    }

    [Fact]
    public void Inverse_masses_scale_drift_and_noise_and_leave_no_bias()
    {
        // Deviations from 0.03 to 30 with inverse masses of half a variance and of two. n = 20,000
        // independent chains; five standard errors.
        const int chains = 20_000;
        float[] deviation = [0.03f, 1, 30], share = [0.5f, 1, 2];
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, 3);
        MetropolisAdjustedLangevinOptions options = new()
        {
            StepSize = 0.5f,
            Temperature = 2,
            InverseMass = [.. deviation.Zip(share, (s, m) => m * s * s)],
        };
        loop.Run(options.Create(energy), states, 60, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.5, 0.95);
        for (int i = 0; i < 3; i++)
        {
            double s = deviation[i], v = 2 * s * s;
            double mean = Enumerable.Range(0, chains).Average(c => (double)states[c][i]);
            Assert.Equal(2 * s, mean, 5 * Math.Sqrt(v / chains));
            Assert.Equal(v, Enumerable.Range(0, chains).Average(c => (states[c][i] - mean) * (states[c][i] - mean)),
                5 * v * Math.Sqrt(2.0 / chains));
        }
    }

    [Fact]
    public void A_step_evaluates_one_gradient()
    {
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(3)), 1, 0);
        using ChainLoop loop = new(device, energy, 40);
        loop.Run(new MetropolisAdjustedLangevin(energy, new() { StepSize = 0.5f }), TestRows.Normal(40, 3, 1), 25, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.3, 0.99);
        Assert.Equal(40 * (25 + 1), energy.Gradients);
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        MetropolisAdjustedLangevinOptions bad = new() { StepSize = 0, Temperature = float.NaN };
        string message = Assert.Throws<InvalidInputException>(() =>
            new MetropolisAdjustedLangevin(new GaussianEnergy([0], [1]), bad)).Message;
        Assert.All(["step_size is 0", "temperature is NaN"], key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    // Folds the line onto [0, 1]; also gives the sign of the slope of the fold.
    private static (double Place, double Sign) Fold(double y)
    {
        double turn = y - (2 * Math.Floor(y / 2));
        return turn <= 1 ? (turn, 1) : (2 - turn, -1);
    }
}
