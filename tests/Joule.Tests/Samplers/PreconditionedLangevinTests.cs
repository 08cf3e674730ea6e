using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class PreconditionedLangevinTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_follows_the_textbook(bool box)
    {
        // x − ηM∇E + √(2ηTM)ξ in float64 with the draws of the chain; in the box, mirrored at 0 and 1.
        const int chains = 40, width = 5;
        const double k = 3, c = 0.4, step = 0.11, t = 0.7;
        float[] mass = [0.25f, 1, 2, 0.5f, 3];
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(box ? StateSpace.Box(Shape.Vector(width), 0, 1) : StateSpace.Real(Shape.Vector(width)), (float)k, (float)c);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, width);
        for (int i = 0; i < chains; i++)
            new RandomStream(5, RandomPurpose.User, 0).FillUniform(states[i], (uint)i);
        double[] before = TestRows.Doubles(states.Span);
        PreconditionedLangevinOptions options = new() { StepSize = (float)step, Temperature = (float)t, InverseMass = mass };
        loop.Run(options.Create(energy), states, 1, Noise, 7, Token);
        float[] normal = new float[width];
        int mirrored = 0;
        for (int chain = 0; chain < chains; chain++)
        {
            Noise.At(7).FillNormal(normal, (uint)chain);
            double norm = 0, value = 0;
            for (int i = 0; i < width; i++)
            {
                double x = before[chain * width + i], slope = k * (x - c);
                double y = x - step * mass[i] * slope + Math.Sqrt(2 * step * t * mass[i]) * normal[i];
                (norm, value) = (norm + slope * slope, value + 0.5 * slope * slope / k);
                while (box && (y < 0 || y > 1))
                {
                    y = y < 0 ? -y : 2 - y;
                    mirrored++;
                }
                Assert.Equal(y, states[chain][i], 1e-5);
            }
            Assert.Equal(norm, loop.SquaredNorms[chain], 1e-5 * norm);
            Assert.Equal(value, loop.Energies[chain], 1e-5);
        }
        Assert.Equal(box, mirrored > 20);
    }

    [Theory]
    [InlineData(0.1f, 1f)]
    [InlineData(0.8f, 2f)]
    public void A_Gaussian_has_the_stationary_variances_of_the_closed_form(float step, float temperature)
    {
        // Ts²/(1 − ηm/2s²). Deviations differ by 1,000, and inverse masses are 1, ½ and 1½ variances: one step size suits all three.
        // n = 20,000 independent chains; five standard errors, v√(2/n) of a variance and √(v/n) of a mean.
        const int chains = 20_000;
        float[] deviation = [0.03f, 1, 30], share = [1, 0.5f, 1.5f];
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, 3);
        PreconditionedLangevinOptions options = new()
        {
            StepSize = step,
            Temperature = temperature,
            InverseMass = [.. deviation.Zip(share, (s, m) => m * s * s)],
        };
        loop.Run(options.Create(energy), states, (int)(20 / step), Noise, 0, Token);
        for (int i = 0; i < 3; i++)
        {
            double s = deviation[i], v = temperature * s * s / (1 - step * share[i] / 2);
            double mean = Enumerable.Range(0, chains).Average(c => (double)states[c][i]);
            double variance = Enumerable.Range(0, chains).Average(c => (states[c][i] - mean) * (states[c][i] - mean));
            Assert.Equal(2 * s, mean, 5 * Math.Sqrt(v / chains));
            Assert.Equal(v, variance, 5 * v * Math.Sqrt(2.0 / chains));
        }
    }

    [Fact]
    public void With_masses_of_one_it_is_Langevin()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 30);
        Rows states = TestRows.Normal(30, 21, 4), plain = TestRows.Normal(30, 21, 4);
        loop.Run(new PreconditionedLangevinOptions { StepSize = 0.01f }.Create(energy), states, 10, Noise, 0, Token);
        loop.Run(new LangevinOptions { StepSize = 0.01f }.Create(energy), plain, 10, Noise, 0, Token);
        // The same numbers in another order of rounding.
        Assert.InRange(TestRows.RelativeError(states.Span, TestRows.Doubles(plain.Span)), 0, 1e-5);
    }

    [Fact]
    public void A_step_evaluates_one_gradient()
    {
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(3)), 1, 0);
        using ChainLoop loop = new(device, energy, 40);
        loop.Run(new PreconditionedLangevinOptions().Create(energy), TestRows.Normal(40, 3, 1), 25, Noise, 0, Token);
        Assert.Equal(40 * 25, energy.Gradients);
    }

    [Fact]
    public void The_noise_of_a_step_counts_masses()
    {
        Assert.Equal(0.2, new PreconditionedLangevinOptions { StepSize = 0.02f }.NoiseOfStep(), 1e-6);
        Assert.Equal(0.6, new PreconditionedLangevinOptions { StepSize = 0.02f, InverseMass = [3, 15] }.NoiseOfStep(), 1e-6);
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        PreconditionedLangevinOptions bad = new() { StepSize = 0, Temperature = float.NaN, InverseMass = [1, -1] };
        string message = Assert.Throws<InvalidInputException>(() => bad.Create(new GaussianEnergy([0], [1]))).Message;
        string[] keys = ["step_size is 0", "temperature is NaN", "inverse_mass.1 is -1"];
        Assert.All(keys, key => Assert.Contains(key, message, StringComparison.Ordinal));
        bad = new() { InverseMass = [1, 2] };
        message = Assert.Throws<InvalidInputException>(() => bad.Create(new GaussianEnergy([0], [1]))).Message;
        Assert.Contains("inverse_mass has 2 numbers", message, StringComparison.Ordinal);
    }
}
