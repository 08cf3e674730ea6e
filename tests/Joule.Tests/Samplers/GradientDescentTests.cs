using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class GradientDescentTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void On_a_quadratic_the_distance_shrinks_by_one_minus_step_times_curvature()
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new([2, -1], [1, 0.5f]);
        using ChainLoop loop = new(device, energy, 3);
        Rows states = TestRows.Normal(3, 2, 4);
        double[] before = TestRows.Doubles(states.Span);
        loop.Run(new GradientDescent(energy, new() { StepSize = 0.2f }), states, 7, Noise, 0, Token);
        for (int chain = 0; chain < 3; chain++)
        {
            Assert.Equal(2 + (before[2 * chain] - 2) * Math.Pow(1 - 0.2, 7), states[chain][0], 1e-5);
            Assert.Equal(-1 + (before[2 * chain + 1] + 1) * Math.Pow(1 - 0.2 * 4, 7), states[chain][1], 1e-5);
        }
    }

    [Fact]
    public void Nesterov_follows_its_recursion_and_is_faster_where_curvatures_differ()
    {
        // Curvatures 1 and 1/1024, η = 1/L = 1. After k steps E ≤ 2‖x₀ − x*‖² / (η(k + 1)²), which plain descent does not reach.
        const int steps = 60;
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new([0, 0], [1, 32]);
        using ChainLoop loop = new(device, energy, 1);
        Rows plain = TestRows.Empty(1, 2), fast = TestRows.Empty(1, 2);
        plain.Span.Fill(10);
        fast.Span.Fill(10);
        loop.Run(new GradientDescent(energy, new() { StepSize = 1 }), plain, steps, Noise, 0, Token);
        loop.Run(new GradientDescent(energy, new() { StepSize = 1, Nesterov = true }), fast, steps, Noise, 0, Token);
        double x = 10, previous = 10;
        for (int k = 0; k < steps; k++)
        {
            double y = x + k / (k + 3.0) * (x - previous);
            previous = x;
            x = y - y / 1024;
        }
        Assert.Equal(x, fast[0][1], 1e-4);
        Assert.InRange(x * x / 2048, 0, 2 * 200.0 / (61 * 61));
        Assert.InRange(Math.Abs(fast[0][1]), 0, 0.7 * plain[0][1]);
    }

    [Fact]
    public void Every_chain_ends_in_its_own_mode_and_draws_nothing()
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(1), 1, 1);
        using ChainLoop loop = new(device, energy, 100);
        Rows states = TestRows.Normal(100, 1, 4), other = TestRows.Normal(100, 1, 4);
        float[] start = states.Span.ToArray();
        loop.Run(new GradientDescent(energy, new() { StepSize = 0.05f }), states, 300, Noise, 0, Token);
        RandomStream another = new(99, RandomPurpose.User, 5);
        loop.Run(new GradientDescent(energy, new() { StepSize = 0.05f }), other, 300, another, 0, Token);
        Assert.True(TestRows.SameBits(states.Span, other.Span));
        for (int i = 0; i < 100; i++)
            Assert.Equal(Math.Sign(start[i]), states.Span[i], 1e-4);
    }

    [Fact]
    public void Walls_stop_it()
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(1, 2, 0, 1);
        using ChainLoop loop = new(device, energy, 5);
        Rows states = TestRows.Empty(5, 1);
        states.Span.Fill(0.9f);
        loop.Run(new GradientDescent(energy, new() { Nesterov = true }), states, 50, Noise, 0, Token);
        Assert.All(states.Span.ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void A_step_size_out_of_range_is_named() =>
        Assert.Contains("step_size is 0", Assert.Throws<InvalidInputException>(() =>
            new GradientDescent(new GaussianEnergy([0], [1]), new() { StepSize = 0 })).Message, StringComparison.Ordinal);
}
