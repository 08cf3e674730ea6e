using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>The negatives of an update on the interpreted GPU as on the processor: starts, chains, the buffer and the movement.</summary>
public sealed class NegativesTests
{
    private const int Batch = 5;

    private static readonly StateSpace Space = StateSpace.Box(new Shape(1, 3, 4), 0, 1);
    private static readonly LangevinOptions Chain = new() { StepSize = 0.1f, NoiseScale = 0.1f, NoiseFirst = true };

    public static TheoryData<string> Sources => new("buffer", "fresh", "data", "noise", "mixed", "mala", "still");

    [Theory]
    [MemberData(nameof(Sources))]
    public void Each_source_draws_what_the_processor_draws(string source)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        Drawn expected = Draw(cpu, source), found;
        using (GpuDevice gpu = new(engine))
            found = Draw(gpu, source);
        Assert.Equal(0, engine.Open);
        for (int i = 0; i < expected.States.Length; i++)
            Assert.Equal(expected.States[i], found.States[i], 1e-5f);
        Assert.Equal(expected.Movement, found.Movement, 1e-5);
        Assert.Equal(expected.Ages, found.Ages);
        Assert.Equal(expected.Accepted, found.Accepted);
    }

    [Fact]
    public void A_divergence_names_step_chain_and_value_and_leaves_the_buffer_alone()
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        DivergenceException Diverge(Device device)
        {
            using NetworkEnergy energy = Energy(device);
            using BufferNegatives negatives = (BufferNegatives)Create(device, energy, "buffer");
            float[] before = device.Download(negatives.Buffer.States);
            energy.Network.Write(energy.Network.Plan.Parameters[^1], [float.NaN]);
            energy.Commit();
            using DeviceBuffer memory = device.Allocate(Batch * Space.Width);
            Rows rows = memory.AsRows(Batch, Space.Width);
            DivergenceException e = Assert.Throws<DivergenceException>(() => negatives.Draw(2, default, rows));
            Assert.Equal(before, device.Download(negatives.Buffer.States));
            return e;
        }
        DivergenceException expected = Diverge(cpu), found = Diverge(gpu);
        Assert.Equal((expected.Quantity, expected.Step, expected.Chain), (found.Quantity, found.Step, found.Chain));
        Assert.Equal(expected.Value, found.Value);
        Assert.Equal(expected.Message, found.Message);
    }

    [Fact]
    public void A_cancelled_update_leaves_the_buffer_alone()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using NetworkEnergy energy = Energy(gpu);
        using BufferNegatives negatives = (BufferNegatives)Create(gpu, energy, "buffer");
        using DeviceBuffer memory = gpu.Allocate(Batch * Space.Width);
        float[] before = gpu.Download(negatives.Buffer.States);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => negatives.Draw(0, default, memory.AsRows(Batch, Space.Width), source.Token));
        Assert.Equal(before, gpu.Download(negatives.Buffer.States));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0], negatives.Buffer.Ages.ToArray());
    }

    [Fact]
    public void Chains_that_keep_numbers_are_refused_by_the_name_of_their_sampler()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using NetworkEnergy energy = Energy(gpu);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new BufferNegatives(
            new NegativesContext(gpu, energy, Batch, 1), new BufferNegativesOptions { Sampler = new UnderdampedLangevinOptions() }));
        Assert.Contains("UnderdampedLangevin, which keep numbers besides their states", e.Message, StringComparison.Ordinal);
    }

    private static Drawn Draw(Device device, string source)
    {
        using NetworkEnergy energy = Energy(device);
        using Negatives negatives = Create(device, energy, source);
        using DeviceBuffer memory = device.Allocate(2 * Batch * Space.Width);
        Rows all = memory.AsRows(2 * Batch, Space.Width), data = all.Slice(0, Batch), drawn = all.Slice(Batch, Batch);
        device.Write(data, (i, state) => new RandomStream(8, RandomPurpose.User, 0).FillUniform(state, (uint)i));
        List<float> states = [];
        for (int update = 0; update < 3; update++)
        {
            negatives.Draw(update, data, drawn, TestContext.Current.CancellationToken);
            states.AddRange(device.Download(drawn));
        }
        if (negatives.Chains is { } chains)
            states.AddRange(device.Download(chains));
        return new Drawn([.. states], negatives.Movement, negatives.Ages.ToArray(), negatives.Proposals?.Accepted);
    }

    private static Negatives Create(Device device, Energy energy, string source)
    {
        NegativesOptions options = source switch
        {
            "buffer" => new BufferNegativesOptions { Slots = 9, Steps = 3, Sampler = Chain, FreshShare = 0.3f },
            "fresh" => new BufferNegativesOptions { Slots = 9, Initial = 2, Steps = 3, Sampler = Chain, LongestChain = 3 },
            "data" => new DataNegativesOptions { Steps = 3, Sampler = Chain },
            "noise" => new NoiseNegativesOptions { Steps = 3, Sampler = Chain },
            "mixed" => new MixedNegativesOptions { Steps = 3, Sampler = Chain },
            "mala" => new NoiseNegativesOptions { Steps = 3, Sampler = new MetropolisAdjustedLangevinOptions { StepSize = 0.3f } },
            _ => new NoiseNegativesOptions { Steps = 0 },
        };
        return options.Create(new NegativesContext(device, energy, Batch, 6));
    }

    private static NetworkEnergy Energy(Device device)
    {
        NetworkEnergy energy = new(new Network(
            device, Space.Shape, [new DenseLayer { Outputs = 7 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]), Space);
        energy.Initialize(2);
        return energy;
    }

    private sealed record Drawn(float[] States, double Movement, int[] Ages, long? Accepted);
}
