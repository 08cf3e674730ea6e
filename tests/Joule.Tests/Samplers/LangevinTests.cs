using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class LangevinTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly GaussianEnergy Normal = new([0], [1]);
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    [Theory]
    [InlineData(0.02f)]
    [InlineData(0.1f)]
    [InlineData(0.3f)]
    public void On_a_Gaussian_the_stationary_variance_and_correlation_agree_with_theory(float step)
    {
        // x' = (1 − h/s²)x + √(2h)ξ, started from the theoretical stationary distribution. 300 chains × 100 independent numbers for each
        // deviation: n = 30,000. Five standard errors: v√(2/n) of a variance, (1 − ρ²)/√n of a correlation, √(v/n) of a mean.
        const int chains = 300, each = 100, n = chains * each;
        float[] deviations = [0.5f, 1, 2];
        float[] deviation = [.. Enumerable.Range(0, 3 * each).Select(i => deviations[i / each])];
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Normal(chains, 3 * each, 8);
        Langevin sampler = new(energy, new LangevinOptions { StepSize = step });
        for (int c = 0; c < chains; c++)
            for (int i = 0; i < states.Width; i++)
                states[c][i] = 2 * deviation[i] + states[c][i] * (float)Math.Sqrt(Variance(deviation[i]));
        loop.Run(sampler, states, 60, Noise, 0, Token);
        float[] before = states.Span.ToArray();
        loop.Run(sampler, states, 1, Noise, 60, Token);
        for (int group = 0; group < 3; group++)
        {
            double s = deviations[group], v = Variance(s), mean = 0, variance = 0, product = 0;
            for (int c = 0; c < chains; c++)
                for (int i = group * each; i < (group + 1) * each; i++)
                {
                    double x = states[c][i] - 2 * s, last = before[c * states.Width + i] - 2 * s;
                    mean += x / n;
                    variance += x * x / n;
                    product += x * last / n;
                }
            double correlation = 1 - step / (s * s);
            Assert.Equal(0, mean, 5 * Math.Sqrt(v / n));
            Assert.Equal(v, variance, 5 * v * Math.Sqrt(2.0 / n));
            Assert.Equal(correlation, product / variance, 5 * Math.Sqrt((1 - correlation * correlation) / n));
        }

        double Variance(double s) => s * s / (1 - step / (2 * s * s));
    }

    [Fact]
    public void A_temperature_scales_the_variance()
    {
        // n = 20,000 numbers; five standard errors of a variance. Burn-in: 0.9^100 = 3·10⁻⁵.
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new(new float[100], [.. Enumerable.Repeat(1f, 100)]);
        using ChainLoop loop = new(device, energy, 200);
        Rows states = TestRows.Empty(200, 100);
        loop.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.1f, Temperature = 4 }), states, 100, Noise, 0, Token);
        double expected = 4 / (1 - 0.1 / 2), variance = states.Span.ToArray().Average(x => (double)x * x);
        Assert.Equal(expected, variance, 5 * expected * Math.Sqrt(2.0 / 20_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Noise_is_added_before_or_after_the_gradient_is_evaluated(bool first)
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new(new float[70], [.. Enumerable.Repeat(2f, 70)]);
        using ChainLoop loop = new(device, energy, 2);
        Rows states = TestRows.Normal(2, 70, 1), start = TestRows.Normal(2, 70, 1);
        loop.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.5f, NoiseScale = 0.3f, NoiseFirst = first }), states, 1, Noise, 5,
            Token);
        float[] noise = new float[70];
        for (int c = 0; c < 2; c++)
        {
            Noise.At(5).FillNormal(noise, (uint)c);
            double seenAt = 0;
            for (int i = 0; i < 70; i++)
            {
                double x = start[c][i], moved = first ? (x + 0.3 * noise[i]) * (1 - 0.5 / 4) : x * (1 - 0.5 / 4) + 0.3 * noise[i];
                Assert.Equal(moved, states[c][i], 1e-6);
                double at = first ? x + 0.3 * noise[i] : x;
                seenAt += at * at / 8;
            }
            Assert.Equal(seenAt, loop.Energies[c], 1e-5 * seenAt);
            Assert.Equal(seenAt / 2, loop.SquaredNorms[c], 1e-5 * seenAt);
        }
    }

    [Fact]
    public void The_gradient_is_clipped_and_the_reported_norm_is_unclipped()
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(5, 10, -100, 100);
        using ChainLoop loop = new(device, energy, 1);
        Rows states = TestRows.Empty(1, 5);
        loop.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.5f, NoiseScale = 0, GradientClip = 0.25f }), states, 8, Noise, 0,
            Token);
        Assert.All(states.Span.ToArray(), x => Assert.Equal(-1, x));
        Assert.Equal(500, loop.SquaredNorms[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void States_stay_between_the_walls(bool noiseFirst)
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(100, 1, 0.25f, 0.75f);
        using ChainLoop loop = new(device, energy, 10);
        Rows states = TestRows.Empty(10, 100);
        states.Span.Fill(0.5f);
        loop.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.01f, NoiseScale = 1, NoiseFirst = noiseFirst }), states, 5, Noise,
            0, Token);
        Assert.InRange(states.Span.ToArray().Min(), 0.25f, 0.25f);
        Assert.InRange(states.Span.ToArray().Max(), 0.7f, 0.75f);
        loop.Run(new Langevin(energy, new LangevinOptions { StepSize = 0.1f, NoiseScale = 0 }), states, 10, Noise, 0, Token);
        Assert.All(states.Span.ToArray(), x => Assert.Equal(0.25f, x));
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        LangevinOptions bad = new() { StepSize = 0, NoiseScale = -1, Temperature = float.NaN, GradientClip = 0 };
        string message = Assert.Throws<InvalidInputException>(() => new Langevin(Normal, bad)).Message;
        Assert.All(
            ["step_size", "noise_scale", "temperature", "gradient_clip"], key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_temperature_with_a_noise_scale_is_refused_and_both_are_named(float temperature)
    {
        LangevinOptions both = new() { Temperature = temperature, NoiseScale = 0.005f };
        string message = Assert.Throws<InvalidInputException>(() => new Langevin(Normal, both)).Message;
        Assert.All([$"temperature is {temperature}", "noise_scale is 0.005", "null"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
        _ = new Langevin(Normal, both with { Temperature = null });
        _ = new Langevin(Normal, both with { NoiseScale = null });
    }

    [Fact]
    public void The_effective_temperature_follows_from_the_noise()
    {
        Assert.Equal(1, new LangevinOptions().EffectiveTemperature());
        Assert.Equal(2.5, new LangevinOptions { Temperature = 2.5f }.EffectiveTemperature());
        Assert.Equal(1.25e-6, new LangevinOptions { StepSize = 2.5f, NoiseScale = 0.0025f }.EffectiveTemperature()!.Value, 1e-12);
        // A noise scale equal to the noise of a temperature has that temperature.
        LangevinOptions exact = new() { StepSize = 0.3f, Temperature = 3 };
        Assert.Equal(MathF.Sqrt(1.8f), exact.NoiseDeviation(), 1e-6f);
        Assert.Equal(3, new LangevinOptions { StepSize = 0.3f, NoiseScale = exact.NoiseDeviation() }.EffectiveTemperature()!.Value, 1e-6);
        Assert.Equal(0, new LangevinOptions { NoiseScale = 0 }.EffectiveTemperature());
    }

    [Fact]
    public void Scaling_options_scales_a_separate_noise_scale_too()
    {
        LangevinOptions exact = new() { StepSize = 8, Temperature = 2, GradientClip = 3 },
            apart = exact with { Temperature = null, NoiseScale = 0.5f, NoiseFirst = true };
        Assert.Equal(exact with { StepSize = 2 }, exact.Scaled(0.25));
        Assert.Equal(apart with { StepSize = 2, NoiseScale = 0.125f }, apart.Scaled(0.25));
        Assert.Equal(apart, apart.Scaled(1));
    }
}
