using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A collected operation is done before anybody can tell that it was not.</summary>
public sealed class QueuedEngineTests : IDisposable
{
    private static readonly RandomStream Draws = new(5, RandomPurpose.User, 0);

    private readonly InterpretedGpu _inner = new();
    private readonly RecordedGraphs _graphs;
    private readonly QueuedEngine _engine;

    public QueuedEngineTests()
    {
        _graphs = new RecordedGraphs(_inner);
        _engine = new QueuedEngine(_inner, _graphs);
    }

    [Fact]
    public void A_read_sees_everything_that_was_asked_before()
    {
        ulong at = _engine.Allocate(8, "a test");
        for (int i = 0; i < 5; i++)
        {
            _engine.Upload(at, [i, 2, 3, 4]);
            _engine.Copy(at, at + 16, 4);
            _engine.Clear(at + 4, 1);
            _engine.Copy(at + 4, at + 28, 1);
            float[] found = new float[8];
            _engine.Download(at, found);
            Assert.Equal([i, 0, 3, 4, i, 2, 3, 0], found);
        }
        Assert.Equal((4, 1, 5L), (_graphs.Launched.Count, _graphs.Open, _engine.Waits));
        // The words of each upload lay at the same place as before, since the host had waited.
        Assert.Empty(_graphs.Changed);
    }

    [Fact]
    public void The_host_overwrites_no_words_whose_copy_may_be_under_way()
    {
        const int Words = 1 << 20;
        ulong at = _engine.Allocate(Words, "a test"), kept = _engine.Allocate(6, "a test");
        float[] words = new float[Words];
        for (int i = 0; i < 6; i++)
        {
            words.AsSpan().Fill(i);
            _engine.Upload(at, words); // four of them fill the memory of the host
            _engine.Copy(at + 4 * (Words - 1), kept + 4 * (ulong)i, 1);
        }
        Assert.Equal(1, _engine.Waits);
        float[] found = new float[6];
        _engine.Download(kept, found);
        Assert.Equal([0, 1, 2, 3, 4, 5], found);
        words = new float[Words + 1];
        ulong large = _engine.Allocate(Words + 1, "a test");
        words[^1] = 7;
        _engine.Upload(large, words);
        _engine.Copy(large + 4 * Words, kept, 1);
        _engine.Download(kept, found);
        Assert.Equal(7, found[0]);
    }

    [Fact]
    public void Memory_and_kernels_go_after_the_operations_that_use_them()
    {
        ulong first = _engine.Allocate(4, "a test"), second = _engine.Allocate(4, "a test");
        _engine.Upload(first, [1, 2, 3, 4]);
        _engine.Copy(first, second, 4);
        Assert.Equal(0, _inner.Counts.Copies);
        _engine.Free(first);
        Assert.Equal(1, _inner.Counts.Copies);
        IGpuKernel kernel = _engine.Compile(AddOne());
        kernel.Launch(1, KernelArgument.Address(second));
        Assert.Equal(0, _inner.Counts.Kernels);
        kernel.Dispose();
        Assert.Equal(1, _inner.Counts.Kernels);
        float[] found = new float[4];
        _engine.Download(second, found);
        Assert.Equal([2, 2, 3, 4], found);
    }

    [Fact]
    public void Wrong_arguments_are_an_error_at_once()
    {
        using IGpuKernel kernel = _engine.Compile(AddOne());
        Assert.Contains("takes 1 arguments; it was given 0", Assert.Throws<ArgumentException>(() => kernel.Launch(1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => kernel.Launch(1, 1f));
    }

    [Fact]
    public void A_stream_that_follows_sees_everything_that_was_asked_before()
    {
        ulong at = _engine.Allocate(1, "a test");
        using IGpuStream stream = _engine.CreateStream();
        using IGpuHostMemory host = _engine.AllocateOnHost(1);
        using IGpuKernel kernel = _engine.Compile(AddOne());
        _engine.Upload(at, [5]);
        stream.Follow();
        kernel.LaunchOn(stream, 1, KernelArgument.Address(at));
        stream.Download(at, host, 1);
        stream.Wait();
        Assert.Equal(6, host.Span[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2600)]
    public void Chunks_of_streams_have_the_bits_of_an_engine_without_a_queue(int count)
    {
        HarmonicEnergy energy = new(1, 4);
        using GpuDevice plain = new(new InterpretedGpu()), queued = new(_engine);
        Assert.Equal(Run(plain), Run(queued));

        float[] Run(Device device) => EnergyOfStates.Run(device, energy, count, (i, state) => (state[0], state[1]) = (i, 1f / (i + 1)),
            cancellation: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chains_layer_by_layer_have_the_bits_of_an_engine_without_a_queue(bool hasTrajectories)
    {
        SamplerOptions sampler = hasTrajectories
            ? new HamiltonianMonteCarloOptions { StepSize = 0.1f, LeapfrogSteps = 2, LengthJitter = 0 }
            : new LangevinOptions { StepSize = 0.1f, NoiseScale = 0.1f };
        using GpuDevice plain = new(new InterpretedGpu()), queued = new(_engine);
        Assert.Equal(Run(plain), Run(queued));
        // The first run allocates memory, so the second is like none before.
        Assert.Equal(2, _engine.Queue.GraphLaunches);

        float[] Run(GpuDevice gpu)
        {
            gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
            using NetworkEnergy energy = (NetworkEnergy)BothDevices.Network(StateSpace.Real(Shape.Vector(3)),
                new DenseLayer { Outputs = 4 }, new SiluLayer(), new DenseLayer { Outputs = 1 })(gpu);
            using ChainLoop loop = new(gpu, energy, 2);
            using DeviceBuffer memory = gpu.Allocate(6);
            Rows rows = memory.AsRows(2, 3);
            Sampler created = sampler.Create(energy);
            for (int i = 0; i < 4; i++)
                loop.Run(created, rows, 3, Draws, (ulong)(3 * i), TestContext.Current.CancellationToken);
            return [.. gpu.Download(rows), .. loop.Energies];
        }
    }

    [Fact]
    public void What_nobody_waits_for_is_let_go_with_the_engine()
    {
        ulong at = _engine.Allocate(4, "a test");
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 4; j++)
                _engine.Clear(at, 4);
            _engine.Wait();
        }
        Assert.Equal(1, _graphs.Open);
        _engine.Clear(at, 4);
        _engine.Dispose();
        Assert.Equal(0, _graphs.Open);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _inner.Dispose();
    }

    // Adds 1 to the first number.
    private static KernelText AddOne()
    {
        PtxWriter w = new();
        Address at = w.Pointer("at");
        w.If(w.Less(w.Thread(), 1), () => w.StoreGlobal(at, 0, w.Add(w.LoadGlobal(at), w.Constant(1f))));
        return w.Finish("add_one", 32);
    }
}
