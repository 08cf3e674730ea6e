using Joule.Compute;
using Joule.Energies;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class WalkJumpTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_first_step_adds_noise_and_jumps_to_the_mean_of_what_is_below_it()
    {
        // For E = −ln N(y; 0, s²), data are N(0, s² − σ²) and their mean given y is y·(1 − σ²/s²).
        const float sigma = 0.6f, s = 1.5f;
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new(new float[21], [.. Enumerable.Repeat(s, 21)]);
        using ChainLoop loop = new(device, energy, 50);
        Rows states = TestRows.Normal(50, 21, 4);
        float[] start = states.Span.ToArray();
        loop.Run(new WalkJumpOptions { NoiseScale = sigma }.Create(energy), states, 1, Noise, 0, Token);
        float[] noise = new float[21];
        for (int i = 0; i < 50; i++)
        {
            Noise.Part(0).FillNormal(noise, (uint)i, 0, sigma);
            for (int j = 0; j < 21; j++)
                Assert.Equal((start[21 * i + j] + noise[j]) * (1 - sigma * sigma / (s * s)), states[i][j], 1e-5);
        }
    }

    [Fact]
    public void Noisy_states_walk_as_Langevin_dynamics_do_bit_for_bit()
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        WalkJumpOptions options = new() { NoiseScale = 0.4f, StepSize = 0.02f };
        Sampler sampler = options.Create(energy);
        using ChainLoop loop = new(device, energy, 50);
        using ChainMemory memory = new(device, sampler, 50);
        Rows states = TestRows.Normal(50, 21, 4), walk = TestRows.Normal(50, 21, 4);
        float[] noise = new float[21];
        for (int i = 0; i < 50; i++)
        {
            Noise.Part(0).FillNormal(noise, (uint)i, 0, 0.4f);
            for (int j = 0; j < 21; j++)
                walk[i][j] += noise[j];
        }
        memory.Init(sampler, states);
        loop.Run(sampler, states, 7, Noise, memory, 0, Token);
        float[] kept = new float[50 * 21];
        memory.State("chains").First().Read(kept);
        loop.Run(new LangevinOptions { StepSize = 0.02f }.Create(energy), walk, 7, Noise, 0, Token);
        Assert.True(TestRows.SameBits(walk.Span, kept));
    }

    [Fact]
    public void In_a_box_noisy_states_may_leave_it_and_jumps_stop_at_the_walls()
    {
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(40), -1, 1), 1e-3f, 0);
        Sampler sampler = new WalkJumpOptions { NoiseScale = 0.5f, StepSize = 0.1f }.Create(energy);
        using ChainLoop loop = new(device, energy, 20);
        using ChainMemory memory = new(device, sampler, 20);
        Rows states = TestRows.Empty(20, 40);
        memory.Init(sampler, states);
        loop.Run(sampler, states, 20, Noise, memory, 0, Token);
        float[] kept = new float[20 * 40];
        memory.State("chains").First().Read(kept);
        Assert.Contains(kept, y => Math.Abs(y) > 1.5);
        Assert.All(states.Span.ToArray(), x => Assert.InRange(x, -1, 1));
    }

    // The noisy free number is normal with the conditional mean μ and variance v, and a chain of step η has the variance v/(1 − η/(2v)).
    // The jump shrinks it by 1 − σ²/v. 5,000 independent chains: five standard errors of the mean and of the variance.
    [Fact]
    public void A_clamped_state_walks_given_the_clamped_numbers()
    {
        const int chains = 5_000;
        const double sigma = 0.4, step = 0.05;
        CorrelatedGaussianEnergy gaussian = new([0.5, -1, 2], new double[,] { { 1, 0.6, 0.2 }, { 0.6, 2, -0.3 }, { 0.2, -0.3, 0.5 } });
        using ClampedEnergy clamped = new(gaussian, [0, 1.5f, 1], [true, false, false]);
        using Device device = Device.Cpu(2);
        using SampleDraw draw = new(device, clamped, new WalkJumpOptions { NoiseScale = (float)sigma, StepSize = (float)step }, chains, 5);
        draw.StartFromNoise();
        draw.Run(120, Token);
        double[] ends = [.. draw.Look().Span.ToArray().Select(x => (double)x)];
        double v = clamped.Covariance(0, 0)!.Value, mean = ends.Average(), shrink = 1 - sigma * sigma / v;
        double expected = v / (1 - step / (2 * v)) * shrink * shrink, found = ends.Average(x => (x - mean) * (x - mean));
        Assert.Equal(clamped.Mean(0)!.Value, mean, 5 * Math.Sqrt(expected / chains));
        Assert.Equal(expected, found, 5 * expected * Math.Sqrt(2.0 / chains));
    }

    [Fact]
    public void An_option_out_of_range_is_named()
    {
        WalkJumpOptions bad = new() { NoiseScale = 0, StepSize = -1 };
        string message = Assert.Throws<InvalidInputException>(
            () => bad.Create(new GaussianEnergy([0, 0], [1, 1]))).Message;
        Assert.Contains("noise_scale", message, StringComparison.Ordinal);
        Assert.Contains("step_size", message, StringComparison.Ordinal);
    }
}
