using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>What a trainer trains with.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="Layers">The network.</param>
/// <param name="Train">The training data.</param>
/// <param name="Validation">The data that validate, of the same space.</param>
/// <param name="Negatives">Where negatives come from.</param>
/// <param name="Options">Length, optimiser and schedule.</param>
/// <param name="Seed">The seed of everything random.</param>
public sealed record TrainerSetup(
    Device Device, IReadOnlyList<Layer> Layers, StateSet Train, StateSet Validation, NegativesOptions Negatives, TrainingOptions Options, ulong Seed)
{
    /// <summary>α of contrastive divergence, in 1/nat.</summary>
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>How the first weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;
}

/// <summary>
/// Trains an energy by contrastive divergence. Everything that is random is a function of the seed and of the update, and every sum is taken
/// in an order that does not depend on the number of threads: so on one kind of processor a training is reproducible bit for bit. A step allocates nothing.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainerSetup _setup;
    private readonly TrainingOptions _options;
    private ContrastiveDivergence _objective;
    private readonly NetworkPass _pass;
    private readonly Optimizer _optimizer;
    private readonly ParameterUpdate _update;
    private readonly NetworkEnergy? _averaged;
    private readonly DeviceBuffer _batch;
    private readonly BatchWork _batchWork;
    private readonly StateProbe _probe;
    private readonly float[] _weights;
    private readonly int[] _order;
    private int _orderEpoch = -1;
    private ulong _seed;
    private bool _gradientInUse;

    /// <summary>Takes all memory and draws the first weights.</summary>
    /// <exception cref="InvalidInputException">Something is out of range or does not fit together.</exception>
    public Trainer(TrainerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _options = setup.Options;
        _seed = setup.Seed;
        Check(setup);
        StateSpace space = setup.Train.Space;
        Energy = new NetworkEnergy(new Network(setup.Device, space.Shape, setup.Layers), space);
        Energy.Network.Initialize(setup.Seed, setup.Initialization);
        if (_options.AverageWeights is not null)
        {
            _averaged = new NetworkEnergy(new Network(setup.Device, space.Shape, setup.Layers), space);
            _averaged.Network.Initialize(setup.Seed, setup.Initialization);
        }
        _objective = new ContrastiveDivergence(setup.EnergyRegularization);
        _optimizer = _options.Optimizer.Create(setup.Device, Energy.Network.Plan.ParameterLength);
        Negatives = setup.Negatives.Create(new NegativesContext(setup.Device, Energy, _options.Batch, setup.Seed));
        _pass = Energy.Network.CreatePass(2 * _options.Batch);
        _update = new ParameterUpdate(setup.Device, _optimizer, Energy.Network.Parameters, _pass.ParameterGradient, _averaged?.Network.Parameters ?? default);
        _batch = setup.Device.Allocate(2L * _options.Batch * space.Width);
        _weights = new float[2 * _options.Batch];
        _order = new int[setup.Train.Count];
        _batchWork = new BatchWork(this);
        _probe = new StateProbe(setup.Device, space, StateWidth.Of(setup.Train));
        Validator = new Validator(setup.Device, setup.Validation, setup.Seed);
        State =
        [
            new StateMemory(WeightsName, Energy.Network.Parameters),
            .. _averaged is null ? (StateMemory[])[] : [new StateMemory(AverageName, _averaged.Network.Parameters)],
            .. _optimizer.State, .. Negatives.State,
        ];
    }

    /// <summary>What <see cref="State"/> calls the weights that are trained.</summary>
    public const string WeightsName = "weights";

    /// <summary>What <see cref="State"/> calls the averaged weights, where there are any.</summary>
    public const string AverageName = "average";

    /// <summary>The energy being trained.</summary>
    public NetworkEnergy Energy { get; }

    /// <summary>The energy to use: of averaged weights where they are asked for. It is brought up to date by <see cref="Validate"/>.</summary>
    public NetworkEnergy Model => _averaged ?? Energy;

    /// <summary>Where negatives come from.</summary>
    public Negatives Negatives { get; }

    /// <summary>Measures the model on the data that validate, and on noise.</summary>
    public Validator Validator { get; }

    /// <summary>Updates made.</summary>
    public long Update { get; private set; }

    /// <summary>
    /// All memory that the next update needs, beside <see cref="Update"/> and <see cref="Mending"/>: weights, averaged weights, the optimiser's moments, the replay
    /// buffer with its ages. Order of the data, schedule and random draws are functions of the seed and the update.
    /// </summary>
    public IReadOnlyList<StateMemory> State { get; }

    /// <summary>How this attempt differs from the configuration.</summary>
    public Mending Mending { get; private set; } = Mending.None;

    /// <summary>Updates of one pass over the data; the last one of a pass may be smaller.</summary>
    public int UpdatesPerEpoch => (_setup.Train.Count + _options.Batch - 1) / _options.Batch;

    /// <summary>Updates that the schedule was planned for.</summary>
    public long PlannedUpdates => (long)_options.Epochs * UpdatesPerEpoch;

    /// <summary>Makes one update.</summary>
    /// <param name="cancellation">Cuts the update short: then it was not made, and the next one is bit for bit what this one would have been.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public TrainingFigures Step(CancellationToken cancellation = default)
    {
        int position = (int)(Update % UpdatesPerEpoch) * _options.Batch;
        int count = Math.Min(_options.Batch, _setup.Train.Count - position);
        Rows all = _batch.AsRows(2 * _options.Batch, Energy.Space.Width).Slice(0, 2 * count);
        Rows data = all.Slice(0, count), negatives = all.Slice(count, count);
        FillBatch(data, position);
        Negatives.Run(Update, data, negatives, cancellation);
        _pass.Cancellation = cancellation;

        ReadOnlySpan<float> energies = _pass.Forward(all).Span;
        Span<float> weights = _weights.AsSpan(0, 2 * count);
        ContrastiveFigures figures = _objective.Weigh(energies, count, weights, Update);
        // An update leaves the gradient 0; one that was cut short did not.
        if (_gradientInUse)
            _pass.ParameterGradient.Span.Clear();
        _gradientInUse = true;
        _pass.Reverse(weights);
        // Nothing cuts the update short from here on: the rest of it takes no time.
        Negatives.Keep(negatives);
        double norm = _update.GradientNorm();
        if (!double.IsFinite(norm))
            throw new DivergenceException("gradient of the parameters", Update + 1, -1, norm);

        double scale = _options.GradientClip is { } clip && norm > clip ? clip / norm : 1;
        // The average's memory is at most a tenth of the updates made, so that the first weights are soon forgotten.
        float decay = Math.Min(_options.AverageWeights ?? 0, (1f + Update) / (10f + Update));
        double factor = _options.Schedule.Factor(Update, PlannedUpdates);
        _update.Step(Update, factor * Mending.LearningRate, scale, decay);
        _gradientInUse = false;
        _setup.Device.Launch(Energy.Network.CommitProgram);
        Update++;
        return new TrainingFigures(figures.Loss, figures.Divergence, figures.Regularization, figures.DataEnergy, figures.NegativeEnergy, norm)
        {
            Rows = count,
            DataSpread = figures.DataSpread,
            NegativeSpread = figures.NegativeSpread,
            Walls = _probe.Walls(data, negatives),
            Variety = _probe.Variety(data, negatives),
            Movement = Negatives.Movement,
            IsFrozen = factor == 0,
        };
    }

    /// <summary>Brings <see cref="Model"/> up to date and measures it on the data that validate and on fresh noise of this epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="cancellation">Cuts it short.</param>
    public ValidationFigures Validate(int epoch, CancellationToken cancellation = default)
    {
        _averaged?.Network.Commit();
        return Validator.Run(Model, epoch, Update, cancellation);
    }

    /// <summary>
    /// Goes on as another attempt: with other random draws of chains, replay buffer and data noise, and with learning rate, regularisation, chain steps and their size
    /// multiplied. The order of the data stays that of the seed, so that an epoch still shows every state once. <see cref="Mending.None"/> is exactly what the
    /// configuration says.
    /// </summary>
    /// <exception cref="InvalidInputException">A factor is out of range.</exception>
    public void Mend(Mending mending)
    {
        ArgumentNullException.ThrowIfNull(mending);
        mending.Validate();
        Mending = mending;
        _seed = mending.Seed(_setup.Seed);
        _objective = new ContrastiveDivergence(mending.RegularizationOf(_setup.EnergyRegularization));
        Negatives.Mend(_seed, mending.Steps, mending.StepSize);
    }

    /// <summary>Copies everything that the next update needs.</summary>
    /// <param name="snapshot">Receives it; made for this trainer or for one of the same setup.</param>
    public void Capture(TrainerSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.Take(State);
        snapshot.Update = Update;
        snapshot.Mending = Mending;
    }

    /// <summary>Goes back, or on, to a snapshot: what follows is bit for bit what followed when it was taken.</summary>
    /// <param name="snapshot">Taken from this trainer, or from one of the same setup.</param>
    /// <exception cref="InvalidInputException">The snapshot cannot be one of this training.</exception>
    public void Restore(TrainerSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Mend(snapshot.Mending);
        snapshot.Give(State);
        Update = snapshot.Update;
        // An update that was cut short may have left something in it.
        _gradientInUse = true;
        _setup.Device.Launch(Energy.Network.CommitProgram);
        _averaged?.Network.Commit();
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose()
    {
        Negatives.Dispose();
        _pass.Dispose();
        _update.Dispose();
        _optimizer.Dispose();
        _batch.Dispose();
        Validator.Dispose();
        _averaged?.Dispose();
        Energy.Dispose();
    }

    private static void Check(TrainerSetup setup)
    {
        List<string> problems = [];
        if (setup.Options.DataNoise > 0 && !setup.Train.Space.IsContinuous)
            problems.Add($"training.data_noise is {setup.Options.DataNoise}; it must be 0 for states that do not vary continuously ({setup.Train.Space})");
        OptionsCheck.Add(setup.Negatives, problems, "objective.negatives.");
        OptionsCheck.Add(setup.Options, problems, "training.");
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot start: {string.Join("; ", problems)}.");
        if (setup.Validation.Space != setup.Train.Space)
        {
            throw new InvalidInputException($"The training data, {setup.Train.Name}, have states of {setup.Train.Space}, and the validation data, {setup.Validation.Name}, "
                + $"of {setup.Validation.Space}. Both must be laid out alike.");
        }
    }

    private void FillBatch(Rows data, int position)
    {
        int epoch = (int)(Update / UpdatesPerEpoch);
        if (epoch != _orderEpoch)
        {
            new RandomStream(_setup.Seed, RandomPurpose.DataOrder, (ulong)epoch).FillPermutation(_order, 0);
            _orderEpoch = epoch;
        }
        _batchWork.Prepare(data, position);
        _setup.Device.Run(_batchWork, (data.Count + BatchWork.RowsOfBlock - 1) / BatchWork.RowsOfBlock);
    }

    private sealed class BatchWork(Trainer trainer) : IBlockWork
    {
        public const int RowsOfBlock = 16;

        private Rows _data;
        private int _position;

        public void Prepare(Rows data, int position)
        {
            _data = data;
            _position = position;
        }

        // No going back helps: the same state would come again.
        private static InvalidInputException NotFinite(StateSet set, int index, ReadOnlySpan<float> state)
        {
            int at = 0;
            while (at < state.Length - 1 && float.IsFinite(state[at]))
                at++;
            return new InvalidInputException($"Training {set.Noun} {index} of {set.Name} holds {state[at]} ({set.Place(at)}); "
                + $"every number of a state must be finite. Repair or remove that {set.Noun}.");
        }

        public void Run(int block, int lane)
        {
            TrainerSetup setup = trainer._setup;
            int start = block * RowsOfBlock, end = Math.Min(_data.Count, start + RowsOfBlock);
            for (int i = start; i < end; i++)
                setup.Train.Read(trainer._order[_position + i], _data[i]);
            if (setup.Options.DataNoise > 0)
            {
                StateSpace space = setup.Train.Space;
                setup.Device.AddNoise(_data.Slice(start, end - start), setup.Options.DataNoise, space.Low, space.High,
                    new RandomStream(trainer._seed, RandomPurpose.DataNoise, (ulong)trainer.Update), (uint)start);
                // Columns may have walls of their own.
                for (int i = start; i < end && space.Domain == Domain.Mixed; i++)
                    space.Clamp(_data[i]);
            }
            for (int i = start; i < end && !setup.Train.IsAlwaysFinite; i++)
            {
                if (!double.IsFinite(setup.Device.SquaredNorm(_data.Slice(i, 1))))
                    throw NotFinite(setup.Train, trainer._order[_position + i], _data[i]);
            }
        }
    }
}
