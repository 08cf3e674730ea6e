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
    private readonly Training _plain, _along;
    private GlobalNetwork? _global;
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
        _plain = new Training(this, "weight_gradient", () => NetworkPlanner.Plan(network, trains: true));
        _along = new Training(this, "weight_gradient_along", () => NetworkPlanner.PlanAlong(network));
    }

    /// <inheritdoc/>
    public override GlobalNetwork? Global(bool withTrajectories)
    {
        if (!_ways.TryGetValue(withTrajectories, out KernelWay way))
            _ways[withTrajectories] = way = _options.WayOf(_plan, _engine.Info, withTrajectories);
        return way == KernelWay.SharedMemory ? null : _global ??= new GlobalNetwork(_engine, _plan, Constants, _options);
    }

    /// <summary>What runs the gradient of the weights layer by layer; null: a kernel takes a block of states through all of it.</summary>
    /// <param name="along">Whether it is that along directions of the states.</param>
    public GlobalNetwork? GlobalTraining(bool along) => Of(along).Global;

    /// <summary>Floats of a block's sums of the gradient of the weights, along directions or not.</summary>
    public int SumFloats => _plain.Plan.Targets.Length;

    /// <summary>Notes that the parameters have changed.</summary>
    public void Forget()
    {
        Refresh();
        _plain.Made?.Forget();
    }

    /// <summary>The kernel of the gradient of the weights. Its sums are the same along directions.</summary>
    /// <param name="along">Whether it is that along directions of the states.</param>
    /// <param name="count">Number of states, which the block's size depends on.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <param name="trial">Launches it on memory that nobody else uses, to time it; null: it is not timed now.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public CutKernel WeightGradient(bool along, int count, BlockCut? forced, Action<CutKernel>? trial = null)
    {
        Training training = Of(along);
        // No weights are kept: they change.
        KernelChoice choice = new(training.Kernel, count, BlockCut.OfWeights(_engine.Info, count, _plan.UsesOfWeight),
            most => BlockCandidates.OfWeights(_engine.Info, most), HasWeights: false,
            frame => WeightGradientKernel.Write(frame, new NetworkEmitter(frame, training.Plan), SumFloats));
        return Find(choice, forced is { } only ? only with { Cluster = 0 } : null, trial);
    }

    /// <summary>Adds the sums of blocks to the gradient.</summary>
    /// <param name="sums">The sums, one block's after the other's.</param>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="gradient">The gradient.</param>
    public void AddSums(KernelArgument sums, int blocks, KernelArgument gradient)
    {
        KernelArgument targets = _sum is null
            ? _targets.Fill(MemoryMarshal.Cast<int, float>(_plain.Plan.Targets))
            : _targets.Take(0);
        _sum ??= _engine.Compile(WeightSumKernel.Write(SumFloats));
        _sum.Launch((SumFloats + WeightSumKernel.Threads - 1) / WeightSumKernel.Threads, sums, targets, gradient, (uint)blocks);
    }

    /// <inheritdoc/>
    public override void Release()
    {
        _global?.Release();
        _plain.Made?.Release();
        _along.Made?.Release();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _global?.Dispose();
        _plain.Made?.Dispose();
        _along.Made?.Dispose();
        _sum?.Dispose();
        _pack?.Dispose();
        _targets.Dispose();
        _sources.Dispose();
        base.Dispose();
    }

    private Training Of(bool along) => along ? _along : _plain;

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

    /// <summary>The gradient of the weights by one plan.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kernel">The name of its kernel in shared memory.</param>
    /// <param name="make">Makes the plan.</param>
    private sealed class Training(GpuNetwork network, string kernel, Func<KernelPlan> make)
    {
        private KernelPlan? _plan;
        private KernelWay? _way;

        public string Kernel => kernel;

        public KernelPlan Plan => _plan ??= make();

        /// <summary>What runs it over global memory, as far as it was made.</summary>
        public GlobalNetwork? Made { get; private set; }

        public GlobalNetwork? Global
        {
            get
            {
                _way ??= network._options.WayOfTraining(Plan, network._engine.Info);
                return _way == KernelWay.SharedMemory
                    ? null
                    : Made ??= new GlobalNetwork(network._engine, Plan, network.Constants, network._options);
            }
        }
    }
}
