using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Tests.Samplers;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class SampleDrawTests
{
    private const ulong Seed = 5;
    private const int Width = 9, Chains = 7;

    [Fact]
    public void Chains_share_no_noise_with_training_evaluation_or_validation_of_the_same_seed()
    {
        using Device device = Device.Cpu(1);
        RememberingEnergy energy = new();
        using SampleDraw draw = new(device, energy, Presets.Load("seed"), Chains, Seed);
        draw.StartFromNoise();
        using ReplayBuffer buffer = new(device, energy.Space, Chains, Chains, Seed);
        using Negatives fresh = new NoiseNegativesOptions { Steps = 0 }.Create(new NegativesContext(device, energy, Chains, Seed));
        List<float[]> rows = [.. RowsOf(draw.States), .. RowsOf(buffer.States)];
        for (int update = 0; update < 3; update++)
        {
            Rows negatives = TestRows.Empty(Chains, Width);
            fresh.Draw(update, TestRows.Empty(Chains, Width), negatives, TestContext.Current.CancellationToken);
            rows.AddRange(RowsOf(negatives));
        }
        for (int i = 0; i < Chains; i++)
        {
            float[] state = new float[Width];
            ReferenceStates.Noise(energy.Space, Seed)(i, state);
            rows.Add(state);
        }
        energy.Seen.Clear();
        using (Validator validator = new(device, Data(), Seed))
        {
            validator.Run(energy, 1, 1, TestContext.Current.CancellationToken);
            validator.Run(energy, 2, 2, TestContext.Current.CancellationToken);
        }
        // The noise of the validation, from two epochs.
        rows.AddRange(energy.Seen.Chunk(Chains).Where((_, chunk) => chunk % 2 == 1).SelectMany(c => c));
        Assert.Equal((2 + 3 + 1 + 2) * Chains, rows.Count);
        Assert.Equal(rows.Count, rows.Select(r => string.Join(' ', r)).Distinct().Count());
        Assert.Equal(rows.Count * Width, rows.SelectMany(r => r).Distinct().Count());
    }

    private static ImageStateSet Data() =>
        new(ImageSet.FromBytes("x", 1, 1, Width, [.. Enumerable.Range(0, Chains * Width).Select(i => (byte)i)]), new ImageTransform());

    [Fact]
    public void Chains_start_where_the_energy_has_a_start_of_its_own()
    {
        using Device device = Device.Cpu(1);
        using AnchoredEnergy energy = AnchoredEnergies.Of(device, StateSpace.Real(Shape.Vector(2)), 0.4, 1);
        using SampleDraw draw = new(device, energy, new LangevinOptions(), Chains, Seed);
        draw.StartFromNoise();
        float[] start = new float[2];
        for (int i = 0; i < Chains; i++)
        {
            energy.FillStart(new RandomStream(Seed, RandomPurpose.SamplingStates, 0), (uint)i, start);
            Assert.Equal(start, draw.States[i].ToArray());
        }
        using Negatives fresh = new NoiseNegativesOptions { Steps = 0 }.Create(new NegativesContext(device, energy, Chains, Seed));
        Rows negatives = TestRows.Empty(Chains, 2);
        fresh.Draw(3, TestRows.Empty(Chains, 2), negatives, TestContext.Current.CancellationToken);
        energy.FillStart(new RandomStream(Seed, RandomPurpose.FreshStates, 4), 2, start);
        Assert.Equal(start, negatives[2].ToArray());
    }

    [Fact]
    public void A_start_depends_only_on_the_seed_and_the_chain()
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(Width, 1, 0, 1);
        float[][] Start(int count, ulong seed)
        {
            using SampleDraw draw = new(device, energy, Presets.Load("seed"), count, seed);
            draw.StartFromNoise();
            return [.. RowsOf(draw.States)];
        }

        Assert.Equal(Start(3, 1), Start(8, 1)[..3]);
        Assert.NotEqual(Start(3, 1)[0], Start(3, 2)[0]);
    }

    private static List<float[]> RowsOf(Rows rows)
    {
        List<float[]> list = [];
        for (int i = 0; i < rows.Count; i++)
            list.Add(rows[i].ToArray());
        return list;
    }

    /// <summary>An energy that records every evaluated state.</summary>
    private sealed class RememberingEnergy : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Box(new Joule.States.Shape(1, 1, Width), 0, 1);

        public List<float[]> Seen { get; } = [];

        protected override float Evaluate(ReadOnlySpan<float> state)
        {
            Seen.Add(state.ToArray());
            return 0;
        }

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient.Clear();
            return 0;
        }
    }
}
