using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Chunks in flight give the energies of chunks one after another, in order; a missing wait is found.</summary>
public sealed class GpuStreamTests
{
    private static readonly RandomStream Draws = new(3, RandomPurpose.User, 0);
    private static readonly HarmonicEnergy Energy = new(1, 4);

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(2600)]
    public void Overlapping_chunks_have_the_bits_of_chunks_one_after_another(int count)
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        List<int> done = [];
        float[] found = EnergyOfStates.Run(gpu, Energy, count, Write, done.Add, TestContext.Current.CancellationToken);
        Assert.Equal(OneByOne(gpu, count), found);
        Assert.Equal([.. Enumerable.Range(1, (count + 511) / 512).Select(i => Math.Min(512 * i, count))], done);
        Assert.Equal(0, engine.Streams);
    }

    [Fact]
    public void The_host_writes_a_chunk_while_others_are_under_way()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        int finished = 0;
        List<int> ahead = [];
        EnergyOfStates.Run(gpu, Energy, 5 * 512, (i, state) =>
        {
            if (i % 512 == 0)
                ahead.Add(i / 512 - finished);
            Write(i, state);
        }, done => finished = done / 512, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 2, 2], ahead);
    }

    [Fact]
    public void A_divergence_is_that_of_the_first_chunk_and_precedes_the_errors_of_later_ones()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        DivergenceException e = Assert.Throws<DivergenceException>(() => EnergyOfStates.Run(gpu, Energy, 2000, (i, state) =>
        {
            if (i >= 1100)
                throw new InvalidInputException("a state that cannot be read");
            state.Fill(i == 600 ? float.PositiveInfinity : 1);
        }, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(600, e.Chain);
        Assert.Throws<InvalidInputException>(() => EnergyOfStates.Run(gpu, Energy, 2000, (i, state) =>
            throw new InvalidInputException("a state that cannot be read"), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(0, engine.Streams);
    }

    [Fact]
    public void A_program_without_a_kernel_is_refused()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using DeviceStream stream = gpu.CreateStream();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => stream.Launch(new NoProgram()));
        Assert.Contains("cannot run nothing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_nobody_finishes_is_waited_for_before_it_goes()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using (EnergyStream stream = new(gpu, Energy, 4))
            stream.Begin(4, Write);
        Assert.Equal((0, 0), (engine.Streams, engine.Open - 1)); // the constants of the energy stay
    }

    // The checks above can fail: each of these leaves out a wait.
    [Fact]
    public void Results_are_not_there_before_the_wait()
    {
        InterpretedGpu engine = new();
        using IGpuStream stream = engine.CreateStream();
        using IGpuHostMemory memory = engine.AllocateOnHost(2);
        ulong address = engine.Allocate(2, "a test");
        engine.Upload(address, [1, 2]);
        stream.Follow();
        stream.Download(address, memory, 2);
        Assert.All(memory.Span.ToArray(), x => Assert.True(float.IsNaN(x)));
        stream.Wait();
        Assert.Equal([1, 2], memory.Span.ToArray());
    }

    [Fact]
    public void A_stream_that_does_not_follow_the_engine_is_a_fault()
    {
        InterpretedGpu engine = new();
        using IGpuStream stream = engine.CreateStream();
        using IGpuHostMemory memory = engine.AllocateOnHost(2);
        ulong address = engine.Allocate(2, "a test"); // cleared at some time
        stream.Upload(address, memory, 2);
        Assert.Contains("nothing orders them", Assert.Throws<PtxFault>(stream.Wait).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Engine_work_that_does_not_wait_for_a_stream_is_a_fault()
    {
        InterpretedGpu engine = new();
        using IGpuStream stream = engine.CreateStream();
        using IGpuHostMemory memory = engine.AllocateOnHost(2);
        ulong address = engine.Allocate(2, "a test");
        stream.Follow();
        stream.Download(address, memory, 2);
        engine.Clear(address, 2);
        Assert.Throws<PtxFault>(stream.Wait);
    }

    [Fact]
    public void A_source_that_changes_too_early_is_a_fault()
    {
        InterpretedGpu engine = new();
        using IGpuStream stream = engine.CreateStream();
        using IGpuHostMemory memory = engine.AllocateOnHost(2);
        ulong address = engine.Allocate(2, "a test");
        memory.Span.Fill(1);
        stream.Follow();
        stream.Upload(address, memory, 2);
        memory.Span.Fill(2);
        Assert.Contains("under way", Assert.Throws<PtxFault>(stream.Wait).Message, StringComparison.Ordinal);
    }

    private static void Write(int index, Span<float> state) => Draws.FillUniform(state, (uint)index);

    private static float[] OneByOne(Device device, int count)
    {
        float[] energies = new float[count];
        using EnergyEvaluation evaluation = new(device, Energy);
        using DeviceBuffer memory = device.Allocate(512L * Energy.Space.Width);
        for (int start = 0; start < count; start += 512)
        {
            int first = start;
            Rows states = memory.AsRows(512, Energy.Space.Width).Slice(0, Math.Min(512, count - start));
            device.Write(states, (i, state) => Write(first + i, state));
            evaluation.Run(states, energies, start);
        }
        return energies;
    }

    private sealed class NoProgram : DeviceProgram
    {
        public override string Name => "nothing";

        public override int Count => 1;

        public override int BlockRows => 1;

        protected override void Run(int start, int count, int lane) { }
    }
}
