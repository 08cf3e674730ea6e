using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Devices;
using Joule.Gpu.Tests.Ptx;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Weights that a block or a cluster keeps give the bits of those that are read from global memory.</summary>
public sealed class ResidentWeightsTests
{
    private const string ClusterBarrier = "\tbarrier.cluster.arrive.aligned;\n\tbarrier.cluster.wait.aligned;\n";

    private static readonly GpuInfo Card = new InterpretedGpu().Info with { Capability = new Version(9, 0) };

    private static readonly (Shape Shape, Layer[] Layers) Dense = (Shape.Vector(75),
        [SampleNetworks.Dense(33), new SiluLayer(), SampleNetworks.Dense(14), new TanhLayer(), SampleNetworks.Dense(1)]);

    public static TheoryData<string> Networks => [.. SampleNetworks.All.Keys.Where(n => n is not ("a linear energy" or "a sum"))];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_runs_with_weights_of_its_own_and_in_clusters(string name)
    {
        (Shape, Layer[]) network = SampleNetworks.All[name];
        Ends expected = Run(network, new BlockCut(2, 64));
        foreach (int cluster in (int[])[1, 2, 8])
            Compare(expected, Run(network, new BlockCut(2, 64, 1, cluster)));
    }

    [Theory]
    [InlineData("mala", 1)]
    [InlineData("mala", 4)]
    [InlineData("hmc", 2)]
    [InlineData("noise first", 4)]
    public void Every_sampler_runs(string sampler, int cluster) => Compare(
        Run(Dense, new BlockCut(1, 64), sampler), Run(Dense, new BlockCut(1, 64, 1, cluster), sampler));

    // The first parts of a job lie in shared memory, and the others do not.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void What_does_not_fit_is_read_from_global_memory(int cluster)
    {
        Ends expected = Run(Dense, new BlockCut(1, 64));
        int least = expected.Kernel.SharedBytes, before = 0;
        List<int> kept = [];
        for (int room = 0; room < 8_000; room += 1_000)
        {
            GpuInfo small = Card with { SharedBytesOfBlock = least + room };
            Ends found = Run(Dense, new BlockCut(1, 64, 1, cluster), gpu: small);
            Compare(expected, found);
            Assert.InRange(found.Kernel.SharedBytes, least, least + room);
            Assert.InRange(found.Kernel.ResidentBytes, before, room);
            kept.Add(before = found.Kernel.ResidentBytes);
        }
        Assert.Equal(0, kept[0]);
        Assert.InRange(kept.Distinct().Count(), 3, 8);
    }

    [Fact]
    public void Two_blocks_of_a_multiprocessor_share_its_memory()
    {
        Ends found = Run(Dense, new BlockCut(1, 64, 2, 1), gpu: Card with { SharedBytesOfMultiprocessor = 20 * 1024 });
        Assert.InRange(found.Kernel.SharedBytes, found.Kernel.ResidentBytes + 1, 9 * 1024);
        Compare(Run(Dense, new BlockCut(1, 64)), found);
    }

    [Fact]
    public void A_launch_has_whole_clusters_and_only_they_need_a_later_card()
    {
        string text = "";
        Ends found = Run(Dense, new BlockCut(1, 64, 1, 4), change: t => text = t);
        Assert.Equal((4, 8), (found.Kernel.Cluster, found.Kernel.Blocks(5)));
        Assert.Contains(".target sm_90\n", text, StringComparison.Ordinal);
        Assert.Contains(".explicitcluster\n.reqnctapercluster 4, 1, 1\n", text, StringComparison.Ordinal);
        Run(Dense, new BlockCut(1, 64, 1, 1), change: t => text = t);
        Assert.Contains(".target sm_80\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cluster", text, StringComparison.Ordinal);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() =>
            Run(Dense, new BlockCut(1, 64, 1, 4), gpu: Card with { Capability = new Version(8, 9) }));
        Assert.Contains("shared memory", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Energies_keep_only_the_weights_of_the_forward_pass()
    {
        Ends found = Run(Dense, new BlockCut(1, 64, 1, 1));
        Assert.InRange(found.Energy.ResidentBytes, 1, found.Kernel.ResidentBytes - 1);
        Assert.Equal(2, found.Energy.Cut.Cluster + found.Kernel.Cut.Cluster);
    }

    // Tests of the tests.
    [Theory]
    [InlineData(0, "a race: the other block may not have begun")]
    [InlineData(1, "a race: the other block has ended")]
    public void A_barrier_of_the_cluster_is_missed_if_it_is_gone(int barrier, string expected)
    {
        string? message = null;
        try
        {
            Run(Dense, new BlockCut(1, 64, 1, 2), change: text =>
            {
                Assert.Equal(2, text.Split(ClusterBarrier).Length - 1);
                int at = text.IndexOf(ClusterBarrier, StringComparison.Ordinal);
                if (barrier == 1)
                    at = text.IndexOf(ClusterBarrier, at + 1, StringComparison.Ordinal);
                return string.Concat(text.AsSpan(0, at), "\tbar.sync 0;\n", text.AsSpan(at + ClusterBarrier.Length));
            });
        }
        catch (PtxFault fault)
        {
            message = fault.Message;
        }
        Assert.Contains(expected, message ?? "no fault", StringComparison.Ordinal);
    }

    private static Ends Run((Shape Shape, Layer[] Layers) network, BlockCut cut, string sampler = "langevin", GpuInfo? gpu = null,
        Func<string, string>? change = null)
    {
        InterpretedGpu engine = new()
        {
            Info = gpu ?? Card,
            Change = text => text.Contains(".entry pack(", StringComparison.Ordinal) ? text : change?.Invoke(text) ?? text,
        };
        using GpuDevice device = new(engine);
        device.Kernels.Forced = cut;
        StateSpace space = StateSpace.Box(network.Shape, -1, 1);
        using NetworkEnergy energy = new(new Network(device, network.Shape, network.Layers), space);
        energy.Initialize(4);
        const int Count = 5;
        SamplerOptions options = sampler switch
        {
            "mala" => new MetropolisAdjustedLangevinOptions { StepSize = 0.2f },
            "hmc" => new HamiltonianMonteCarloOptions { StepSize = 0.2f, LeapfrogSteps = 2 },
            _ => new LangevinOptions { StepSize = 0.1f, NoiseScale = 0.1f, NoiseFirst = sampler == "noise first" },
        };
        using ChainLoop loop = new(device, energy, Count);
        using DeviceBuffer memory = device.Allocate((long)Count * space.Width);
        Rows rows = memory.AsRows(Count, space.Width);
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        device.Write(rows, (i, state) => space.FillNoise(start, (uint)i, state));
        loop.Run(options.Create(energy), rows, 2, new RandomStream(11, RandomPurpose.SamplingChains, 0));
        CutKernel kernel = device.Kernels.Last!;
        float[] states = device.Download(rows), evaluated = new float[Count];
        energy.Evaluate(rows, evaluated);
        return new Ends(kernel, device.Kernels.Last!, [.. states, .. loop.Energies, .. loop.SquaredNorms, .. evaluated]);
    }

    private static void Compare(Ends expected, Ends found)
    {
        Assert.DoesNotContain(expected.Numbers, float.IsNaN);
        Assert.Equal(expected.Numbers, found.Numbers);
    }

    private sealed record Ends(CutKernel Kernel, CutKernel Energy, float[] Numbers);
}
