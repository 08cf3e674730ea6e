using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>The device's memory, what it refuses and why, and what it remembers.</summary>
public sealed class GpuDeviceTests
{
    [Fact]
    public void Numbers_go_there_and_back_and_the_host_does_not_see_them()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using DeviceBuffer buffer = gpu.Allocate(12);
        Rows rows = buffer.AsRows(4, 3);
        Assert.All(gpu.Download(rows), x => Assert.Equal(0, x));
        gpu.Write(rows, (i, row) => row.Fill(i));
        gpu.Copy(rows.Slice(3, 1), rows.Slice(0, 1));
        gpu.Clear(rows.Slice(1, 1));
        Assert.Equal([3, 3, 3, 0, 0, 0, 2, 2, 2, 3, 3, 3], gpu.Download(rows));
        Assert.Throws<InvalidOperationException>(() => rows.Span.Length);
        Assert.Throws<ArgumentException>(() => gpu.Upload(new float[4], rows.Slice(0, 1)));
    }

    [Fact]
    public void What_it_cannot_run_is_refused_with_the_reason()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        HarmonicEnergy energy = new(1, 4);
        Assert.Contains("no kernel for the sampler NoUTurn", Refusal(gpu, energy, new NoUTurnOptions()), StringComparison.Ordinal);
        Assert.Contains("dense masses", Refusal(gpu, energy, new HamiltonianMonteCarloOptions
        {
            Metric = MassMetric.Dense,
            InverseMass = [1, 0, 0, 1],
        }), StringComparison.Ordinal);
        Assert.Contains("no kernel for TemperedEnergy", Refusal(gpu, new TemperedEnergy(energy, 2), new LangevinOptions()),
            StringComparison.Ordinal);
        ProgramGroup group = new();
        group.Add(new OwnProgram());
        foreach (DeviceProgram program in (DeviceProgram[])[new OwnProgram(), group])
        {
            InvalidInputException other = Assert.Throws<InvalidInputException>(() => gpu.Launch(program));
            Assert.Contains("cannot run a program of a test", other.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_formula_that_does_not_fit_is_refused_with_the_sizes()
    {
        using GpuDevice gpu = new(new InterpretedGpu
        {
            Info = new GpuInfo(0, "a small card", new Version(8, 0), 1 << 20) { Multiprocessors = 1, SharedBytesOfBlock = 4096 },
        });
        string message = Refusal(gpu, new DoubleWellEnergy(Shape.Vector(2000), 1, 1), new LangevinOptions());
        Assert.Contains("bytes of each chain in shared memory; a small card has 4,096", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_weights_take_effect_with_the_commit()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using NetworkEnergy energy = Network(gpu, new DenseLayer { Outputs = 1 });
        using DeviceBuffer memory = gpu.Allocate(4);
        gpu.Upload([1, 2, 3, 4], memory.AsRows(1, 4));
        float[] found = new float[1];
        energy.Evaluate(memory.AsRows(1, 4), found);
        Assert.Equal(0, found[0]);
        energy.Network.Write(energy.Network.Plan.Parameters[0], [1, 10, 100, 1000]);
        energy.Commit();
        energy.Evaluate(memory.AsRows(1, 4), found);
        Assert.Equal(4321, found[0]);
    }

    [Fact]
    public void A_kernel_is_compiled_once_for_a_block()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        HarmonicEnergy energy = new(1, 4);
        using ChainLoop loop = new(gpu, energy, 2);
        using DeviceBuffer memory = gpu.Allocate(4);
        Sampler sampler = new LangevinOptions().Create(energy);
        for (int i = 0; i < 3; i++)
            loop.Run(sampler, memory.AsRows(2, 2), 2, new RandomStream(1, RandomPurpose.User, 0),
                cancellation: TestContext.Current.CancellationToken);
        Assert.Single(engine.Compiled);
    }

    [Fact]
    public void A_stopped_run_stops_before_its_next_launch()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        HarmonicEnergy energy = new(1, 4);
        using ChainLoop loop = new(gpu, energy, 2);
        using DeviceBuffer memory = gpu.Allocate(4);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => loop.Run(new LangevinOptions().Create(energy), memory.AsRows(2, 2), 2,
            new RandomStream(1, RandomPurpose.User, 0), cancellation: source.Token));
    }

    [Fact]
    public void The_programs_of_a_group_run_one_after_another()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using DeviceBuffer memory = gpu.Allocate(6);
        Rows rows = memory.AsRows(3, 2);
        gpu.Upload([1, 2], rows.Slice(0, 1));
        ProgramGroup group = new();
        for (int i = 0; i < 2; i++)
        {
            CopyProgram copy = new();
            copy.Prepare(rows.Slice(i, 1), rows.Slice(i + 1, 1));
            group.Add(copy);
        }
        gpu.Launch(group);
        Assert.Equal([1, 2, 1, 2, 1, 2], gpu.Download(rows));
    }

    private sealed class OwnProgram : DeviceProgram
    {
        public override string Name => "a program of a test";

        public override int Count => 1;

        protected override void Run(int start, int count, int lane) { }
    }

    private static string Refusal(GpuDevice gpu, Energy energy, SamplerOptions options)
    {
        using ChainLoop loop = new(gpu, energy, 2);
        using DeviceBuffer memory = gpu.Allocate(2L * energy.Space.Width);
        return Assert.Throws<InvalidInputException>(() => loop.Run(options.Create(energy), memory.AsRows(2, energy.Space.Width), 1,
            new RandomStream(1, RandomPurpose.User, 0))).Message;
    }

    private static NetworkEnergy Network(Device device, params Layer[] layers)
    {
        StateSpace space = StateSpace.Real(Shape.Vector(4));
        return new NetworkEnergy(new Network(device, space.Shape, layers), space);
    }
}
