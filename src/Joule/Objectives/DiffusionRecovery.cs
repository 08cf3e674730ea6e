using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>
/// Diffusion recovery likelihood (Gao et al. 2021, arXiv:2012.08125, algorithm 1): noise is added to the data in K steps, x₀ = data and
/// xₖ₊₁ = xₖ + bₖξ, and E(x, tₖ) is trained by the likelihood of xₖ given xₖ₊₁, p(x | xₖ₊₁) ∝ exp(−E(x, tₖ) − ‖xₖ₊₁ − x‖²/2bₖ²). Each state
/// of an update has a level of its own. Its negative is drawn from that law by a short chain that starts from xₖ₊₁
/// (<see cref="Recovery"/>); the law is narrow and nearly normal, so that few steps are enough, and the gradient of the likelihood is
/// ∇θE(negative) − ∇θE(xₖ).
/// </summary>
/// <remarks>
/// The noise is added to states that keep their scale, not shrunk as in the paper. E(x, tₖ) is the energy of data with noise sₖ, up to a
/// constant for each level: E(x, 1) is that of the data. How well the weights of distant modes are known depends on s₁, since two states
/// far more than s₁ apart are never compared at the data's level.
/// </remarks>
public sealed class DiffusionRecovery : Objective, IContrasts
{
    private readonly ObjectiveContext _context;
    private readonly DiffusionRecoveryOptions _options;
    private readonly ITrainable _extended;
    private readonly ChainLoop _loop;
    private readonly ChainMemory _memory;
    private readonly DeviceBuffer _data, _chains, _states;
    private readonly LevelProgram _levels;
    private readonly GatherProgram _gather;
    private readonly List<DeviceProgram> _programs = [];
    private readonly float[] _energies, _weights;
    private Sampler _sampler;
    private double _regularization;
    private ulong _seed;

    /// <summary>Allocates memory for data, their noisy states and the chains.</summary>
    /// <exception cref="InvalidInputException">The energy has no time or another domain, or the options do not fit.</exception>
    public DiffusionRecovery(ObjectiveContext context, DiffusionRecoveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        (_context, _options, _seed) = (context, options, context.Seed);
        _regularization = options.EnergyRegularization;
        if (context.Energy is not ITimed timed || context.Energy is ITransport)
        {
            throw new InvalidInputException($"Recovery likelihood trains a family of energies with a time; {context.Energy.GetType().Name} "
                + $"on {context.Energy.Space} is none. Set energy.type=timed_network and energy.field=null.");
        }
        _extended = timed.Extended.Require<ITrainable>("Recovery likelihood");
        _sampler = options.Chain.Create(context.Energy);
        int batch = context.Batch, width = context.Energy.Space.Width;
        _loop = new ChainLoop(context.Device, context.Energy, batch);
        _memory = new ChainMemory(context.Device, _sampler, batch);
        _data = context.Device.Allocate((long)batch * width);
        _chains = context.Device.Allocate((long)batch * width);
        _states = context.Device.Allocate(2L * batch * (width + 1));
        (_levels, _gather) = (new LevelProgram(this), new GatherProgram(this));
        (_energies, _weights) = (new float[2 * batch], new float[2 * batch]);
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => 2 * _context.Batch;

    /// <inheritdoc/>
    public override bool LaunchesData => true;

    /// <inheritdoc/>
    public Contrast Contrast => new(_regularization, false, 0, _context.Width);

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy) => _extended.CreatePass(PassCapacity);

    /// <inheritdoc/>
    public override Rows DataRows(int count) => Rows(_data, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count, steps = _options.Chain.LevelSteps;
        _levels.Prepare(update.Number, count);
        _gather.Prepare(count);
        DeviceProgram chains = _loop.Prepare(_sampler, Rows(_chains, count), steps, new(_seed, RandomPurpose.RecoveryChains, 0), _memory,
            [_levels], (ulong)(update.Number * steps), update.Cancellation);
        _programs.Clear();
        _programs.Add(update.Data);
        _programs.Add(chains);
        _programs.Add(_gather);
        Rows values = update.Pass.Forward(States(count), CollectionsMarshal.AsSpan(_programs));
        _loop.Complete();
        Span<float> energies = _energies.AsSpan(0, 2 * count), weights = _weights.AsSpan(0, 2 * count);
        _context.Device.Download(values, energies);
        ContrastiveFigures f = ContrastiveWeights.Weigh(_regularization, energies, count, weights, update.Number);
        update.Pass.Reverse(weights);
        ReadOnlySpan<double> found =
        [
            f.Loss, f.Divergence, f.DataEnergy, f.NegativeEnergy, f.DataSpread, f.NegativeSpread,
            _loop.Proposals?.Acceptance ?? double.NaN,
        ];
        found.CopyTo(figures);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        _seed = seed;
        _regularization = adjustment.RegularizationOf(_options.EnergyRegularization);
        _sampler = _options.Chain.Scaled(adjustment.StepSize).Create(_context.Energy);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _loop.Dispose();
        _memory.Dispose();
        _data.Dispose();
        _chains.Dispose();
        _states.Dispose();
    }

    private Rows Rows(DeviceBuffer buffer, int count) => buffer.AsRows(_context.Batch, _context.Energy.Space.Width).Slice(0, count);

    /// <summary>The states of the last update: data with noise, then negatives; each followed by its time.</summary>
    internal Rows States(int count) => _states.AsRows(2 * _context.Batch, _context.Energy.Space.Width + 1).Slice(0, 2 * count);

    /// <summary>Chooses the level of each state, and adds the noise of that level and, for the start of its chain, of the next.</summary>
    private sealed class LevelProgram(DiffusionRecovery objective) : DeviceProgram
    {
        private RandomStream _level, _noise, _next;
        private int _count;

        public override string Name => "data with noise";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(long update, int count)
        {
            _count = count;
            _level = TimedDraws.Of(TimedDraw.Time, objective._seed, update);
            _noise = TimedDraws.Of(TimedDraw.Noise, objective._seed, update);
            _next = TimedDraws.Of(TimedDraw.NextNoise, objective._seed, update);
        }

        protected override void Run(int start, int count, int lane)
        {
            RecoveryOptions options = objective._options.Chain;
            NoiseLevels levels = options.NoiseLevels();
            Rows data = objective.Rows(objective._data, _count), chains = objective.Rows(objective._chains, _count);
            Rows states = objective.States(_count), places = objective._memory.Parts[Recovery.PlacePart];
            for (int i = start; i < start + count; i++)
            {
                // Stratified: every level has its share of a batch.
                int level = (int)(levels.Count * (i + _level.OpenUniform((uint)i, 0)) / _count);
                Rows chain = chains.Slice(i, 1);
                data[i].CopyTo(chain.Span);
                if (level > 0)
                    Add(chain, levels.At(level), _noise, i);
                chain.Span.CopyTo(states[i]);
                states[i][^1] = states[_count + i][^1] = (float)levels.Time(level);
                Add(chain, levels.Step(level), _next, i);
                places[i][0] = Recovery.PlaceOf(options, level);
            }
        }

        private static void Add(Rows state, double deviation, in RandomStream draws, int chain) =>
            Kernels.AddNoise(state, (float)deviation, float.NegativeInfinity, float.PositiveInfinity, draws, (uint)chain);
    }

    /// <summary>Copies the ends of the chains beside the data.</summary>
    private sealed class GatherProgram(DiffusionRecovery objective) : DeviceProgram
    {
        private int _count;

        public override string Name => "the ends of recovery chains";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(int count) => _count = count;

        protected override void Run(int start, int count, int lane)
        {
            Rows chains = objective.Rows(objective._chains, _count), states = objective.States(_count);
            for (int i = start; i < start + count; i++)
                chains[i].CopyTo(states[_count + i]);
        }
    }
}
