using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Driver;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Blocks are timed on request, once; the clock is the test's, and each kernel takes what its name says.</summary>
public sealed class KernelTunerTests : IDisposable
{
    private static readonly GpuInfo Card = new InterpretedGpu().Info with { Capability = new Version(9, 0), ThreadsOfBlock = 32 };

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [], _launched = [], _compiled = [];
    private readonly HashSet<string> _tried = [];
    private readonly FakeClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_timed_or_written_without_a_request()
    {
        Ends found = Chains(tunes: false, n => n.Contains("kept", StringComparison.Ordinal) ? 1 : 9);
        Assert.False(found.Kernel.IsTimed);
        Assert.False(Directory.Exists(Folder));
        Assert.Equal(["langevin_2_32"], _launched);
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData("langevin_1_32", 1, 1, 0)]
    [InlineData("langevin_4_32", 4, 1, 0)]
    [InlineData("langevin_1_32_kept1", 1, 1, 1)]
    [InlineData("langevin_2_32_kept4", 2, 1, 4)]
    public void The_fastest_block_is_used_now_and_later(string fastest, int chains, int blocks, int cluster)
    {
        // Weights are tried for the three fastest blocks, so those of the same chains are fast, too.
        string family = fastest[..13];
        Ends found = Chains(tunes: true, n => n == fastest ? 3 : n.StartsWith(family, StringComparison.Ordinal) ? 4 : 7);
        Assert.True(found.Kernel.IsTimed);
        Assert.Equal((chains, cluster), (found.Kernel.Cut.Chains, found.Kernel.Cut.Cluster));
        Assert.InRange(found.Kernel.Cut.Blocks, blocks, 2);
        string line = Assert.Single(_said);
        Assert.Contains("blocks were timed for langevin of the network on", line, StringComparison.Ordinal);
        Assert.Contains("about 4 chains", line, StringComparison.Ordinal);
        Assert.Contains("takes 3 ms", line, StringComparison.Ordinal);
        Assert.Equal(fastest, _launched[^1]);
        Assert.Single(Directory.GetFiles(Folder));
        // The chains are those of a run that takes the block without timing, bit for bit.
        Assert.Equal(Chains(tunes: false, _ => 5, forced: found.Kernel.Cut).Numbers, found.Numbers);
        Assert.Equal(found.Numbers, Chains(tunes: false, _ => 5).Numbers);
        Assert.Equal([fastest], _launched);
        Assert.Equal([fastest], _compiled);
        Assert.Equal(found.Numbers, Chains(tunes: true, _ => 5).Numbers);
        Assert.Equal([fastest], _launched);
    }

    [Fact]
    public void Every_block_is_timed_by_a_median_unless_it_is_hopeless()
    {
        int turn = 0;
        // One launch that is slow by chance does not count.
        Ends found = Chains(tunes: true, n => n == "langevin_4_32" ? (turn++ == 4 ? 100 : 3) : 20);
        Assert.Equal(4, found.Kernel.Cut.Chains);
        // A first launch, one that says how many a sample takes, and five samples: for one block of a multiprocessor and for two, and
        // then the chains themselves.
        Assert.Equal(2 * (1 + 1 + 5) + 1, _launched.Count(n => n == "langevin_4_32"));
        // Those before were timed like that, and those after by one sample each.
        Assert.Equal((1 + 1 + 5) * 2, _launched.Count(n => n == "langevin_2_32"));
        Assert.Equal(1 + 1 + 1, _launched.Count(n => n == "langevin_2_32_kept1"));
    }

    [Fact]
    public void About_as_many_chains_share_what_was_found_and_others_do_not()
    {
        double Of(string name) => name.Contains("_1_", StringComparison.Ordinal) ? 3 : 6;
        Chains(tunes: true, Of, count: 5);
        Assert.Equal(1, Chains(tunes: false, Of, count: 4).Kernel.Cut.Chains);
        Assert.False(Chains(tunes: false, Of, count: 12).Kernel.IsTimed);
        Chains(tunes: true, Of, count: 12);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData("mala")]
    [InlineData("formula")]
    public void Trajectories_and_formulas_are_timed_too(string what)
    {
        SamplerOptions sampler = what == "mala" ? new MetropolisAdjustedLangevinOptions() : new HamiltonianMonteCarloOptions();
        Func<Device, Energy> make = what == "mala" ? Network : _ => new HarmonicEnergy(1, 2, 3);
        Ends found = Chains(tunes: true, n => n.Contains("_1_", StringComparison.Ordinal) ? 3 : 6, sampler: sampler, make: make);
        Assert.Equal((1, true), (found.Kernel.Cut.Chains, found.Kernel.IsTimed));
        Assert.Equal(Chains(tunes: false, _ => 1, forced: found.Kernel.Cut, sampler: sampler, make: make).Numbers, found.Numbers);
    }

    [Fact]
    public void A_block_that_the_driver_refuses_is_left_out()
    {
        Ends found = Chains(tunes: true, n => n.Contains("_1_", StringComparison.Ordinal) ? 3 : 6,
            change: t => t.Contains(".entry langevin_1_32(", StringComparison.Ordinal) ? throw new GpuException("too many registers") : t);
        Assert.NotEqual(1, found.Kernel.Cut.Chains);
        Assert.True(found.Kernel.IsTimed);
    }

    [Fact]
    public void Energies_and_gradients_are_timed_and_right()
    {
        float[] expected = Pass(tunes: false, out _), found = Pass(tunes: true, out CutKernel kernel);
        Assert.Equal((1, true), (kernel.Cut.Chains, kernel.IsTimed));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void Scores_on_streams_are_timed_too()
    {
        float[][] scores = [.. ((bool[])[false, true]).Select(tunes =>
        {
            using GpuDevice device = Device(tunes, n => n.Contains("_1_", StringComparison.Ordinal) ? 3 : 6);
            using NetworkEnergy energy = Network(device);
            RandomStream draws = new(1, RandomPurpose.User, 0);
            float[] found = EnergyOfStates.Run(device, energy, 6, (i, state) => draws.FillUniform(state, (uint)i));
            Assert.Equal(tunes, device.Kernels.Last!.IsTimed);
            return found;
        })];
        for (int i = 0; i < 6; i++)
            Assert.Equal(scores[0][i], scores[1][i], 1e-5f);
    }

    // They would be made while the clock runs.
    [Fact]
    public void Timed_launches_are_not_sent_as_graphs()
    {
        InterpretedGpu inner = new()
        {
            Info = Card,
            Launched = name =>
            {
                _clock.Advance(name.Contains("_1_", StringComparison.Ordinal) ? 0.1 : 0.2);
                return !_clock.IsTiming;
            },
        };
        RecordedGraphs graphs = new(inner);
        QueuedEngine engine = new(inner, graphs);
        using GpuDevice device = new(engine, new KernelTuner(engine, new TuningFiles(Folder, "a card", "13.0"), _said.Add, _clock))
        {
            Tunes = true,
        };
        using NetworkEnergy energy = Network(device);
        using ChainLoop loop = new(device, energy, 5);
        using DeviceBuffer memory = device.Allocate(20);
        loop.Run(new LangevinOptions().Create(energy), memory.AsRows(5, 4), 3, new RandomStream(11, RandomPurpose.SamplingChains, 0),
            cancellation: TestContext.Current.CancellationToken);
        Assert.True(device.Kernels.Last!.IsTimed);
        Assert.Single(_said);
        Assert.Empty(graphs.Launched);
        Assert.True(engine.Queue.UsesGraphs);
    }

    [Fact]
    public void Info_says_what_was_timed()
    {
        GpuInfo small = Card with { Multiprocessors = 1 };
        using GpuDevice device = Device(tunes: true, n => n.Contains("_1_", StringComparison.Ordinal) ? 3 : 6, gpu: small, runs: false);
        KernelFit[] fits = [.. device.Fit(Network, new LangevinOptions())];
        Assert.All(fits, f => Assert.True(f.IsTimed && f.Chains == 1 && f.WhyNot is null));
        Assert.Equal(["score", "langevin", "train"], fits.Select(f => f.Use));
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        device.Tunes = false;
        Assert.All(device.Fit(Network, new LangevinOptions()), f => Assert.True(f.IsTimed));
        Assert.Equal([true, false, true], device.Fit(Network, new MetropolisAdjustedLangevinOptions()).Select(f => f.IsTimed));
        Assert.All(KernelFit.Of(small, Network, new LangevinOptions()), f => Assert.False(f.IsTimed));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(90, 64)]
    [InlineData(91, 128)]
    [InlineData(128, 128)]
    [InlineData(8192, 8192)]
    public void Counts_are_grouped_by_powers_of_two(int count, int about) => Assert.Equal(about, KernelTuner.About(count));

    private string Folder => _folder.File("kernels");

    private GpuDevice Device(
        bool tunes, Func<string, double> milliseconds, Func<string, string>? change = null, GpuInfo? gpu = null, bool runs = true)
    {
        _launched.Clear();
        _tried.Clear();
        InterpretedGpu engine = new()
        {
            Info = gpu ?? Card,
            Change = text =>
            {
                string changed = change?.Invoke(text) ?? text;
                string name = text.Split(".entry ")[1].Split('(')[0];
                if (name != "pack")
                    _compiled.Add(name);
                return changed;
            },
            Launched = name =>
            {
                if (name == "pack")
                    return true;
                _launched.Add(name);
                _clock.Advance(milliseconds(name));
                return !_clock.IsTiming || (_tried.Add(name) && runs); // what is timed again need not run again
            },
        };
        _compiled.Clear();
        return new GpuDevice(engine, new KernelTuner(engine, new TuningFiles(Folder, "a card", "13.0"), _said.Add, _clock))
        {
            Tunes = tunes,
        };
    }

    private Ends Chains(bool tunes, Func<string, double> milliseconds, BlockCut? forced = null, int count = 5,
        SamplerOptions? sampler = null, Func<Device, Energy>? make = null, Func<string, string>? change = null)
    {
        // A block of a formula has 64 threads at least.
        using GpuDevice device = Device(tunes, milliseconds, change, make is null ? Card : Card with { ThreadsOfBlock = 64 });
        device.Kernels.Forced = forced;
        Energy energy = (make ?? Network)(device);
        using IDisposable? owner = energy as IDisposable;
        using ChainLoop loop = new(device, energy, count);
        using DeviceBuffer memory = device.Allocate((long)count * energy.Space.Width);
        Rows rows = memory.AsRows(count, energy.Space.Width);
        RandomStream start = new(5, RandomPurpose.SamplingStates, 0);
        device.Write(rows, (i, state) => energy.Space.FillNoise(start, (uint)i, state));
        loop.Run((sampler ?? new LangevinOptions()).Create(energy), rows, 3, new RandomStream(11, RandomPurpose.SamplingChains, 0));
        return new Ends(device.Kernels.Last!, [.. device.Download(rows), .. loop.Energies]);
    }

    private float[] Pass(bool tunes, out CutKernel kernel)
    {
        using GpuDevice device = Device(tunes, n => n.Contains("_1_", StringComparison.Ordinal) ? 3 : 6);
        using NetworkEnergy energy = Network(device);
        using NetworkPass pass = energy.Network.CreatePass(6);
        using DeviceBuffer memory = device.Allocate(6 * 4);
        Rows rows = memory.AsRows(6, 4);
        device.Write(rows, (i, row) => new RandomStream(5, RandomPurpose.User, 0).FillUniform(row, (uint)i, 0, 1));
        float[] outputs = device.Download(pass.Forward(rows));
        pass.Reverse([1, -1, 0.5f, 2, 1, 1]);
        kernel = device.Kernels.Last!;
        return [.. outputs, .. device.Download(pass.ParameterGradient)];
    }

    private static NetworkEnergy Network(Device device)
    {
        StateSpace space = StateSpace.Real(Shape.Vector(4));
        NetworkEnergy energy = new(new Network(
            device, space.Shape, [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]), space);
        energy.Initialize(2);
        return energy;
    }

    private sealed record Ends(CutKernel Kernel, float[] Numbers);
}
