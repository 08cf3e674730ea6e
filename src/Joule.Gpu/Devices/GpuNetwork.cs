using System.Runtime.InteropServices;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Networks;

namespace Joule.Gpu.Devices;

/// <summary>A network on a GPU, for energies, chains and the gradient of its weights, which all read the same packed weights.</summary>
internal sealed class GpuNetwork : GpuEnergy
{
    private readonly IGpuEngine _engine;
    private readonly Network _network;
    private readonly KernelPlan _plan;
    private readonly GpuScratch _targets, _sources;
    private readonly NetworkOptions _options;
    private readonly Dictionary<bool, KernelWay> _ways = []; // by whether chains have trajectories
    private GlobalNetwork? _global, _globalTraining, _globalAlong;
    private KernelWay? _trainingWay, _alongWay;
    private KernelPlan? _training, _along;
    private IGpuKernel? _sum, _pack;

    /// <summary>Plans the network.</summary>
    /// <param name="engine">The GPU.</param>
    /// <param name="network">The network.</param>
    /// <param name="options">How networks run.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run a layer; the message says which, and why.</exception>
    public GpuNetwork(IGpuEngine engine, Network network, NetworkOptions options) : base(engine, $"the network on {network.Plan.Input}")
    {
        (_engine, _network, _plan) = (engine, network, NetworkPlanner.Plan(network));
        _targets = new GpuScratch(engine, "the places of a network's parameters");
        _sources = new GpuScratch(engine, "the places of packed weights");
        _options = options;
    }

    /// <inheritdoc/>
    public override GlobalNetwork? Global(bool withTrajectories)
    {
        if (!_ways.TryGetValue(withTrajectories, out KernelWay way))
            _ways[withTrajectories] = way = _options.WayOf(_plan, _engine.Info, withTrajectories);
        return way == KernelWay.SharedMemory ? null : _global ??= new GlobalNetwork(_engine, _plan, Constants, _options);
    }

    /// <summary>What runs the gradient of the weights layer by layer; null: a kernel takes a block of states through all of it.</summary>
    public GlobalNetwork? GlobalTraining
    {
        get
        {
            _trainingWay ??= _options.WayOfTraining(Training, _engine.Info);
            return _trainingWay == KernelWay.SharedMemory ? null
                : _globalTraining ??= new GlobalNetwork(_engine, Training, Constants, _options);
        }
    }

    /// <summary>As <see cref="GlobalTraining"/>, for the gradient of the weights along directions of the states.</summary>
    public GlobalNetwork? GlobalAlong
    {
        get
        {
            _alongWay ??= _options.WayOfTraining(Along, _engine.Info);
            return _alongWay == KernelWay.SharedMemory ? null : _globalAlong ??= new GlobalNetwork(_engine, Along, Constants, _options);
        }
    }

    /// <summary>Floats of a block's sums of the gradient of the weights.</summary>
    public int SumFloats => Training.Targets.Length;

    private KernelPlan Training => _training ??= NetworkPlanner.Plan(_network, trains: true);

    private KernelPlan Along => _along ??= NetworkPlanner.PlanAlong(_network);

    /// <summary>Notes that the parameters have changed.</summary>
    public void Forget()
    {
        Refresh();
        _globalTraining?.Forget();
        _globalAlong?.Forget();
    }

    /// <summary>The kernel of the gradient of the weights.</summary>
    /// <param name="count">Number of states, which the block's size depends on.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <param name="trial">Launches it on memory that nobody else uses, to time it; null: it is not timed now.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public CutKernel WeightGradient(int count, BlockCut? forced, Action<CutKernel>? trial = null) =>
        Find(Gradient("weight_gradient", count, () => Training), WithoutCluster(forced), trial);

    /// <summary>The kernel of the gradient of the weights along directions of the states; its sums are those of the other one.</summary>
    /// <inheritdoc cref="WeightGradient"/>
    public CutKernel WeightGradientAlong(int count, BlockCut? forced, Action<CutKernel>? trial = null) =>
        Find(Gradient("weight_gradient_along", count, () => Along), WithoutCluster(forced), trial);

    /// <summary>Adds the sums of blocks to the gradient.</summary>
    /// <param name="sums">The sums, one block's after the other's.</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="gradient">The gradient.</param>
    public void AddSums(KernelArgument sums, int blocks, KernelArgument gradient)
    {
        KernelArgument targets = _sum is null
            ? _targets.Fill(MemoryMarshal.Cast<int, float>(Training.Targets))
            : _targets.Take(0);
        _sum ??= _engine.Compile(WeightSumKernel.Write(SumFloats));
        _sum.Launch((SumFloats + WeightSumKernel.Threads - 1) / WeightSumKernel.Threads, sums, targets, gradient, (uint)blocks);
    }

    /// <inheritdoc/>
    public override void Release()
    {
        _global?.Release();
        _globalTraining?.Release();
        _globalAlong?.Release();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _global?.Dispose();
        _globalTraining?.Dispose();
        _globalAlong?.Dispose();
        _sum?.Dispose();
        _pack?.Dispose();
        _targets.Dispose();
        _sources.Dispose();
        base.Dispose();
    }

    // No weights are kept: they change.
    private KernelChoice Gradient(string kind, int count, Func<KernelPlan> plan) => new(
        kind, count, BlockCut.OfWeights(_engine.Info, count, _plan.UsesOfWeight), BlockCandidates.OfWeights(_engine.Info, count),
        HasWeights: false, frame => WeightGradientKernel.Write(frame, new NetworkEmitter(frame, plan()), SumFloats))
    {
        MostChains = BlockCandidates.OfWeights(_engine.Info, int.MaxValue).Max(c => c.Chains),
    };

    private static BlockCut? WithoutCluster(BlockCut? forced) => forced is { } only ? only with { Cluster = 0 } : null;

    /// <inheritdoc/>
    protected override IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count) => BlockCut.OfNetwork(gpu, count);

    /// <inheritdoc/>
    protected override IEnumerable<BlockCut> Candidates(GpuInfo gpu, int count) => BlockCandidates.OfNetwork(gpu, count);

    /// <inheritdoc/>
    protected override bool HasWeights => true;

    /// <inheritdoc/>
    protected override EnergyEmitter Emitter(BlockFrame frame) => new NetworkEmitter(frame, _plan);

    // Parameters that lie in the memory of the same GPU do not leave it: every update of a training comes by here.
    /// <inheritdoc/>
    protected override KernelArgument Fill(GpuScratch constants)
    {
        if (_network.Device is not GpuDevice device || device.Engine != _engine)
            return constants.Fill(WeightSource.Pack(_plan.Sources, _network.Device.Download(_network.Parameters)));
        int count = _plan.Sources.Length;
        KernelArgument to = constants.Take(count), sources = _pack is null
            ? _sources.Fill(MemoryMarshal.Cast<int, float>(_plan.Sources))
            : _sources.Take(0);
        _pack ??= _engine.Compile(PackKernel.Write(count));
        _pack.Launch(PackKernel.Blocks(count), sources, KernelArgument.Address(GpuBuffer.AddressOf(_network.Parameters)), to);
        return to;
    }
}
