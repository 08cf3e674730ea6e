using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class UnderdampedLangevinTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_steps_follow_the_textbook(bool box)
    {
        // BAOAB in float64 with the draws of the chain; walls mirror positions and momenta. The momentum starts at 0.
        const int chains = 40, width = 5;
        const double k = 3, c = 0.4, e = 0.5, friction = 1.3, t = 0.7;
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(box ? StateSpace.Box(Shape.Vector(width), 0, 1) : StateSpace.Real(Shape.Vector(width)), (float)k, (float)c);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, width);
        for (int i = 0; i < chains; i++)
            new RandomStream(5, RandomPurpose.User, 0).FillUniform(states[i], (uint)i);
        double[] expected = TestRows.Doubles(states.Span);
        UnderdampedLangevinOptions options = new() { StepSize = (float)e, Friction = (float)friction, Temperature = (float)t };
        loop.Run(options.Create(energy), states, 2, Noise, 7, Token);
        float[] normal = new float[width];
        double kept = Math.Exp(-friction * e), deviation = Math.Sqrt(t * (1 - kept * kept));
        int mirrored = 0;
        for (int chain = 0; chain < chains; chain++)
        {
            double[] momentum = new double[width];
            for (ulong step = 7; step < 9; step++)
            {
                Noise.At(step).FillNormal(normal, (uint)chain);
                for (int i = 0; i < width; i++)
                {
                    ref double x = ref expected[chain * width + i], p = ref momentum[i];
                    p -= e / 2 * k * (x - c);
                    mirrored += Drift(ref x, ref p, e / 2, box);
                    p = kept * p + deviation * normal[i];
                    mirrored += Drift(ref x, ref p, e / 2, box);
                    p -= e / 2 * k * (x - c);
                }
            }
        }
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], states.Span[i], 1e-5);
        Assert.Equal(box, mirrored > 20);
    }

    [Theory]
    [InlineData(0.3f, 1f, 1f)]
    [InlineData(1.4f, 1f, 1f)]
    [InlineData(0.8f, 5f, 2f)]
    public void Positions_are_exact_on_a_quadratic_at_any_stable_step(float step, float friction, float temperature)
    {
        // Leimkuhler and Matthews 2013: the stationary variance of a position is T/k whatever the step, where Langevin's at this step has a
        // bias of percents. n = 40,000 independent chains; five standard errors, v√(2/n).
        const int chains = 40_000;
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0.5f], [1]);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Normal(chains, 1, 9, 3);
        UnderdampedLangevinOptions options = new() { StepSize = step, Friction = friction, Temperature = temperature };
        loop.Run(options.Create(energy), states, (int)(40 / step), Noise, 0, Token);
        double[] x = TestRows.Doubles(states.Span);
        double mean = x.Average();
        Assert.Equal(0.5, mean, 5 * Math.Sqrt(temperature / chains));
        Assert.Equal(temperature, x.Average(v => (v - mean) * (v - mean)), 5 * temperature * Math.Sqrt(2.0 / chains));
    }

    [Fact]
    public void Momenta_have_the_temperature()
    {
        // On k = 1 the stationary variance of a momentum under BAOAB is T(1 − ε²/4). n = 20,000 independent chains, five standard errors.
        const int chains = 20_000;
        const double step = 0.6, temperature = 1.5, v = temperature * (1 - step * step / 4);
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0], [1]);
        using ChainLoop loop = new(device, energy, chains);
        Sampler sampler = new UnderdampedLangevin(energy, new() { StepSize = (float)step, Temperature = (float)temperature });
        using ChainMemory memory = new(device, sampler, chains);
        Rows states = TestRows.Normal(chains, 1, 9);
        memory.Init(sampler, states);
        loop.Run(sampler, states, 60, Noise, memory, 0, Token);
        float[] momentum = new float[chains];
        memory.State("chains").Single().Read(momentum);
        Assert.Equal(v, momentum.Average(p => (double)p * p), 5 * v * Math.Sqrt(2.0 / chains));
    }

    [Fact]
    public void A_step_evaluates_one_gradient()
    {
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(3)), 1, 0);
        using ChainLoop loop = new(device, energy, 40);
        loop.Run(new UnderdampedLangevin(energy, new()), TestRows.Normal(40, 3, 1), 25, Noise, 0, Token);
        Assert.Equal(40 * (25 + 1), energy.Gradients);
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        UnderdampedLangevinOptions bad = new() { StepSize = 0, Friction = -1, Temperature = float.NaN };
        string message = Assert.Throws<InvalidInputException>(() => bad.Create(new GaussianEnergy([0], [1]))).Message;
        string[] keys = ["step_size is 0", "friction is -1", "temperature is NaN"];
        Assert.All(keys, key => Assert.Contains(key, message, StringComparison.Ordinal));
    }

    private static int Drift(ref double x, ref double p, double time, bool box)
    {
        x += time * p;
        int mirrored = 0;
        while (box && (x < 0 || x > 1))
        {
            x = x < 0 ? -x : 2 - x;
            p = -p;
            mirrored++;
        }
        return mirrored;
    }
}
