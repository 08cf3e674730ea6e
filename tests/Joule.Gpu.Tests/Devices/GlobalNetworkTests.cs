using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Kernels;
using Joule.Gpu.Tests.Ptx;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Networks layer by layer over global memory, in the interpreter, against the processor.</summary>
public sealed class GlobalNetworkTests
{
    private static readonly ProductTile Tile = new(8, 8, 8, 4, 4);

    private static readonly NetworkOptions Global = new() { Way = KernelWay.GlobalMemory, Cut = new ProductCut(Tile, 1) };

    private static readonly LangevinOptions Langevin = new() { StepSize = 0.05f, NoiseScale = 0.1f, GradientClip = 0.5f };

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Vectors), MemberType = typeof(NetworkEmitterTests))]
    public void Dense_networks(string function, int[] widths, int chains) =>
        BothDevices.Compare(NetworkEmitterTests.DenseNetwork(function, widths), Langevin, chains, networks: Global);

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Images), MemberType = typeof(NetworkEmitterTests))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) => BothDevices.Compare(
        NetworkEmitterTests.ImageNetwork(channels, height, width, convolutions), Langevin, networks: Global);

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Kinds), MemberType = typeof(NetworkEmitterTests))]
    public void Other_layers(string kind) => BothDevices.Compare(NetworkEmitterTests.OtherNetwork(kind), Langevin, networks: Global);

    public static TheoryData<int, int> Groups => new()
    {
        // chains of a group, chains
        { 1, 1 },
        { 1, 3 },
        { 4, 5 },
        { 8, 8 },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public void Chains_are_taken_in_groups_that_fit_the_memory(int chainsOfGroup, int chains)
    {
        Func<Device, Energy> make = NetworkEmitterTests.DenseNetwork("silu", [5, 7]);
        NetworkOptions options = Global with { MostBytes = chainsOfGroup * BytesOfChain(make) + 1 };
        BothDevices.Compare(make, Langevin, chains, networks: options);
    }

    [Fact]
    public void Sums_in_parts() => BothDevices.Compare(NetworkEmitterTests.DenseNetwork("tanh", [130, 9, 12]), Langevin, 3,
        networks: Global with { Cut = new ProductCut(Tile, 5) });

    [Fact]
    public void Cuts_that_the_device_chooses() => BothDevices.Compare(
        NetworkEmitterTests.ImageNetwork(2, 7, 6, [[5, 3, 1, 1]]), Langevin, 2, 2, networks: Global with { Cut = null });

    [Fact]
    public void Noise_before_the_gradient() => BothDevices.Compare(NetworkEmitterTests.DenseNetwork("elu", [70, 6]),
        new LangevinOptions { StepSize = 0.05f, NoiseScale = 0.1f, NoiseFirst = true }, 3, 4, networks: Global);

    public static TheoryData<string, float, float> Walls => new()
    {
        { "box", -1, 1 },
        { "one wall", 0, float.PositiveInfinity },
        { "no wall", float.NegativeInfinity, float.PositiveInfinity },
    };

    [Theory]
    [MemberData(nameof(Walls))]
    public void Trajectories_with_their_test(string walls, float low, float high)
    {
        Assert.NotEmpty(walls);
        StateSpace space = StateSpace.Box(Shape.Vector(70), low, high);
        Func<Device, Energy> make = BothDevices.Network(
            space, new DenseLayer { Outputs = 5 }, new SiluLayer(), new DenseLayer { Outputs = 1 });
        float[] masses = [.. Enumerable.Range(0, 70).Select(i => 0.5f + i % 5)];
        BothDevices.Compare(make, new MetropolisAdjustedLangevinOptions { StepSize = 0.1f }, 4, 4, networks: Global);
        BothDevices.Compare(make, new HamiltonianMonteCarloOptions { StepSize = 0.1f, LeapfrogSteps = 3, InverseMass = masses }, 3, 3,
            networks: Global);
        ProposalFigures? figures = BothDevices.Compare(make, new HamiltonianMonteCarloOptions { StepSize = 0.9f, LeapfrogSteps = 2 }, 5, 4,
            networks: Global);
        Assert.InRange(figures!.Value.Accepted, 1, 19);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_gradient_states_have_the_bits_of_the_processor(bool noiseFirst)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "This processor rounds between multiply and add.");
        using Device processor = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = Global;
        Assert.Equal(Walk(processor), Walk(gpu));

        // All weights are zero.
        uint[] Walk(Device device)
        {
            StateSpace space = StateSpace.Box(new Shape(3, 5, 7), -1, 1);
            Layer[] layers =
                [new ConvolutionLayer { Outputs = 4, Kernel = 3, Padding = 1 }, new FlattenLayer(), new DenseLayer { Outputs = 1 }];
            using NetworkEnergy energy = new(new Network(device, space.Shape, layers), space);
            using DeviceBuffer memory = device.Allocate(3L * space.Width);
            Rows rows = memory.AsRows(3, space.Width);
            device.Write(rows, (i, row) => space.FillNoise(new RandomStream(5, RandomPurpose.User, 0), (uint)i, row));
            using ChainLoop loop = new(device, energy, 3) { FirstChain = 9 };
            loop.Run(new LangevinOptions { NoiseScale = 0.3f, NoiseFirst = noiseFirst }.Create(energy), rows, 3,
                new RandomStream(1, RandomPurpose.User, 0), firstStep: (1L << 32) - 2);
            return [.. device.Download(rows).Select(BitConverter.SingleToUInt32Bits)];
        }
    }

    [Fact]
    public void Walls_that_are_not_there() => BothDevices.Compare(BothDevices.Network(StateSpace.Real(Shape.Vector(3)),
        new DenseLayer { Outputs = 4 }, new TanhLayer(), new DenseLayer { Outputs = 1 }), new LangevinOptions(), 2, 5, networks: Global);

    [Fact]
    public void Three_products_on_tensor_cores() => BothDevices.Compare(
        NetworkEmitterTests.ImageNetwork(1, 6, 6, [[5, 3, 1, 1]]), Langevin, 2, 2,
        networks: Global with { Cut = new ProductCut(new ProductTile(32, 32, 8, 8, 4), 1), Precision = ProductPrecision.Tf32x3 });

    [Fact]
    public void Rounded_products_on_tensor_cores() => BothDevices.Compare(
        NetworkEmitterTests.ImageNetwork(1, 6, 6, [[5, 3, 1, 1]]), Langevin, 2, 1, tolerance: 5e-3,
        networks: Global with { Cut = new ProductCut(new ProductTile(32, 32, 8, 8, 4), 1), Precision = ProductPrecision.Tf32 });

    [Fact]
    public void A_divergence_has_its_step_chain_and_value()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = Global;
        using NetworkEnergy energy = (NetworkEnergy)BothDevices.Network(StateSpace.Real(Shape.Vector(2)), new SquareLayer(),
            new SumLayer())(gpu);
        using DeviceBuffer memory = gpu.Allocate(6);
        Rows rows = memory.AsRows(3, 2);
        gpu.Upload([1, 1, 1, 1, 1e12f, 1], rows);
        using ChainLoop loop = new(gpu, energy, 3) { FirstChain = 7 };
        Sampler sampler = new LangevinOptions { StepSize = 1e4f, NoiseScale = 0 }.Create(energy);
        DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(sampler, rows, 6,
            new RandomStream(1, RandomPurpose.User, 0), firstStep: 40, TestContext.Current.CancellationToken));
        Assert.Equal((43, 9), (e.Step, e.Chain));
        Assert.False(double.IsFinite(e.Value));
    }

    [Fact]
    public void Every_kernel_with_a_lost_barrier_is_missed()
    {
        Func<Device, Energy> make = NetworkEmitterTests.ImageNetwork(2, 5, 5, [[9, 3, 1, 1]]);
        int kernels = 0;
        Run(make, text => text.Contains("bar.sync", StringComparison.Ordinal) ? Counted(text) : text);
        Assert.InRange(kernels, 5, 20);
        for (int i = 0; i < kernels; i++)
        {
            int left = i;
            PtxFault fault = Assert.Throws<PtxFault>(() => Run(make, text =>
            {
                int at = text.IndexOf("\tbar.sync 0;\n", StringComparison.Ordinal);
                return at >= 0 && left-- == 0 ? text.Remove(at, "\tbar.sync 0;\n".Length) : text;
            }));
            Assert.Contains("race", fault.Message, StringComparison.Ordinal);
        }

        string Counted(string text)
        {
            kernels++;
            return text;
        }
    }

    [Fact]
    public void A_network_that_does_not_fit_shared_memory_goes_this_way()
    {
        InterpretedGpu small = new()
        {
            Info = new InterpretedGpu().Info with { SharedBytesOfBlock = 4096 },
        };
        using GpuDevice gpu = new(small);
        using NetworkEnergy large = (NetworkEnergy)NetworkEmitterTests.DenseNetwork("silu", [4, 2000])(gpu);
        using NetworkEnergy fits = (NetworkEnergy)NetworkEmitterTests.DenseNetwork("silu", [4, 20])(gpu);
        Assert.Equal(KernelWay.GlobalMemory, gpu.WayOf(large));
        Assert.Equal(KernelWay.SharedMemory, gpu.WayOf(fits));
        Assert.Equal(KernelWay.SharedMemory, gpu.WayOf(new HarmonicEnergy(1, 4)));
    }

    [Fact]
    public void Trajectories_go_this_way_if_only_they_do_not_fit()
    {
        Func<Device, Energy> make = NetworkEmitterTests.DenseNetwork("silu", [130, 9]);
        using GpuDevice any = new(new InterpretedGpu());
        using NetworkEnergy planned = (NetworkEnergy)make(any);
        int bytes = NetworkOptions.SharedBytes(NetworkPlanner.Plan(planned.Network), any.Engine.Info, withTrajectories: false);
        InterpretedGpu engine = new() { Info = any.Engine.Info with { SharedBytesOfBlock = bytes } };
        using GpuDevice gpu = new(engine);
        using NetworkEnergy energy = (NetworkEnergy)make(gpu);
        using ChainLoop loop = new(gpu, energy, 2);
        using DeviceBuffer memory = gpu.Allocate(260);
        foreach ((SamplerOptions sampler, string kernel) in (ReadOnlySpan<(SamplerOptions, string)>)
            [(new LangevinOptions(), "langevin_1_64"), (new HamiltonianMonteCarloOptions { LeapfrogSteps = 2 }, "states_back")])
        {
            loop.Run(sampler.Create(energy), memory.AsRows(2, 130), 1, new RandomStream(1, RandomPurpose.User, 0),
                cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(kernel, engine.Compiled.Last(name => name != "pack"));
        }
        Assert.Equal(KernelWay.SharedMemory, gpu.WayOf(energy));
    }

    [Fact]
    public void Products_on_tensor_cores_go_this_way_too()
    {
        using GpuDevice gpu = new(new InterpretedGpu()) { Precision = ProductPrecision.Tf32x3 };
        using NetworkEnergy fits = (NetworkEnergy)NetworkEmitterTests.DenseNetwork("silu", [4, 20])(gpu);
        Assert.Equal(KernelWay.GlobalMemory, gpu.WayOf(fits));
        Assert.Equal(ProductPrecision.Tf32x3, gpu.Precision);
    }

    [Fact]
    public void Two_networks_take_turns_with_the_memory_and_changed_weights_count()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        gpu.Kernels.Networks = Global;
        using NetworkEnergy first = (NetworkEnergy)NetworkEmitterTests.DenseNetwork("none", [4])(gpu);
        using NetworkEnergy second = (NetworkEnergy)NetworkEmitterTests.DenseNetwork("silu", [4, 6])(gpu);
        using DeviceBuffer memory = gpu.Allocate(4);
        Rows states = memory.AsRows(1, 4);
        gpu.Upload([1, 2, 3, 4], states);
        float[] found = new float[1], again = new float[1];
        second.Evaluate(states, found);
        int open = engine.Open;
        first.Network.Write(first.Network.Plan.Parameters[0], [1, 10, 100, 1000]);
        first.Network.Write(first.Network.Plan.Parameters[1], [0.5f]);
        first.Commit();
        first.Evaluate(states, again);
        Assert.Equal(4321.5f, again[0]);
        second.Evaluate(states, again);
        Assert.Equal(found[0], again[0]);
        Assert.Equal(open + 2, engine.Open); // the weights of the first network, and the places of its packed ones
    }

    private static long BytesOfChain(Func<Device, Energy> make)
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = Global;
        Energy energy = make(gpu);
        using IDisposable? owner = energy as IDisposable;
        return gpu.Kernels.Global(energy)!.BytesOfChain;
    }

    private static void Run(Func<Device, Energy> make, Func<string, string> change)
    {
        using GpuDevice gpu = new(new InterpretedGpu { Change = change });
        gpu.Kernels.Networks = Global;
        Energy energy = make(gpu);
        using IDisposable? owner = energy as IDisposable;
        using ChainLoop loop = new(gpu, energy, 2);
        using DeviceBuffer memory = gpu.Allocate(2L * energy.Space.Width);
        loop.Run(Langevin.Create(energy), memory.AsRows(2, energy.Space.Width), 1, new RandomStream(1, RandomPurpose.User, 0));
    }
}
