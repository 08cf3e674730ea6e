using System.IO.Hashing;
using System.Text;
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
    private readonly Dictionary<(string Kind, BlockCut Cut), int> _tooLarge = []; // and their shared memory in bytes
    private readonly Dictionary<(string Kind, int About), BlockCut?> _tuned = [];
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
    /// <param name="tuner">What finds the fastest blocks; null: blocks are chosen by size.</param>
    /// <exception cref="InvalidInputException">The GPU cannot run it; the message says why.</exception>
    public static GpuEnergy Of(IGpuEngine engine, Energy energy, KernelTuner? tuner = null) => energy switch
    {
        ISeparableFormula or IStateFormula => new OfFormula(engine, energy) { Tuner = tuner },
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

    /// <summary>What finds the fastest blocks; null: blocks are chosen by size.</summary>
    public KernelTuner? Tuner { get; init; }

    /// <summary>A kernel on the energy, compiled once for each size of block.</summary>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="count">Number of chains or states, which the block's size depends on.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <param name="trial">Launches it on memory that nobody else uses, to time it; null: it is not timed now.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public CutKernel Find(string kind, int count, Func<BlockFrame, EnergyEmitter, KernelText> write, BlockCut? forced,
        Action<CutKernel>? trial = null) =>
        Find(new KernelChoice(kind, count, Cuts(_engine.Info, count), most => Candidates(_engine.Info, most), HasWeights, frame =>
        {
            EnergyEmitter emitter = Emitter(frame);
            KernelText text = write(frame, emitter);
            Written(emitter);
            return text;
        }), forced, trial);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (CutKernel kernel in _kernels.Values.SelectMany(k => k))
            kernel.Kernel.Dispose();
        _constants.Dispose();
    }

    /// <summary>A kernel, compiled once for each size of block.</summary>
    /// <param name="choice">The kernel.</param>
    /// <param name="forced">The block; null: the best that fits.</param>
    /// <param name="trial">Launches it on memory that nobody else uses, to time it; null: it is not timed now.</param>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    protected CutKernel Find(KernelChoice choice, BlockCut? forced, Action<CutKernel>? trial)
    {
        if (forced is null && Tuned(choice, trial) is { } tuned && Compile(choice, tuned, out _) is { } fastest)
            return fastest with { IsTimed = true };
        int least = int.MaxValue;
        foreach (BlockCut cut in forced is { } only ? [only] : choice.Cuts)
        {
            if (Compile(choice, cut, out int bytes) is { } found)
                return found;
            least = Math.Min(least, bytes / cut.Chains);
        }
        throw new InvalidInputException($"The kernel \"{choice.Kind}\" of {_name} keeps {least:N0} bytes of "
            + $"each chain in shared memory; {_engine.Info.Name} has {_engine.Info.SharedBytesOfBlock:N0} for a block. "
            + "Make the layers or the states smaller, or run it on the CPU.");
    }

    /// <summary>The blocks to try, best first.</summary>
    protected abstract IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count);

    /// <summary>The blocks that are worth timing.</summary>
    protected abstract IEnumerable<BlockCut> Candidates(GpuInfo gpu, int count);

    /// <summary>Whether a block can keep weights in shared memory.</summary>
    protected abstract bool HasWeights { get; }

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

    // The block that was found by timing, now or earlier; null: none.
    private BlockCut? Tuned(KernelChoice choice, Action<CutKernel>? trial)
    {
        if (Tuner is not { IsOfUse: true } tuner)
            return null;
        (string, int) which = (choice.Kind, KernelTuner.About(choice.Count));
        if (_tuned.TryGetValue(which, out BlockCut? known))
            return known;
        // The text of one block says all about the network that matters.
        KernelText text = choice.Write(Frame(new BlockCut(1, Math.Min(512, _engine.Info.ThreadsOfBlock))));
        string hash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text.Ptx)));
        string key = $"{choice.Kind}, {hash}, about {which.Item2}";
        TunedCut? found = tuner.Files.Find(key, choice.MayHave);
        if (found is null && tuner.Times)
        {
            if (trial is null)
                return null; // the launch itself will time it
            found = Time(tuner, choice, key, trial);
        }
        return _tuned[which] = found?.Cut;
    }

    private TunedCut? Time(KernelTuner tuner, KernelChoice choice, string key, Action<CutKernel> trial)
    {
        List<CutKernel> before = [.. Known(choice.Kind)];
        TunedCut? found = tuner.Time(new TuningCase($"{choice.Kind} of {_name}", key, choice.Count,
            [.. choice.Cuts.Concat(choice.Candidates(choice.Count)).Distinct()],
            cut => choice.HasWeights ? BlockCandidates.Resident(_engine.Info, cut) : [],
            cut => Compile(choice, cut, out _, needsWeights: cut.Cluster > 0), trial));
        foreach (CutKernel kernel in Known(choice.Kind).Where(k => k.Cut != found?.Cut && !before.Contains(k)).ToArray())
        {
            Known(choice.Kind).Remove(kernel);
            kernel.Kernel.Dispose();
        }
        return found;
    }

    private List<CutKernel> Known(string kind)
    {
        if (!_kernels.TryGetValue(kind, out List<CutKernel>? known))
            _kernels[kind] = known = [];
        return known;
    }

    private BlockFrame Frame(BlockCut cut) => new(cut.Chains, cut.Threads, cut.Blocks)
    {
        Cluster = cut.Cluster,
        SharedLimit = cut.SharedLimit(_engine.Info),
    };

    // Null if the block does not fit, or keeps no weights where it must.
    private CutKernel? Compile(KernelChoice choice, BlockCut cut, out int sharedBytes, bool needsWeights = false)
    {
        List<CutKernel> known = Known(choice.Kind);
        if (known.Find(k => k.Cut == cut) is { } found)
        {
            sharedBytes = found.SharedBytes;
            return found;
        }
        // A launch comes by here for every block before the one that it takes: a text is written once.
        if (_tooLarge.TryGetValue((choice.Kind, cut), out sharedBytes))
            return null;
        BlockFrame frame = Frame(cut);
        KernelText text = choice.Write(frame);
        sharedBytes = text.SharedBytes;
        if (!cut.Fits(_engine.Info, sharedBytes))
        {
            _tooLarge[(choice.Kind, cut)] = sharedBytes;
            return null;
        }
        if (needsWeights && frame.ResidentBytes == 0)
            return null;
        CutKernel kernel = new(_engine.Compile(text), cut, sharedBytes)
        {
            Cluster = text.Cluster,
            ResidentBytes = frame.ResidentBytes,
        };
        known.Add(kernel);
        return kernel;
    }

    /// <summary>A kernel and the blocks that it may have.</summary>
    /// <param name="Kind">Its name among the energy's kernels.</param>
    /// <param name="Count">Number of chains or states.</param>
    /// <param name="Cuts">The blocks to try, best first.</param>
    /// <param name="Candidates">The blocks that are worth timing for a number of chains or states.</param>
    /// <param name="HasWeights">Whether a block can keep weights in shared memory.</param>
    /// <param name="Write">Writes it.</param>
    protected sealed record KernelChoice(string Kind, int Count, IEnumerable<BlockCut> Cuts, Func<int, IEnumerable<BlockCut>> Candidates,
        bool HasWeights, Func<BlockFrame, KernelText> Write)
    {
        /// <summary>Whether a block from a file is one that the kernel may have.</summary>
        public bool MayHave(BlockCut cut) =>
            (cut.Cluster == 0 || HasWeights) && cut.Chains <= Candidates(int.MaxValue).Max(c => c.Chains);
    }

    private sealed class OfFormula(IGpuEngine engine, Energy energy) : GpuEnergy(engine, $"{energy.GetType().Name} on {energy.Space}")
    {
        private readonly IDifferentiable _formula = (IDifferentiable)energy;
        private float[] _numbers = [];

        protected override IEnumerable<BlockCut> Cuts(GpuInfo gpu, int count) =>
            BlockCut.OfFormula(gpu, count, Math.Min(64, _formula.Space.Width));

        protected override IEnumerable<BlockCut> Candidates(GpuInfo gpu, int count) => BlockCandidates.OfFormula(gpu, count);

        protected override bool HasWeights => false;

        protected override EnergyEmitter Emitter(BlockFrame frame) => new FormulaEmitter(frame, _formula);

        // All kernels of a formula have the same constants.
        protected override void Written(EnergyEmitter emitter) => _numbers = [.. ((FormulaEmitter)emitter).Constants];

        protected override KernelArgument Fill(GpuScratch constants) => constants.Fill(_numbers.Length == 0 ? [0] : _numbers);
    }
}
