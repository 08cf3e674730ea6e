using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Networks;

namespace Joule.Gpu.Devices;

/// <summary>An energy on a GPU: its constants in the GPU's memory, and the kernels that were compiled for it.</summary>
internal abstract class GpuEnergy : IDisposable
{
    private readonly IGpuEngine _engine;
    private readonly Energy _energy;
    private readonly Dictionary<string, List<CutKernel>> _kernels = new(StringComparer.Ordinal);
    private readonly GpuScratch _constants;
    private bool _isFresh;

    /// <summary>Prepares an energy.</summary>
    protected GpuEnergy(IGpuEngine engine, Energy energy)
    {
        (_engine, _energy) = (engine, energy);
        _constants = new GpuScratch(engine, "the weights of an energy");
    }

    /// <summary>An energy on a GPU.</summary>
    /// <param name="engine">The GPU.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="options">How networks run.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run it; the message says why.</exception>
    public static GpuEnergy Of(IGpuEngine engine, Energy energy, NetworkOptions options) => energy switch
    {
        NetworkEnergy network => new OfNetwork(engine, network, options),
        ISeparableFormula or IStateFormula => new OfFormula(engine, energy),
        _ => throw new InvalidInputException($"The GPU has no kernel for {energy.GetType().Name} on {energy.Space}: it runs energies that "
            + "are a network, and those that write their formula. Run this one on the CPU."),
    };

    /// <summary>What runs the energy layer by layer; null: a kernel takes a block of chains through all of it.</summary>
    /// <param name="withTrajectories">Whether chains with leapfrog trajectories are to run.</param>
    public virtual GlobalNetwork? Global(bool withTrajectories) => null;

    /// <summary>The address of the constants, which are brought up to date.</summary>
    public KernelArgument Constants()
    {
        if (_isFresh)
            return _constants.Take(0);
        KernelArgument at = _constants.Fill(Numbers());
        _isFresh = true;
        return at;
    }

    /// <summary>Notes that the parameters of a network have changed.</summary>
    public virtual void Forget(Network network) { }

    /// <summary>A kernel on the energy, compiled once for each size of block.</summary>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="count">Number of chains or states, which the block's size depends on.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public CutKernel Find(string kind, int count, Func<BlockFrame, EnergyEmitter, KernelText> write, BlockCut? forced)
    {
        if (!_kernels.TryGetValue(kind, out List<CutKernel>? known))
            _kernels[kind] = known = [];
        int least = int.MaxValue;
        foreach (BlockCut cut in forced is { } only ? [only] : Cuts(_engine.Info, count))
        {
            if (known.Find(k => k.Cut == cut) is { } found)
                return found;
            BlockFrame frame = new(cut.Chains, cut.Threads);
            EnergyEmitter emitter = Emitter(frame);
            KernelText text = write(frame, emitter);
            Written(emitter);
            least = Math.Min(least, text.SharedBytes / cut.Chains);
            if (text.SharedBytes > _engine.Info.SharedBytesOfBlock)
                continue;
            CutKernel kernel = new(_engine.Compile(text), cut, text.SharedBytes);
            known.Add(kernel);
            return kernel;
        }
        throw new InvalidInputException($"The kernel \"{kind}\" of {_energy.GetType().Name} on {_energy.Space} keeps {least:N0} bytes of "
            + $"each chain in shared memory; {_engine.Info.Name} has {_engine.Info.SharedBytesOfBlock:N0} for a block. "
            + "Make the layers or the states smaller, or run it on the CPU.");
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (CutKernel kernel in _kernels.Values.SelectMany(k => k))
            kernel.Kernel.Dispose();
        _constants.Dispose();
    }

    /// <summary>The blocks to try, best first.</summary>
    protected abstract IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count);

    /// <summary>Begins a kernel.</summary>
    protected abstract EnergyEmitter Emitter(BlockFrame frame);

    /// <summary>Called when a kernel is written.</summary>
    protected virtual void Written(EnergyEmitter emitter) { }

    /// <summary>The constants.</summary>
    protected abstract float[] Numbers();

    /// <summary>Lets the constants be read again.</summary>
    protected void Refresh() => _isFresh = false;

    private sealed class OfNetwork : GpuEnergy
    {
        private readonly NetworkEnergy _network;
        private readonly NetworkOptions _options;
        private readonly KernelPlan _plan;
        private readonly Dictionary<bool, KernelWay> _ways = [];
        private GlobalNetwork? _global;

        public OfNetwork(IGpuEngine engine, NetworkEnergy energy, NetworkOptions options) : base(engine, energy)
        {
            (_network, _options, _plan) = (energy, options, NetworkPlanner.Plan(energy.Network));
        }

        public override GlobalNetwork? Global(bool withTrajectories)
        {
            if (!_ways.TryGetValue(withTrajectories, out KernelWay way))
                _ways[withTrajectories] = way = _options.WayOf(_plan, _engine.Info, withTrajectories);
            return way == KernelWay.SharedMemory ? null : _global ??= new GlobalNetwork(_engine, _plan, Constants, _options);
        }

        public override void Dispose()
        {
            _global?.Dispose();
            base.Dispose();
        }

        public override void Forget(Network network)
        {
            if (ReferenceEquals(network, _network.Network))
                Refresh();
        }

        protected override IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count) => BlockCut.OfNetwork(gpu, count);

        protected override EnergyEmitter Emitter(BlockFrame frame) => new NetworkEmitter(frame, _plan);

        protected override float[] Numbers() => WeightSource.Pack(_plan.Sources, _network.Device.Download(_network.Network.Parameters));
    }

    private sealed class OfFormula(IGpuEngine engine, Energy energy) : GpuEnergy(engine, energy)
    {
        private readonly IDifferentiable _formula = (IDifferentiable)energy;
        private float[] _numbers = [];

        protected override IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count) =>
            BlockCut.OfFormula(gpu, count, Math.Min(64, _formula.Space.Width));

        protected override EnergyEmitter Emitter(BlockFrame frame) => new FormulaEmitter(frame, _formula);

        // All kernels of a formula have the same constants.
        protected override void Written(EnergyEmitter emitter) => _numbers = [.. ((FormulaEmitter)emitter).Constants];

        protected override float[] Numbers() => _numbers.Length == 0 ? [0] : _numbers;
    }
}
