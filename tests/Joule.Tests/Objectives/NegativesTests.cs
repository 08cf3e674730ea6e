using Joule.Compute;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
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
            using Negatives negatives = new DataNegativesOptions { Steps = steps, Sampler = Walk }.Create(Context());
            Rows data = Data(), drawn = Draw(negatives, 0, data);
            // A slope of 1 subtracts 0.01 at every step.
            for (int i = 0; i < data.Length; i++)
                Assert.Equal(data.Span[i] - 0.01f * steps, drawn.Span[i], 1e-6);
            Assert.Equal(Data().Span.ToArray(), data.Span.ToArray());
        }
    }

    [Fact]
    public void From_noise_chains_restart_at_every_update()
    {
        using Negatives still = new NoiseNegativesOptions { Steps = 0 }.Create(Context()),
            walking = new NoiseNegativesOptions { Steps = 2, Sampler = Walk }.Create(Context());
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
    public void Chains_may_take_longer_steps()
    {
        using Negatives negatives = new DataNegativesOptions { Steps = 3, Sampler = Walk }.Create(Context());
        Rows data = Data();
        negatives.SetSpeed(4);
        Assert.Equal(data.Span[0] - 0.03f, Draw(negatives, 0, data).Span[0], 1e-6);
        negatives.AllowSpeeds(4);
        // Speeds between are rounded to a power of 4^(1/16).
        (double, double)[] speeds = [(1, 1), (2, 2), (1.5, Math.Pow(2, 5 / 8.0)), (4, 4), (9, 4), (0.5, 1)];
        foreach ((double asked, double taken) in speeds)
        {
            negatives.SetSpeed(asked);
            Assert.Equal(data.Span[0] - 0.03 * taken, Draw(negatives, 0, data).Span[0], 1e-6);
        }
    }

    [Fact]
    public void In_a_buffer_a_chain_of_the_longest_length_starts_afresh()
    {
        using BufferNegatives negatives = new(Context(),
            new BufferNegativesOptions { Slots = Batch, FreshShare = 0, Steps = 2, LongestChain = 5, Sampler = Walk });
        foreach (int age in (int[])[2, 4, 6, 2, 4, 6, 2])
        {
            Draw(negatives, age);
            Assert.All(negatives.Ages.ToArray(), a => Assert.Equal(age, a));
        }
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(0.05f, 400)]
    [InlineData(0.05f, 390)]
    [InlineData(0.3f, 100_000)]
    [InlineData(0, 20)]
    public void The_mean_length_of_chains_is_that_of_all_uses(float freshShare, int longest)
    {
        BufferNegativesOptions options = new() { Steps = 20, FreshShare = freshShare, LongestChain = longest };
        double share = 1, sum = 0, all = 0;
        for (int age = 20; age < longest + 20; age += 20, share *= 1 - freshShare)
            (sum, all) = (sum + share * age, all + share);
        Assert.Equal(sum / all, options.MeanChainSteps()!.Value, 1e-6 * sum / all);
        Assert.Equal(longest > 20, options.MixesAges());
        Assert.False((options with { FreshShare = 1 }).MixesAges());
        Assert.False(new BufferNegativesOptions { FreshShare = 0 }.MixesAges());
    }

    [Fact]
    public void From_a_buffer_chains_continue()
    {
        using BufferNegatives negatives = new(Context(),
            new BufferNegativesOptions { Slots = Batch, FreshShare = 0, Steps = 2, Sampler = Walk });
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
    public void A_buffer_with_a_fresh_share_of_one_gives_fresh_noise()
    {
        using Negatives buffer = new BufferNegativesOptions { Slots = Batch, FreshShare = 1, Steps = 0 }.Create(Context()),
            noise = new NoiseNegativesOptions { Steps = 0 }.Create(Context());
        for (int update = 0; update < 3; update++)
            Assert.Equal(Draw(noise, update).Span.ToArray(), Draw(buffer, update).Span.ToArray());
    }

    [Fact]
    public void Two_updates_share_no_noise()
    {
        using Negatives negatives = new DataNegativesOptions
        {
            Steps = 2,
            Sampler = new LangevinOptions { StepSize = 1e-6f, NoiseScale = 0.01f }
        }.Create(Context());
        Rows zero = TestRows.Empty(Batch, Width);
        IEnumerable<float> noise = Draw(negatives, 0, zero).Span.ToArray().Concat(Draw(negatives, 1, zero).Span.ToArray());
        Assert.Equal(2 * Batch * Width, noise.Distinct().Count());
    }

    [Fact]
    public void Rows_and_options_that_do_not_fit_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new BufferNegativesOptions { Slots = Batch - 1 }.Create(Context()));
        NegativesContext bits = Context() with { Energy = new BowlEnergy(StateSpace.Binary(Shape.Vector(Width)), 1, 0) };
        string message = Assert.Throws<InvalidInputException>(() => new BufferNegativesOptions { Slots = Batch }.Create(bits)).Message;
        Assert.Contains("Langevin dynamics need real states", message, StringComparison.Ordinal);
        Assert.Contains("binary", message, StringComparison.Ordinal);
        List<string> problems = [];
        BufferNegativesOptions bad = new()
        {
            Slots = 0,
            Initial = 3,
            FreshShare = 2,
            Steps = -1,
            Sampler = new LangevinOptions { StepSize = -1 },
        };
        OptionsCheck.Add(bad, problems, "n.");
        Assert.Equal(["n.steps", "n.sampler.step_size", "n.slots", "n.fresh_share", "n.initial"], problems.Select(p => p.Split(' ')[0]));
    }

    [Fact]
    public void Chains_start_from_the_noise_of_their_domain()
    {
        foreach (StateSpace space in (StateSpace[])[StateSpace.Real(Shape.Vector(Width)), StateSpace.Binary(Shape.Vector(Width))])
        {
            // A sampler that does nothing, and so works on every domain.
            NegativesContext context = Context() with { Energy = new BowlEnergy(space, 1, 0) };
            using Negatives noise = new NoiseNegativesOptions { Steps = 0, Sampler = new MomentumOptions() }.Create(context);
            float[] state = new float[Width];
            Rows drawn = Draw(noise, 4);
            for (int i = 0; i < Batch; i++)
            {
                space.FillNoise(new RandomStream(12, RandomPurpose.FreshStates, 5), (uint)i, state);
                Assert.True(TestRows.SameBits(state, drawn[i]));
                Assert.Equal(-1, space.FirstOutside(drawn[i]));
            }
        }
    }

    [Theory]
    [InlineData("mala")]
    [InlineData("hmc")]
    public void Every_sampler_can_be_trained_with_and_its_proposals_are_counted(string name)
    {
        SamplerOptions sampler = name == "mala" ? new MetropolisAdjustedLangevinOptions { StepSize = 0.02f }
            : new HamiltonianMonteCarloOptions { StepSize = 0.1f, LeapfrogSteps = 3 };
        using Negatives negatives = new BufferNegativesOptions { Slots = 20, Steps = 4, Sampler = sampler }.Create(Context());
        Draw(negatives, 0);
        ProposalFigures figures = negatives.Proposals!.Value;
        Assert.Equal(Batch * 4, figures.Proposed);
        Assert.InRange(figures.Accepted, 12, Batch * 4);
        using Negatives langevin = new BufferNegativesOptions { Slots = 20, Steps = 4 }.Create(Context());
        Draw(langevin, 0);
        Assert.Null(langevin.Proposals);
    }

    [Fact]
    public void The_kept_state_of_chains_is_in_their_slots_and_in_the_checkpoint()
    {
        NegativesContext context = Context() with { Energy = new BowlEnergy(StateSpace.Real(Shape.Vector(Width)), 1, 0) };
        BufferNegativesOptions options = new() { Slots = 2 * Batch, FreshShare = 0.2f, Steps = 2, Sampler = new MomentumOptions() };
        using BufferNegatives first = new(context, options), second = new(context, options);
        Assert.Equal(["buffer.states", "buffer.ages", "buffer.filled", "buffer.momentum", "buffer.steps"], first.State.Select(s => s.Name));
        for (int update = 0; update < 6; update++)
            Draw(first, update);
        // A chain's steps since its start equal the age of its slot, and a fresh chain starts with a momentum of a tenth of its state.
        Assert.Equal(TestRows.Doubles(Words(first.State.Single(s => s.Name == "buffer.steps"))),
            first.Buffer.Ages.ToArray().Select(a => (double)a));
        Assert.True(first.Buffer.Ages.ToArray().Distinct().Count() > 2);
        // The other one needs only what the checkpoint holds.
        foreach ((StateMemory from, StateMemory to) in first.State.Zip(second.State))
            to.Write(Words(from));
        for (int update = 6; update < 9; update++)
            Assert.True(TestRows.SameBits(Draw(first, update).Span, Draw(second, update).Span));
        StateMemory momentum = second.State.Single(s => s.Name == "buffer.momentum");
        momentum.Write(new float[momentum.Length]);
        Assert.False(TestRows.SameBits(Draw(first, 9).Span, Draw(second, 9).Span));
    }

    private static float[] Words(StateMemory memory)
    {
        float[] words = new float[memory.Length];
        memory.Read(words);
        return words;
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
