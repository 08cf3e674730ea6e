using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class AnnealedLangevinTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_temperature_falls_geometrically_and_stays()
    {
        AnnealedLangevinOptions options = new() { StartTemperature = 16, Temperature = 1, AnnealSteps = 4 };
        Assert.Equal([16, 8, 4, 2, 1, 1], Enumerable.Range(0, 6).Select(s => Math.Round(options.TemperatureAt(s), 12)));
    }

    [Fact]
    public void Each_step_is_a_Langevin_step_of_its_temperature_bit_for_bit()
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows annealed = TestRows.Normal(50, 21, 4), steps = TestRows.Normal(50, 21, 4);
        AnnealedLangevinOptions options = new() { StepSize = 0.02f, StartTemperature = 5, Temperature = 0.5f, AnnealSteps = 6 };
        loop.Run(options.Create(energy), annealed, 10, Noise, 0, Token);
        for (int s = 0; s < 10; s++)
        {
            float noise = (float)Math.Sqrt(2 * options.StepSize * options.TemperatureAt(s));
            loop.Run(new Langevin(energy, new() { StepSize = 0.02f, NoiseScale = noise }), steps, 1, Noise, (ulong)s, Token);
        }
        Assert.True(TestRows.SameBits(steps.Span, annealed.Span));
    }

    [Fact]
    public void Numbers_beyond_a_wall_stop_there_or_are_mirrored()
    {
        using Device device = Device.Cpu(1);
        // Without a gradient, chains in a box are uniform if they are mirrored, and often at a wall if not.
        BowlEnergy flat = new(StateSpace.Box(Shape.Vector(40), -1, 1), 1e-6f, 0);
        using ChainLoop loop = new(device, flat, 50);
        AnnealedLangevinOptions options = new() { StepSize = 0.1f };
        Rows stopped = TestRows.Empty(50, 40), mirrored = TestRows.Empty(50, 40);
        loop.Run(options.Create(flat), stopped, 20, Noise, 0, Token);
        loop.Run((options with { Reflect = true }).Create(flat), mirrored, 20, Noise, 0, Token);
        Assert.True(stopped.Span.ToArray().Count(x => Math.Abs(x) == 1) > 500);
        Assert.Equal(0, mirrored.Span.ToArray().Count(x => Math.Abs(x) >= 1));
        // 2,000 uniform numbers: the standard error of their mean square, 1/3, is 0.0067.
        Assert.Equal(1 / 3.0, mirrored.Span.ToArray().Average(x => (double)x * x), 0.027);
    }

    [Fact]
    public void Chains_that_start_later_are_annealed_from_their_own_start()
    {
        // Chains 3 and 4 of 6 start anew after 5 steps: they must draw as chains of those numbers would whose first step is the sixth.
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(5), 1, 1);
        using ChainLoop loop = new(device, energy, 6);
        Sampler sampler = new AnnealedLangevin(energy, new() { AnnealSteps = 8 });
        using ChainMemory memory = new(device, sampler, 6), fresh = new(device, sampler, 6);
        Rows states = TestRows.Normal(6, 5, 4), late = TestRows.Normal(6, 5, 11);
        memory.Init(sampler, states);
        loop.Run(sampler, states, 5, Noise, memory, 0, Token);
        late.Slice(3, 2).Span.CopyTo(states.Slice(3, 2).Span);
        float[] count = new float[6];
        StateMemory kept = memory.State("chains").Single();
        kept.Read(count);
        Assert.All(count, n => Assert.Equal(5, n));
        (count[3], count[4]) = (0, 0);
        kept.Write(count);
        loop.Run(sampler, states, 4, Noise, memory, 5, Token);
        fresh.Init(sampler, late);
        loop.Run(sampler, late, 4, Noise, fresh, 5, Token);
        Assert.True(TestRows.SameBits(late.Slice(3, 2).Span, states.Slice(3, 2).Span));
    }

    [Fact]
    public void It_fills_both_wells_where_Langevin_chains_stay_in_one()
    {
        // One coordinate of E = 4(x² − 1)², a barrier of 4 nats. All 2,000 chains start in the right well. Hot chains of T = 10 cross it
        // freely, so that the share in the left well ends within five standard errors of what the slow end freezes: half.
        const int chains = 2_000;
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(1), 4, 1);
        using ChainLoop loop = new(device, energy, chains);
        Rows annealed = TestRows.Empty(chains, 1), cold = TestRows.Empty(chains, 1);
        annealed.Span.Fill(1);
        cold.Span.Fill(1);
        AnnealedLangevinOptions options = new() { StepSize = 0.005f, StartTemperature = 10, AnnealSteps = 400 };
        loop.Run(options.Create(energy), annealed, 500, Noise, 0, Token);
        loop.Run(new Langevin(energy, new() { StepSize = 0.005f }), cold, 500, Noise, 0, Token);
        double left = annealed.Span.ToArray().Count(x => x < 0) / (double)chains;
        Assert.Equal(0.5, left, 5 * Math.Sqrt(0.25 / chains));
        Assert.InRange(cold.Span.ToArray().Count(x => x < 0) / (double)chains, 0, 0.3);
    }

    [Fact]
    public void Options_that_do_not_fit_are_named()
    {
        AnnealedLangevinOptions bad = new() { StepSize = 0, StartTemperature = 1, Temperature = 2, AnnealSteps = 0 };
        string message = Assert.Throws<InvalidInputException>(() => bad.Create(new GaussianEnergy([0], [1]))).Message;
        string[] keys = ["step_size is 0", "anneal_steps is 0", "start_temperature is 1"];
        Assert.All(keys, key => Assert.Contains(key, message, StringComparison.Ordinal));
    }
}
