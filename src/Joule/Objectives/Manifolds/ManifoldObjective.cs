using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Objectives;

/// <summary>
/// The training of an autoencoder's energy in two phases. In the first ⌈share · planned updates⌉ updates the loss is the mean energy of
/// the data, which is the reconstruction error. In the second it is contrastive divergence, whose negatives are chains that start on the
/// decoder's manifold: first in the latent energy E(decode(z)), then, from decode(z), in E(x) itself (Yoon, Noh and Park 2021,
/// arXiv:2105.05735, section 4.2). What the latent chains start from is the subclass's.
/// </summary>
public abstract class ManifoldObjective : Objective
{
    private const float LeastEnergy = 1e-3f; // keeps the slope of the root finite

    private readonly ManifoldObjectiveOptions _options;
    private readonly DeviceBuffer _batch, _latents, _energies;
    private readonly LatentEnergy _latentEnergy;
    private readonly ChainLoop _loop;
    private readonly ChainMemory _memory;
    private readonly DecodeProgram _decode;
    private readonly List<DeviceProgram> _programs = [], _starts = [], _ends = [];
    private readonly float[] _values, _weights;
    private readonly long _firstContrast;
    private Sampler _sampler;
    private double _regularization;
    private bool _isContrast;

    /// <summary>Allocates memory for data, latent vectors and negatives.</summary>
    /// <param name="context">The context.</param>
    /// <param name="options">The options.</param>
    /// <param name="name">The objective's name, for errors.</param>
    /// <param name="parameters">The parameters of the manifold's autoencoder; null: those of the energy being trained.</param>
    /// <exception cref="InvalidInputException">The energy is no autoencoder, or lacks what the sampler needs.</exception>
    private protected ManifoldObjective(ObjectiveContext context, ManifoldObjectiveOptions options, string name, DeviceBuffer? parameters)
    {
        (Context, _options, Seed) = (context, options, context.Seed);
        Autoencoder = AutoencodingOf(context.Energy, name);
        _regularization = options.EnergyRegularization;
        _firstContrast = (long)Math.Ceiling(options.ReconstructionShare * context.PlannedUpdates);
        Trained = context.Energy.Require<ITrainable>(name);
        _sampler = options.Sampler.Create(context.Energy);
        Manifold = Autoencoder.CreateManifold(parameters?.AsRows(1, Trained.Parameters.Length) ?? Trained.Parameters);
        _latentEnergy = new LatentEnergy(context.Energy, Manifold);
        int batch = context.Batch, width = context.Energy.Space.Width;
        _loop = new ChainLoop(context.Device, context.Energy, batch);
        _memory = new ChainMemory(context.Device, _sampler, batch);
        _batch = context.Device.Allocate(2L * batch * width);
        _latents = context.Device.Allocate((long)batch * Manifold.LatentSpace.Width);
        _energies = context.Device.Allocate(batch);
        _decode = new DecodeProgram(this);
        (_values, _weights) = (new float[2 * batch], new float[2 * batch]);
    }

    /// <summary>Where the chains on the manifold start, and the chains.</summary>
    public abstract Negatives Latents { get; }

    /// <summary>The decoder's states.</summary>
    public AutoencoderManifold Manifold { get; }

    /// <inheritdoc/>
    public sealed override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public sealed override int PassCapacity => 2 * Context.Batch;

    /// <inheritdoc/>
    public sealed override bool LaunchesData => true;

    /// <summary>In the second phase, that of the options.</summary>
    public sealed override double RateFactor => _isContrast ? _options.ContrastRate : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => Latents.State;

    /// <summary>The context of the objective.</summary>
    protected ObjectiveContext Context { get; }

    /// <summary>The seed of the current attempt.</summary>
    protected ulong Seed { get; private set; }

    /// <summary>The energy being trained.</summary>
    private protected ITrainable Trained { get; }

    /// <summary>The same, as an autoencoder.</summary>
    private protected IAutoencoding Autoencoder { get; }

    /// <summary>The context of <see cref="Latents"/>.</summary>
    private protected NegativesContext LatentContext => new(Context.Device, _latentEnergy, Context.Batch, Context.Seed);

    /// <summary>Whether an update, counted from 0, belongs to the second phase.</summary>
    public bool Contrasts(long update) => update >= _firstContrast && _options.ReconstructionShare < 1;

    /// <inheritdoc/>
    public sealed override Rows DataRows(int count) => All(count).Slice(0, count);

    /// <inheritdoc/>
    public sealed override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        if (Contrasts(update.Number))
            Contrast(update, data, figures);
        else
            Reconstruct(update, data, figures);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        Seed = seed;
        _regularization = adjustment.RegularizationOf(_options.EnergyRegularization);
        _sampler = _options.Sampler.Scaled(adjustment.StepSize).Create(Context.Energy);
        Latents.Adjust(seed, adjustment.Steps, adjustment.StepSize);
    }

    /// <summary>Adds programs that run before the manifold's parameters are taken.</summary>
    /// <param name="isFirst">Whether this is the first update of the second phase.</param>
    /// <param name="programs">Receives the programs.</param>
    private protected virtual void AddManifold(bool isFirst, ICollection<DeviceProgram> programs) { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _loop.Dispose();
        _memory.Dispose();
        _latentEnergy.Dispose();
        Manifold.Dispose();
        _batch.Dispose();
        _latents.Dispose();
        _energies.Dispose();
    }

    private static IAutoencoding AutoencodingOf(Energy energy, string name) =>
        energy as IAutoencoding ?? throw new InvalidInputException($"The objective {name} trains an autoencoder; "
            + $"{energy.GetType().Name} on {energy.Space} is none. Set energy.type=autoencoder.");

    // Data and negatives form one batch.
    private Rows All(int count) => _batch.AsRows(PassCapacity, Context.Energy.Space.Width).Slice(0, 2 * count);

    private void Reconstruct(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        _isContrast = false;
        int count = data.Count;
        Rows values = update.Pass.Forward(data, update.Data);
        Span<float> energies = _values.AsSpan(0, count), weights = _weights.AsSpan(0, count);
        Context.Device.Download(values, energies);
        double mean = Mean(energies, update.Number, "energy of the data");
        weights.Fill(1f / count);
        update.Pass.Reverse(weights);
        ReadOnlySpan<double> found = [mean, double.NaN, mean, double.NaN, double.NaN];
        found.CopyTo(figures);
    }

    private void Contrast(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        _isContrast = true;
        int count = data.Count;
        Rows all = All(count), negatives = all.Slice(count, count);
        Rows latents = _latents.AsRows(Context.Batch, Manifold.LatentSpace.Width).Slice(0, count);
        _programs.Clear();
        _programs.Add(update.Data);
        AddManifold(update.Number == _firstContrast, _programs);
        _programs.Add(Manifold.CommitProgram);
        _programs.AddRange(Latents.Prepare(update.Number, data, latents, update.Cancellation));
        AddChains(update, latents, negatives);
        Rows values = update.Pass.Forward(all, CollectionsMarshal.AsSpan(_programs));
        Latents.Complete();
        if (_options.Steps > 0)
            _loop.Complete();
        Span<float> energies = _values.AsSpan(0, count), weights = _weights.AsSpan(0, 2 * count);
        Context.Device.Download(_energies.AsRows(Context.Batch, 1).Slice(0, count), energies);
        double manifold = Mean(energies, update.Number, "energy of the chains on the manifold");
        energies = _values.AsSpan(0, 2 * count);
        Context.Device.Download(values, energies);
        ContrastiveFigures f = Weigh(energies, count, weights, update.Number);
        _ends.Clear();
        Latents.AddEnds(latents, _ends);
        update.Pass.Reverse(weights, CollectionsMarshal.AsSpan(_ends));
        Latents.Keep(latents);
        ReadOnlySpan<double> found = [f.Loss, f.Divergence, f.DataEnergy, f.NegativeEnergy, manifold];
        found.CopyTo(figures);
    }

    // From the ends of the chains on the manifold.
    private void AddChains(in TrainingUpdate update, Rows latents, Rows negatives)
    {
        _decode.Prepare(latents, negatives);
        if (_options.Steps == 0)
        {
            _programs.Add(_decode);
            return;
        }
        _starts.Clear();
        _starts.Add(_decode);
        if (_sampler.Kept.Count > 0)
            _starts.Add(_memory.Prepare(_sampler, negatives));
        RandomStream noise = new(Seed, RandomPurpose.ManifoldChains, 0);
        _programs.Add(_loop.Prepare(_sampler, negatives, _options.Steps, noise, _memory, CollectionsMarshal.AsSpan(_starts),
            (ulong)(update.Number * _options.Steps), update.Cancellation));
    }

    // The contrast of the roots: the gradient of √E is that of E, divided by 2√E.
    private ContrastiveFigures Weigh(Span<float> energies, int count, Span<float> weights, long update)
    {
        if (!_options.OfRoots)
            return ContrastiveWeights.Weigh(_regularization, energies, count, weights, update);
        for (int i = 0; i < energies.Length; i++)
            energies[i] = MathF.Sqrt(energies[i] + LeastEnergy);
        ContrastiveFigures figures = ContrastiveWeights.Weigh(_regularization, energies, count, weights, update);
        for (int i = 0; i < energies.Length; i++)
            weights[i] /= 2 * energies[i];
        return figures;
    }

    private static double Mean(ReadOnlySpan<float> energies, long update, string what)
    {
        double sum = 0;
        for (int i = 0; i < energies.Length; i++)
        {
            if (!float.IsFinite(energies[i]))
                throw new DivergenceException(what, update + 1, i, energies[i]);
            sum += energies[i];
        }
        return sum / energies.Length;
    }

    /// <summary>Decodes latent vectors into states inside the walls of their space, and evaluates them.</summary>
    private sealed class DecodeProgram(ManifoldObjective objective) : DeviceProgram
    {
        private Rows _latents, _states;

        public override string Name => "states of a manifold";

        public override int Count => _latents.Count;

        public override int BlockRows => objective._latentEnergy.BlockRows;

        public void Prepare(Rows latents, Rows states) => (_latents, _states) = (latents, states);

        protected override void Run(int start, int count, int lane)
        {
            Rows states = _states.Slice(start, count);
            objective.Manifold.Decode(_latents.Slice(start, count), states);
            StateSpace space = objective.Context.Energy.Space;
            if (space.HasWalls)
                TensorPrimitives.Clamp(states.Span, space.Low, space.High, states.Span);
            objective.Context.Energy.Evaluate(states, objective._energies.AsRows(objective.Context.Batch, 1).Slice(start, count));
        }
    }
}
