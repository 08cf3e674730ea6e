using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Devices;

/// <summary>
/// An energy or a network on a GPU: its constants in the GPU's memory, and the kernels that were compiled for it.
/// </summary>
internal abstract class GpuEnergy : IDisposable
{
    private readonly IGpuEngine _engine;
    private readonly string _name;
    private readonly Dictionary<string, List<CutKernel>> _kernels = new(StringComparer.Ordinal);
    private readonly GpuScratch _constants;
    private bool _isFresh;

    /// <summary>Prepares an energy.</summary>
    /// <param name="engine">The GPU.</param>
    /// <param name="name">What it is, in errors.</param>
    protected GpuEnergy(IGpuEngine engine, string name)
    {
        (_engine, _name) = (engine, name);
        _constants = new GpuScratch(engine, "the weights of an energy");
    }

    /// <summary>An energy on a GPU.</summary>
    /// <param name="engine">The GPU.</param>
    /// <param name="energy">The energy.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run it; the message says why.</exception>
    public static GpuEnergy Of(IGpuEngine engine, Energy energy) => energy switch
    {
        ISeparableFormula or IStateFormula => new OfFormula(engine, energy),
        _ => throw new InvalidInputException($"The GPU has no kernel for {energy.GetType().Name} on {energy.Space}: it runs energies that "
            + "are a network, and those that write their formula. Run this one on the CPU."),
    };

    /// <summary>What runs the energy layer by layer; null: a kernel takes a block of chains through all of it.</summary>
    /// <param name="withTrajectories">Whether chains with leapfrog trajectories are to run.</param>
    public virtual GlobalNetwork? Global(bool withTrajectories) => null;

    /// <summary>Frees the memory of what runs layer by layer; it is taken again when it is needed.</summary>
    public virtual void Release() { }

    /// <summary>The address of the constants, which are brought up to date.</summary>
    public KernelArgument Constants()
    {
        if (_isFresh)
            return _constants.Take(0);
        KernelArgument at = Fill(_constants);
        _isFresh = true;
        return at;
    }

    /// <summary>A kernel on the energy, compiled once for each size of block.</summary>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="count">Number of chains or states, which the block's size depends on.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public CutKernel Find(string kind, int count, Func<BlockFrame, EnergyEmitter, KernelText> write, BlockCut? forced) =>
        Find(kind, forced is { } only ? [only] : Cuts(_engine.Info, count), frame =>
        {
            EnergyEmitter emitter = Emitter(frame);
            KernelText text = write(frame, emitter);
            Written(emitter);
            return text;
        });

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (CutKernel kernel in _kernels.Values.SelectMany(k => k))
            kernel.Kernel.Dispose();
        _constants.Dispose();
    }

    /// <summary>A kernel, compiled once for each size of block.</summary>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="cuts">The blocks to try, best first.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    protected CutKernel Find(string kind, IEnumerable<BlockCut> cuts, Func<BlockFrame, KernelText> write)
    {
        if (!_kernels.TryGetValue(kind, out List<CutKernel>? known))
            _kernels[kind] = known = [];
        int least = int.MaxValue;
        foreach (BlockCut cut in cuts)
        {
            if (known.Find(k => k.Cut == cut) is { } found)
                return found;
            BlockFrame frame = new(cut.Chains, cut.Threads, cut.Blocks)
            {
                Cluster = cut.Cluster,
                SharedLimit = cut.SharedLimit(_engine.Info),
            };
            KernelText text = write(frame);
            least = Math.Min(least, text.SharedBytes / cut.Chains);
            if (!cut.Fits(_engine.Info, text.SharedBytes))
                continue;
            CutKernel kernel = new(_engine.Compile(text), cut, text.SharedBytes)
            {
                Cluster = text.Cluster,
                ResidentBytes = frame.ResidentBytes,
            };
            known.Add(kernel);
            return kernel;
        }
        throw new InvalidInputException($"The kernel \"{kind}\" of {_name} keeps {least:N0} bytes of "
            + $"each chain in shared memory; {_engine.Info.Name} has {_engine.Info.SharedBytesOfBlock:N0} for a block. "
            + "Make the layers or the states smaller, or run it on the CPU.");
    }

    /// <summary>The blocks to try, best first.</summary>
    protected abstract IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count);

    /// <summary>Begins a kernel.</summary>
    protected abstract EnergyEmitter Emitter(BlockFrame frame);

    /// <summary>Called when a kernel is written.</summary>
    protected virtual void Written(EnergyEmitter emitter) { }

    /// <summary>Writes the constants.</summary>
    /// <param name="constants">Their memory.</param>
    /// <returns>Its address.</returns>
    protected abstract KernelArgument Fill(GpuScratch constants);

    /// <summary>Lets the constants be read again.</summary>
    protected void Refresh() => _isFresh = false;

    private sealed class OfFormula(IGpuEngine engine, Energy energy) : GpuEnergy(engine, $"{energy.GetType().Name} on {energy.Space}")
    {
        private readonly IDifferentiable _formula = (IDifferentiable)energy;
        private float[] _numbers = [];

        protected override IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count) =>
            BlockCut.OfFormula(gpu, count, Math.Min(64, _formula.Space.Width));

        protected override EnergyEmitter Emitter(BlockFrame frame) => new FormulaEmitter(frame, _formula);

        // All kernels of a formula have the same constants.
        protected override void Written(EnergyEmitter emitter) => _numbers = [.. ((FormulaEmitter)emitter).Constants];

        protected override KernelArgument Fill(GpuScratch constants) => constants.Fill(_numbers.Length == 0 ? [0] : _numbers);
    }
}
