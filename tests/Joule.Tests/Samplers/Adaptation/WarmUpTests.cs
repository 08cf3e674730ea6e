using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class WarmUpTests
{
    private static readonly RandomStream Noise = new(11, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<SamplerOptions, double> Adaptable() => new()
    {
        { new MetropolisAdjustedLangevinOptions { StepSize = 1e-4f }, 0.574 },
        { new MetropolisAdjustedLangevinOptions { StepSize = 100 }, 0.574 },
        { new HamiltonianMonteCarloOptions { StepSize = 1e-3f, LeapfrogSteps = 5 }, 0.651 },
        { new NoUTurnOptions { StepSize = 1e-3f }, 0.8 },
        { new NoUTurnOptions { StepSize = 50 }, 0.8 },
    };

    [Theory]
    [MemberData(nameof(Adaptable))]
    public void The_step_size_reaches_the_target_acceptance(SamplerOptions options, double target)
    {
        // 100 chains, so the acceptance of 100 steps has a standard error of √(¼/10,000) = 0.005. The chains start in the distribution.
        const int chains = 100, width = 20;
        Assert.Equal(target, ((IAdaptable)options).TargetAcceptance);
        GaussianEnergy energy = new(new float[width], [.. Enumerable.Repeat(1f, width)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        using WarmUp warmUp = new(device, energy, options, 250, adaptMass: false);
        Rows states = TestRows.Normal(chains, width, 4);
        Assert.Same(options, warmUp.Options);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        Assert.Equal(250, warmUp.Done);
        Assert.Equal(options, ((IAdaptable)warmUp.Options).WithStepSize(((IAdaptable)options).StepSize));
        loop.Run(warmUp.Options.Create(energy), states, 100, Noise, 250, Token);
        Assert.Equal(target, loop.Proposals!.Value.Acceptance, 0.03);
    }

    [Fact]
    public void Fifty_steps_after_the_last_masses_are_enough_for_a_rough_step_size()
    {
        // All chains share the jitter of a trajectory, so the acceptance of a step varies with it, however many chains there are.
        GaussianEnergy energy = new(new float[20], [.. Enumerable.Repeat(1f, 20)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 100);
        using WarmUp warmUp = new(device, energy, new HamiltonianMonteCarloOptions { LeapfrogSteps = 5 }, 250);
        Rows states = TestRows.Normal(100, 20, 4);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        loop.Run(warmUp.Options.Create(energy), states, 100, Noise, 250, Token);
        Assert.Equal(0.651, loop.Proposals!.Value.Acceptance, 0.12);
    }

    [Fact]
    public void The_target_can_be_set()
    {
        GaussianEnergy energy = new(new float[20], [.. Enumerable.Repeat(1f, 20)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 100);
        using WarmUp warmUp = new(device, energy, new MetropolisAdjustedLangevinOptions(), 250, target: 0.9);
        Rows states = TestRows.Normal(100, 20, 4);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        loop.Run(warmUp.Options.Create(energy), states, 100, Noise, 250, Token);
        Assert.Equal(0.9, loop.Proposals!.Value.Acceptance, 0.03);
    }

    [Fact]
    public void Inverse_masses_become_the_variances()
    {
        // The last window has 50 steps (101 to 150) of 40 chains: 2,000 states, which are nearly independent, since a trajectory forgets in
        // about a step. So the standard error of a variance v is v√(2/2000): four of those, and 0.3% for the shrinkage.
        const int chains = 40, steps = 200, width = 12;
        float[] deviation = [.. Enumerable.Range(0, width).Select(i => MathF.Pow(10, i / 11f - 0.5f))];
        GaussianEnergy energy = new([.. deviation.Select(s => 5 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        using WarmUp warmUp = new(device, energy, new NoUTurnOptions(), steps);
        Rows states = TestRows.Normal(chains, width, 4);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        NoUTurnOptions adapted = (NoUTurnOptions)warmUp.Options;
        Assert.Equal(width, adapted.InverseMass.Count);
        for (int i = 0; i < width; i++)
        {
            double v = deviation[i] * (double)deviation[i];
            Assert.Equal(1, adapted.InverseMass[i] / v, 4 * Math.Sqrt(2.0 / 2000) + 0.003);
        }
        // All deviations are 1 in this metric: a step size of the order of 1, and short trajectories.
        Assert.InRange(adapted.StepSize, 0.5, 1.5);
    }

    [Fact]
    public void Dense_inverse_masses_become_the_covariances()
    {
        // As above: 2,000 nearly independent states, so a covariance has a standard error of √((σᵢᵢσⱼⱼ + σᵢⱼ²)/2000).
        const int chains = 40, steps = 200, width = 12;
        CorrelatedGaussianEnergy energy =
            (CorrelatedGaussianEnergy)new GaussianOptions { Dimensions = width, Condition = 1000, Rotated = true }.Create();
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        using WarmUp warmUp = new(device, energy, new NoUTurnOptions { Metric = MassMetric.Dense }, steps);
        Rows states = TestRows.Normal(chains, width, 4);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        NoUTurnOptions adapted = (NoUTurnOptions)warmUp.Options;
        Assert.Equal(width * width, adapted.InverseMass.Count);
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
            {
                double expected = energy.Covariance(i, j)!.Value;
                double scale = Math.Sqrt(energy.Covariance(i, i)!.Value * energy.Covariance(j, j)!.Value);
                double error = Math.Sqrt((scale * scale + expected * expected) / 2000);
                Assert.Equal(expected, adapted.InverseMass[i * width + j], 4.5 * error + 0.003 * scale);
            }
        }
        // All directions are alike in this metric.
        Assert.InRange(adapted.StepSize, 0.5, 1.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Threads_and_stops_change_no_bit(int threads)
    {
        SamplerOptions[] all =
        [
            new NoUTurnOptions(), new HamiltonianMonteCarloOptions(), new MetropolisAdjustedLangevinOptions(),
            new NoUTurnOptions { Metric = MassMetric.Dense }, new HamiltonianMonteCarloOptions { Metric = MassMetric.Dense },
        ];
        foreach (SamplerOptions options in all)
        {
            (float[] states, SamplerOptions adapted) = Whole(options);
            using Device device = Device.Cpu(threads);
            DoubleWellEnergy energy = new(Shape.Vector(7), 1, 1);
            using ChainLoop loop = new(device, energy, 40);
            Rows rows = TestRows.Normal(40, 7, 4);
            float[] kept = [];
            foreach (int most in new[] { 0, 13, 1, 60, 1000 })
            {
                // Another warm-up each time, with nothing but what a checkpoint keeps.
                using WarmUp warmUp = new(device, energy, options, 120);
                StateMemory memory = Assert.Single(warmUp.State("chains"));
                Assert.Equal("chains.warm_up", memory.Name);
                if (kept.Length > 0)
                    memory.Write(kept);
                warmUp.Run(loop, rows, Noise, most: most, firstStep: 5, cancellation: Token);
                kept = new float[memory.Length];
                memory.Read(kept);
                if (warmUp.Done == 120)
                    Assert.Equal(adapted, warmUp.Options);
                else
                    Assert.NotEqual(adapted, warmUp.Options);
            }
            Assert.True(TestRows.SameBits(states, rows.Span), $"{options.StepName()}, {threads} threads");
        }
    }

    [Fact]
    public void A_device_whose_memory_is_hidden_gives_the_same()
    {
        (float[] states, SamplerOptions adapted) = Whole(new NoUTurnOptions());
        using FakeDevice device = new();
        DoubleWellEnergy energy = new(Shape.Vector(7), 1, 1);
        using ChainLoop loop = new(device, energy, 40);
        using DeviceBuffer memory = device.Allocate(40 * 7);
        Rows rows = memory.AsRows(40, 7);
        device.Upload(TestRows.Normal(40, 7, 4).Span, rows);
        using WarmUp warmUp = new(device, energy, new NoUTurnOptions(), 120);
        warmUp.Run(loop, rows, Noise, firstStep: 5, cancellation: Token);
        Assert.Equal(adapted, warmUp.Options);
        Assert.True(TestRows.SameBits(states, device.Download(rows)));
    }

    [Fact]
    public void What_cannot_be_adapted_is_refused()
    {
        GaussianEnergy energy = new([0], [1]);
        using Device device = Device.Cpu(1);
        string message = Assert.Throws<InvalidInputException>(() => new WarmUp(device, energy, new LangevinOptions(), 10)).Message;
        Assert.Contains("langevin has no step size that can be adapted", message, StringComparison.Ordinal);
        // Flat: every step size is accepted.
        BowlEnergy flat = new(StateSpace.Real(Shape.Vector(2)), 0, 0);
        using ChainLoop loop = new(device, flat, 10);
        using WarmUp warmUp = new(device, flat, new MetropolisAdjustedLangevinOptions(), 10);
        Rows states = TestRows.Empty(10, 2);
        message = Assert.Throws<InvalidInputException>(() => warmUp.Run(loop, states, Noise, cancellation: Token)).Message;
        Assert.Contains("flat", message, StringComparison.Ordinal);
        Assert.Contains("step_size", message, StringComparison.Ordinal);
    }

    private static (float[] States, SamplerOptions Adapted) Whole(SamplerOptions options)
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(7), 1, 1);
        using ChainLoop loop = new(device, energy, 40);
        Rows rows = TestRows.Normal(40, 7, 4);
        using WarmUp warmUp = new(device, energy, options, 120);
        warmUp.Run(loop, rows, Noise, firstStep: 5, cancellation: Token);
        return (rows.Span.ToArray(), warmUp.Options);
    }
}
