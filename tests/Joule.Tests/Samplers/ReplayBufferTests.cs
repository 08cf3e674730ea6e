using Joule.Compute;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ReplayBufferTests
{
    private static readonly Device Cpu = Device.Cpu(1);
    private static readonly StateSpace Space = StateSpace.Box(Shape.Vector(3), -1, 1);

    [Theory]
    [InlineData(8, 8, 8)]
    [InlineData(100, 100, 32)]
    [InlineData(40, 0, 16)]
    [InlineData(10, 3, 10)]
    [InlineData(33, 5, 32)]
    public void Slots_of_a_batch_are_distinct_and_old_chains_come_from_filled_slots(int slots, int filled, int batch)
    {
        using ReplayBuffer buffer = new(Cpu, Space, slots, filled, 1);
        for (ulong update = 0; update < 200; update++)
        {
            int before = buffer.Filled;
            int[] chosen = new int[batch];
            bool[] fresh = new bool[batch];
            buffer.Choose(new RandomStream(1, RandomPurpose.BufferSlots, update), 0.2f, chosen, fresh);
            Assert.Equal(batch, chosen.Distinct().Count());
            // A slot is filled only when its chain is stored, so an interrupted update leaves no empty slot.
            Assert.Equal(before, buffer.Filled);
            for (int i = 0; i < batch; i++)
                buffer.Store(chosen[i], new float[3], fresh[i], 1);
            Assert.All(chosen, s => Assert.InRange(s, 0, buffer.Filled - 1));
            for (int i = 0; i < batch; i++)
                Assert.True(fresh[i] || chosen[i] < before, $"update {update}: chain {i} continues from the empty slot {chosen[i]}");
            // A fresh chain takes a new slot while there are any.
            Assert.Equal(Math.Min(slots, before + fresh.Count(f => f)), buffer.Filled);
        }
        Assert.Equal(slots, buffer.Filled);
    }

    [Fact]
    public void The_share_of_fresh_chains_is_as_requested_and_slots_are_used_evenly()
    {
        using ReplayBuffer buffer = new(Cpu, Space, 50, 50, 1);
        const int updates = 5000, batch = 10;
        int count = 0;
        int[] uses = new int[50], chosen = new int[batch];
        bool[] fresh = new bool[batch];
        for (ulong update = 0; update < updates; update++)
        {
            buffer.Choose(new RandomStream(1, RandomPurpose.BufferSlots, update), 0.05f, chosen, fresh);
            count += fresh.Count(f => f);
            foreach (int slot in chosen)
                uses[slot]++;
        }
        // Five standard errors of binomial counts.
        Assert.Equal(0.05 * updates * batch, count, 5 * Math.Sqrt(0.05 * 0.95 * updates * batch));
        Assert.All(uses, u => Assert.Equal(1000, u, 5 * Math.Sqrt(1000)));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Shares_of_0_and_1_mean_no_and_only_fresh_chains(float share)
    {
        using ReplayBuffer buffer = new(Cpu, Space, 500, 500, 1);
        bool[] fresh = new bool[500];
        buffer.Choose(new RandomStream(1, RandomPurpose.BufferSlots, 0), share, new int[500], fresh);
        Assert.All(fresh, f => Assert.Equal(share == 1, f));
    }

    [Fact]
    public void A_state_is_kept_in_its_slot_and_ages()
    {
        using ReplayBuffer buffer = new(Cpu, Space, 4, 4, 1);
        float[] others = buffer.States.Slice(0, 2).Span.ToArray();
        buffer.Store(2, [1, 2, 3], fresh: true, 10);
        buffer.Store(2, [4, 5, 6], fresh: false, 7);
        buffer.Store(3, [7, 8, 9], fresh: false, 7);
        Assert.Equal([4f, 5, 6, 7, 8, 9], buffer.States.Slice(2, 2).Span.ToArray());
        Assert.Equal(others, buffer.States.Slice(0, 2).Span.ToArray());
        Assert.Equal([0, 0, 17, 7], buffer.Ages.ToArray());
        buffer.Store(2, [0, 0, 0], fresh: true, 5);
        Assert.Equal(5, buffer.Ages[2]);
    }

    [Fact]
    public void The_first_slots_hold_uniform_noise_over_the_domain_and_the_rest_are_empty()
    {
        using ReplayBuffer buffer = new(Cpu, Space, 1000, 900, 1);
        float[] noise = buffer.States.Slice(0, 900).Span.ToArray();
        // Five standard errors of the mean of 2700 uniform draws on [−1, 1), whose variance is 1/3.
        Assert.Equal(0, noise.Average(), 5 * Math.Sqrt(1 / 3.0 / 2700));
        Assert.InRange(noise.Min(), -1, -0.98f);
        Assert.InRange(noise.Max(), 0.98f, 1);
        Assert.All(buffer.States.Slice(900, 100).Span.ToArray(), x => Assert.Equal(0, x));
        Assert.Equal(900, buffer.Filled);
    }

    [Fact]
    public void A_buffer_starts_with_the_noise_of_its_domain()
    {
        // 2,700 numbers each; five standard errors of a mean of deviation 1, ½ and 1.
        foreach ((StateSpace space, double mean, double deviation) in ((StateSpace, double, double)[])
            [(StateSpace.Real(Shape.Vector(3)), 0, 1), (StateSpace.Binary(Shape.Vector(3)), 0.5, 0.5),
                (StateSpace.Spins(Shape.Vector(3)), 0, 1)])
        {
            using ReplayBuffer buffer = new(Cpu, space, 900, 900, 1);
            float[] state = new float[3];
            for (int slot = 0; slot < 900; slot++)
            {
                Assert.Equal(-1, space.FirstOutside(buffer.States[slot]));
                space.FillNoise(new RandomStream(1, RandomPurpose.FreshStates, 0), (uint)slot, state);
                Assert.True(TestRows.SameBits(state, buffer.States[slot]));
            }
            Assert.Equal(mean, buffer.States.Span.ToArray().Average(), 5 * deviation / Math.Sqrt(2700));
        }
    }

    [Fact]
    public void Invalid_sizes_and_shares_are_refused()
    {
        using ReplayBuffer buffer = new(Cpu, Space, 4, 4, 1);
        Assert.Throws<InvalidInputException>(
            () => buffer.Choose(new RandomStream(1, RandomPurpose.BufferSlots, 0), 0, new int[5], new bool[5]));
    }
}
