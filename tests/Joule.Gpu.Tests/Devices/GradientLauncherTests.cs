using Joule.Compute;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Kernels;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Training passes on the device: what they allocate, how they are cut, and what is refused.</summary>
public sealed class GradientLauncherTests
{
    private static readonly GpuInfo Card = new(0, "a card", new Version(9, 0), 1L << 36)
    {
        Multiprocessors = 132,
        SharedBytesOfMultiprocessor = 228 * 1024,
    };

    private static readonly Layer[] Layers = [SampleNetworks.Dense(3), new SiluLayer(), SampleNetworks.Dense(1)];

    [Theory]
    [InlineData(8, 100_000, 1000, 1)] // one group of states, one block
    [InlineData(8000, 50_000, 1000, 264)] // two blocks of a multiprocessor
    [InlineData(8000, 200_000, 1000, 132)] // whose shared memory has room for one alone
    [InlineData(8000, 50_000, 1 << 20, 64)] // sums of 4 MiB: 256 MiB in all
    [InlineData(8000, 50_000, 1 << 27, 1)]
    public void Blocks_are_as_many_as_run_at_a_time_and_as_memory_allows(int states, int sharedBytes, int sumFloats, int blocks) =>
        Assert.Equal(blocks, GradientLauncher.Blocks(Card, new CutKernel(null!, new BlockCut(8, 512), sharedBytes), states, sumFloats));

    [Fact]
    public void A_pass_allocates_outputs_weights_and_gradient_alone()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using Network network = new(gpu, Shape.Vector(4), Layers);
        int before = engine.Open;
        using NetworkPass pass = network.CreatePass(1000);
        Assert.Equal(2, engine.Open - before);
        Assert.Equal(1000, pass.Capacity);
    }

    [Fact]
    public void A_pass_along_directions_allocates_no_tapes()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using Network network = new(gpu, Shape.Vector(4), Layers);
        int before = engine.Open;
        using DirectionalPass pass = network.CreatePass(1000, 1);
        Assert.Equal(3, engine.Open - before); // outputs, weights, and the gradient
        Assert.Equal((1000, 1), (pass.Capacity, pass.Order));
    }

    [Fact]
    public void A_pass_along_directions_is_an_ordinary_one_too()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Network network = new(gpu, Shape.Vector(4), Layers);
        network.Initialize(3);
        using DirectionalPass pass = network.CreatePass(3, 1);
        using NetworkPass ordinary = network.CreatePass(3);
        using DeviceBuffer memory = gpu.Allocate(12);
        gpu.Upload([.. Enumerable.Range(0, 12).Select(i => i % 5 - 2f)], memory.AsRows(3, 4));
        Assert.Equal(gpu.Download(ordinary.Forward(memory.AsRows(3, 4))), gpu.Download(pass.Forward(memory.AsRows(3, 4))));
        pass.Reverse([1, -2, 3]);
        ordinary.Reverse([1, -2, 3]);
        Assert.Equal(gpu.Download(ordinary.ParameterGradient), gpu.Download(pass.ParameterGradient));
    }

    [Fact]
    public void What_runs_before_a_reverse_along_directions_may_write_them_and_the_order_of_calls_is_checked()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Network network = new(gpu, Shape.Vector(4), Layers);
        network.Initialize(3);
        using DirectionalPass pass = network.CreatePass(2, 1);
        using DeviceBuffer memory = gpu.Allocate(24);
        Rows all = memory.AsRows(6, 4), states = all.Slice(0, 2), slopes = all.Slice(2, 2), directions = all.Slice(4, 2);
        gpu.Upload([1, 2, 3, 4, -1, 0, 1, 0], states);
        CopyProgram copy = new();
        copy.Prepare(slopes, directions);
        pass.ForwardGradient(states, slopes);
        pass.ReverseGradient([0, 0], directions, [copy], [network.CommitProgram]);
        Assert.Contains(gpu.Download(pass.ParameterGradient), g => g != 0);
        Assert.Throws<InvalidOperationException>(() => pass.ReverseGradient([0, 0], directions, [], []));
        using CancellationTokenSource source = new();
        pass.Cancellation = source.Token;
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => pass.ForwardGradient(states, slopes));
    }

    [Fact]
    public void Programs_before_and_beside_run_in_order()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Network network = new(gpu, Shape.Vector(4), Layers), other = new(gpu, Shape.Vector(4), Layers);
        using NetworkPass pass = network.CreatePass(2);
        using DeviceBuffer memory = gpu.Allocate(8);
        float[] found = new float[1];
        foreach ((Network changed, float expected) in new[] { (network, 5f), (network, 7f), (other, 7f) })
        {
            changed.Write(changed.Plan.Parameters[3], [changed == other ? 9 : expected]);
            gpu.Download(pass.Forward(memory.AsRows(2, 4), changed.CommitProgram).Slice(1, 1), found);
            Assert.Equal(expected, found[0]);
        }
        network.Write(network.Plan.Parameters[3], [11]);
        pass.Reverse([1, 1], other.CommitProgram, network.CommitProgram);
        gpu.Download(pass.Forward(memory.AsRows(1, 4)), found);
        Assert.Equal(11, found[0]);
    }

    [Fact]
    public void A_stopped_pass_stops_before_its_next_launch()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Network network = new(gpu, Shape.Vector(4), Layers);
        using CancellationTokenSource source = new();
        using NetworkPass pass = network.CreatePass(1);
        using DeviceBuffer memory = gpu.Allocate(4);
        pass.Cancellation = source.Token;
        pass.Forward(memory.AsRows(1, 4));
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => pass.Reverse([1]));
        Assert.Throws<OperationCanceledException>(() => pass.Forward(memory.AsRows(1, 4)));
        Assert.All(gpu.Download(pass.ParameterGradient), g => Assert.Equal(0, g));
    }

    [Fact]
    public void No_states_and_no_weights_are_nothing_to_do()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Network network = new(gpu, Shape.Vector(4), Layers), sum = new(gpu, Shape.Vector(4), [new SquareLayer(), new SumLayer()]);
        using NetworkPass pass = network.CreatePass(2), without = sum.CreatePass(2);
        using DeviceBuffer memory = gpu.Allocate(8);
        Assert.Equal(0, pass.Forward(memory.AsRows(2, 4).Slice(0, 0)).Count);
        pass.Reverse([]);
        Assert.All(gpu.Download(pass.ParameterGradient), g => Assert.Equal(0, g));
        without.Forward(memory.AsRows(2, 4));
        without.Reverse([1, 2]);
    }

    [Theory]
    [InlineData(7, 160 * 1024, "weight_gradient_4_64")]
    [InlineData(7, 4096, "weight_gradient_4_64")]
    [InlineData(300, 4096, "weights")] // whose chains fit shared memory, but not four states with slopes and sums
    [InlineData(900, 4096, "weights")]
    public void A_network_is_trained_in_shared_memory_if_that_has_room_for_states_that_pay(int width, int sharedBytes, string kernel)
    {
        InterpretedGpu card = new() { Info = new InterpretedGpu().Info with { SharedBytesOfBlock = sharedBytes } };
        Layer[] layers = [SampleNetworks.Dense(width), new SiluLayer(), SampleNetworks.Dense(1)];
        BothPasses.Compare(Shape.Vector(4), layers, 5, card: card);
        Assert.Contains(kernel, card.Compiled);
        using Device processor = Device.Cpu(1);
        using Network network = new(processor, Shape.Vector(4), layers);
        KernelWay ofChains = new NetworkOptions().WayOf(NetworkPlanner.Plan(network), card.Info, withTrajectories: false);
        Assert.Equal(width > 300 ? KernelWay.GlobalMemory : KernelWay.SharedMemory, ofChains);
    }

    [Fact]
    public void Weights_whose_sums_are_too_many_for_all_multiprocessors_go_over_global_memory()
    {
        using Device processor = Device.Cpu(1);
        foreach ((int width, KernelWay way) in (ReadOnlySpan<(int, KernelWay)>)
            [(300, KernelWay.SharedMemory), (700, KernelWay.GlobalMemory)])
        {
            using Network network = new(processor, Shape.Vector(800), [SampleNetworks.Dense(width), SampleNetworks.Dense(1)]);
            KernelPlan plan = NetworkPlanner.Plan(network, trains: true);
            GpuInfo card = Card with { SharedBytesOfBlock = 227 * 1024, ThreadsOfBlock = 1024 };
            Assert.Equal(way, new NetworkOptions().WayOfTraining(plan, card));
            Assert.InRange(NetworkOptions.TrainingBytes(plan, card), 1, card.SharedBytesOfBlock);
        }
    }

    [Fact]
    public void What_forward_keeps_counts_once_and_for_the_same_states_and_weights_alone()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory, Cut = new ProductCut(new ProductTile(8, 8, 8, 4, 4), 1) };
        using Network network = new(gpu, Shape.Vector(4), Layers);
        network.Initialize(3);
        using NetworkPass first = network.CreatePass(2), second = network.CreatePass(2);
        using DeviceBuffer memory = gpu.Allocate(16);
        gpu.Upload([.. Enumerable.Range(0, 16).Select(i => i % 5 - 1.5f)], memory.AsRows(4, 4));
        Rows states = memory.AsRows(4, 4).Slice(0, 2), others = memory.AsRows(4, 4).Slice(2, 2);
        first.Forward(states);
        first.Reverse([1, 2]);
        float[] once = gpu.Download(first.ParameterGradient);
        Assert.Contains(once, g => Math.Abs(g) > 0.1);
        // Its values have been overwritten.
        first.Reverse([1, 2]);
        Near(once, 2, first);
        // Those of other states are there.
        first.Forward(states);
        second.Forward(others);
        first.Reverse([1, 2]);
        Near(once, 3, first);
        // Others, which were not kept, with weights of an energy that has no part in it.
        second.Reverse([0, 0]);
        Near(once, 0, second);
        // The weights are those of the last commit.
        second.Forward(states);
        network.Write(network.Plan.Parameters[2], [0, 0, 0]);
        network.Commit();
        second.Reverse([1, 2]);
        float[] found = gpu.Download(second.ParameterGradient);
        Assert.All(found[..network.Plan.Parameters[2].Offset], g => Assert.Equal(0, g));
        Assert.Equal(3, found[^1]);

        void Near(float[] expected, int times, NetworkPass pass)
        {
            float[] all = gpu.Download(pass.ParameterGradient);
            for (int i = 0; i < all.Length; i++)
                Assert.Equal(times * expected[i], all[i], 1e-5);
        }
    }

    [Fact]
    public void A_pass_over_global_memory_runs_forward_once()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
        using Network network = new(gpu, Shape.Vector(4), Layers);
        using NetworkPass pass = network.CreatePass(2);
        using DeviceBuffer memory = gpu.Allocate(8);
        pass.Forward(memory.AsRows(2, 4));
        int before = engine.Counts.Kernels;
        pass.Reverse([1, 2]);
        int reverse = engine.Counts.Kernels - before;
        pass.Reverse([1, 2]);
        Assert.Equal(2, engine.Counts.Kernels - before - 2 * reverse); // the states and a layer once more
    }

    [Fact]
    public void What_it_cannot_run_is_refused_with_the_reason()
    {
        using GpuDevice gpu = new(new InterpretedGpu
        {
            Info = new GpuInfo(0, "a small card", new Version(8, 0), 1 << 20) { Multiprocessors = 1, SharedBytesOfBlock = 4096 },
        });
        Assert.Contains("end in one number", Refusal(gpu, SampleNetworks.Dense(3)), StringComparison.Ordinal);
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.SharedMemory };
        Assert.Contains("The kernel \"energy\" of the network on 4 keeps",
            Refusal(gpu, SampleNetworks.Dense(900), new SiluLayer(), SampleNetworks.Dense(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Directions_that_it_cannot_follow_are_refused_with_the_reason()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.SharedMemory };
        using Network network = new(gpu, Shape.Vector(4), [SampleNetworks.Dense(12000), new SiluLayer(), SampleNetworks.Dense(1)]);
        using DirectionalPass pass = network.CreatePass(2, 2);
        using DeviceBuffer memory = gpu.Allocate(24);
        Rows states = memory.AsRows(6, 4).Slice(0, 2), others = memory.AsRows(6, 4).Slice(2, 2);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => pass.ForwardAlong(states, others));
        Assert.Contains("cannot run a network's forward pass along directions", e.Message, StringComparison.Ordinal);
        pass.ForwardGradient(states, others);
        e = Assert.Throws<InvalidInputException>(() => pass.ReverseGradient([0, 0], others, [], []));
        Assert.Contains("The kernel \"weight_gradient_along\" of the network on 4 keeps", e.Message, StringComparison.Ordinal);
    }

    private static string Refusal(GpuDevice gpu, params Layer[] layers)
    {
        using Network network = new(gpu, Shape.Vector(4), layers);
        using NetworkPass pass = network.CreatePass(2);
        using DeviceBuffer memory = gpu.Allocate(8);
        return Assert.Throws<InvalidInputException>(() =>
        {
            pass.Forward(memory.AsRows(2, 4));
            pass.Reverse([1, 2]);
        }).Message;
    }
}
