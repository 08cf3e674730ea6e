using Joule.Compute;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ChainMemoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);
    private static readonly BowlEnergy Bowl = new(StateSpace.Real(Shape.Vector(3)), 1, 0);
    private static readonly Sampler Momentum = new MomentumOptions().Create(Bowl);

    [Fact]
    public void Chains_continue_with_kept_memory_and_restart_without_it()
    {
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, Bowl, 50);
        float[] Run(bool kept, params int[] parts)
        {
            using ChainMemory memory = new(device, Momentum, 50);
            Rows states = TestRows.Normal(50, 3, 1);
            memory.Init(Momentum, states);
            foreach (int steps in parts)
                loop.Run(Momentum, states, steps, Noise, kept ? memory : null, 0, Token);
            return states.Span.ToArray();
        }

        float[] whole = Run(true, 9);
        Assert.Equal(whole, Run(true, 2, 3, 4));
        Assert.Equal(whole, Run(false, 9));
        Assert.NotEqual(whole, Run(false, 2, 3, 4));
    }

    [Fact]
    public void Initial_memory_is_zero_except_what_the_sampler_writes()
    {
        using Device device = Device.Cpu(2);
        using ChainMemory memory = new(device, Momentum, 40);
        Rows states = TestRows.Normal(37, 3, 1);
        foreach (Rows part in memory.Parts)
            part.Span.Fill(7);
        memory.Init(Momentum, states);
        for (int i = 0; i < states.Length; i++)
            Assert.Equal(0.1f * states.Span[i], memory.Parts[0].Span[i]);
        Assert.Equal([.. Enumerable.Repeat(0f, 37), 7, 7, 7], memory.Parts[1].Span.ToArray());
        Assert.Equal([("x.momentum", 40, 3), ("x.steps", 40, 1)], memory.State("x").Select(s => (s.Name, s.Count, s.Width)));
    }

    [Fact]
    public void A_sampler_that_keeps_nothing_needs_no_memory()
    {
        using Device device = Device.Cpu(1);
        using ChainMemory memory = new(device, new LangevinOptions().Create(Bowl), 4);
        Assert.Empty(memory.State("x"));
    }

    [Fact]
    public void Memory_that_does_not_fit_is_refused()
    {
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, Bowl, 4);
        using ChainMemory small = new(device, Momentum, 3), other = new(device, new LangevinOptions().Create(Bowl), 4);
        Rows states = TestRows.Empty(4, 3);
        Assert.Contains("room for 3 chains",
            Assert.Throws<InvalidInputException>(() => loop.Run(Momentum, states, 1, Noise, small, 0, Token)).Message,
            StringComparison.Ordinal);
        Assert.Contains("the sampler keeps momentum (3 numbers per chain)", Assert.Throws<InvalidInputException>(
            () => loop.Run(Momentum, states, 1, Noise, other, 0, Token)).Message, StringComparison.Ordinal);
    }
}
