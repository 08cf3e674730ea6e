using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class NegativesTests
{
    private const int Batch = 6, Width = 3;

    private static readonly Device Cpu = Device.Cpu(1);
    private static readonly LangevinOptions Walk = new() { StepSize = 0.01f, NoiseScale = 0 };

    [Fact]
    public void From_data_chains_start_at_the_data_and_make_k_steps()
    {
        foreach (int steps in new[] { 0, 3 })
        {
            using Negatives negatives = new DataNegativesOptions { Steps = steps, Chain = Walk }.Create(Context());
            Rows data = Data(), drawn = Draw(negatives, 0, data);
            // The slope 1 takes 0.01 away at every step.
            for (int i = 0; i < data.Length; i++)
                Assert.Equal(data.Span[i] - 0.01f * steps, drawn.Span[i], 1e-6);
            Assert.Equal(Data().Span.ToArray(), data.Span.ToArray());
        }
    }

    [Fact]
    public void From_noise_chains_start_afresh_at_every_update()
    {
        using Negatives still = new NoiseNegativesOptions { Steps = 0 }.Create(Context()), walking = new NoiseNegativesOptions { Steps = 2, Chain = Walk }.Create(Context());
        float[] first = Draw(still, 0).Span.ToArray(), second = Draw(still, 1).Span.ToArray();
        Assert.NotEqual(first, second);
        Assert.Equal(first, Draw(still, 0).Span.ToArray());
        Assert.All(first, x => Assert.InRange(x, -1, 1));
        Assert.Equal(Batch * Width, first.Distinct().Count());
        float[] walked = Draw(walking, 1).Span.ToArray();
        for (int i = 0; i < second.Length; i++)
            Assert.Equal(Math.Max(-1, second[i] - 0.02f), walked[i], 1e-6);
    }

    [Fact]
    public void From_a_buffer_chains_go_on_where_they_were()
    {
        using BufferNegatives negatives = new(Context(), new BufferNegativesOptions { Slots = Batch, FreshShare = 0, Steps = 2, Chain = Walk });
        float[] start = negatives.Buffer.States.Span.ToArray();
        for (int update = 0; update < 5; update++)
        {
            float[] drawn = Draw(negatives, update).Span.ToArray();
            Assert.Equal(drawn.Order(), negatives.Buffer.States.Span.ToArray().Order());
        }
        for (int i = 0; i < start.Length; i++)
            Assert.Equal(Math.Max(-1, start[i] - 0.1f), negatives.Buffer.States.Span[i], 1e-5);
        Assert.All(negatives.Buffer.Ages.ToArray(), age => Assert.Equal(10, age));
    }

    [Fact]
    public void With_a_fresh_share_of_one_a_buffer_is_fresh_noise()
    {
        using Negatives buffer = new BufferNegativesOptions { Slots = Batch, FreshShare = 1, Steps = 0 }.Create(Context()), noise = new NoiseNegativesOptions { Steps = 0 }.Create(Context());
        for (int update = 0; update < 3; update++)
            Assert.Equal(Draw(noise, update).Span.ToArray(), Draw(buffer, update).Span.ToArray());
    }

    [Fact]
    public void Two_updates_share_no_noise()
    {
        using Negatives negatives = new DataNegativesOptions { Steps = 2, Chain = new LangevinOptions { StepSize = 1e-6f, NoiseScale = 0.01f } }.Create(Context());
        Rows zero = TestRows.Empty(Batch, Width);
        Assert.Equal(2 * Batch * Width, Draw(negatives, 0, zero).Span.ToArray().Concat(Draw(negatives, 1, zero).Span.ToArray()).Distinct().Count());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<InvalidInputException>(() => new BufferNegativesOptions { Slots = Batch - 1 }.Create(Context()));
        NegativesContext real = Context() with { Energy = new GaussianEnergy([0], [1]) };
        Assert.Throws<InvalidInputException>(() => new BufferNegativesOptions { Slots = Batch }.Create(real));
        using Negatives noise = new NoiseNegativesOptions().Create(real);
        Assert.Throws<InvalidInputException>(() => noise.Draw(0, TestRows.Empty(1, 1), TestRows.Empty(1, 1), TestContext.Current.CancellationToken));
        List<string> problems = [];
        new BufferNegativesOptions { Slots = 0, Initial = 3, FreshShare = 2, Steps = -1, Chain = new LangevinOptions { StepSize = -1 } }.Validate(problems);
        Assert.Equal(5, problems.Count);
    }

    private static NegativesContext Context() => new(Cpu, new SlopeEnergy(Width, 1, -1, 1), Batch, 12);

    private static Rows Data()
    {
        Rows data = TestRows.Empty(Batch, Width);
        for (int i = 0; i < data.Length; i++)
            data.Span[i] = i * 0.05f;
        return data;
    }

    private static Rows Draw(Negatives negatives, long update, Rows? data = null)
    {
        Rows drawn = TestRows.Empty(Batch, Width);
        negatives.Draw(update, data ?? Data(), drawn, TestContext.Current.CancellationToken);
        return drawn;
    }
}
