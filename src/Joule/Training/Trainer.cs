using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>What a trainer trains with.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="CreateEnergy">Makes the energy; it must be <see cref="ITrainable"/>. Called once, and once more where weights are averaged. The trainer disposes what it makes.</param>
/// <param name="Train">The training data.</param>
/// <param name="Validation">The data that validate, of the same space.</param>
/// <param name="Objective">What is minimised.</param>
/// <param name="Options">Length, optimiser and schedule.</param>
/// <param name="Seed">The seed of everything random.</param>
public sealed record TrainerSetup(
    Device Device, Func<Energy> CreateEnergy, StateSet Train, StateSet Validation, ObjectiveOptions Objective, TrainingOptions Options, ulong Seed);

/// <summary>
/// Trains an energy by an objective. Everything that is random is a function of the seed and of the update, and every sum is taken
/// in an order that does not depend on the number of threads: so on one kind of processor a training is reproducible bit for bit. A step allocates nothing.
/// </summary>
public sealed class Trainer : IResumable, IDisposable
{
    private const string UpdateKey = "trainer.update", AttemptKey = "trainer.attempt";
    private const long MostUpdates = 1L << 53;

    private static readonly Figure NormFigure = new("gradient_norm", "", "norm of the gradient of all parameters, before clipping")
    {
        Role = FigureRole.GradientNorm,
        Mean = FigureMean.Updates,
    };

    private readonly TrainerSetup _setup;
    private readonly TrainingOptions _options;
    private readonly ITrainable _trained;
    private readonly ITrainable? _averaged;
    private readonly ITrainingPass _pass;
    private readonly Optimizer _optimizer;
    private readonly ParameterUpdate _update;
    private readonly BatchWork _batchWork;
    private readonly double[] _values;
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
        Energy = Model = Create();
        _trained = Energy.Require<ITrainable>("The training");
        if (_options.AverageWeights is not null)
        {
            Model = Create();
            _averaged = Model.Require<ITrainable>("The training");
        }
        Objective = setup.Objective.Create(new ObjectiveContext(setup.Device, Energy, _options.Batch, setup.Seed) { Width = StateWidth.Of(setup.Train) });
        Figures = ListFigures(Objective.Figures);
        _optimizer = _options.Optimizer.Create(setup.Device, Parameters.Length);
        _pass = _trained.CreatePass(Objective.PassCapacity);
        _update = new ParameterUpdate(setup.Device, _optimizer, Parameters, _pass.ParameterGradient, _averaged?.Parameters ?? default);
        _values = new double[Figures.Count];
        _order = new int[setup.Train.Count];
        _batchWork = new BatchWork(this);
        Validator = new Validator(setup.Device, setup.Validation, setup.Seed);
        Memory =
        [
            new StateMemory(WeightsName, Parameters),
            .. _averaged is null ? (StateMemory[])[] : [new StateMemory(AverageName, _averaged.Parameters)],
            .. _optimizer.State, .. Objective.State,
        ];
    }

    /// <summary>What <see cref="Memory"/> calls the weights that are trained.</summary>
    public const string WeightsName = "weights";

    /// <summary>What <see cref="Memory"/> calls the averaged weights, where there are any.</summary>
    public const string AverageName = "average";

    /// <summary>The energy being trained.</summary>
    public Energy Energy { get; }

    /// <summary>The energy to use: of averaged weights where they are asked for. It is brought up to date by <see cref="Validate"/>.</summary>
    public Energy Model { get; }

    /// <summary>All parameters that are trained, in the device's memory.</summary>
    public Rows Parameters => _trained.Parameters;

    /// <summary>All parameters of <see cref="Model"/>, in the device's memory.</summary>
    public Rows ModelParameters => (_averaged ?? _trained).Parameters;

    /// <summary>What is minimised.</summary>
    public Objective Objective { get; }

    /// <summary>The figures of an update: those of the objective, and the norm of the gradient.</summary>
    public FigureList Figures { get; }

    /// <summary>Measures the model on the data that validate, and on noise.</summary>
    public Validator Validator { get; }

    /// <summary>Updates made.</summary>
    public long Update { get; private set; }

    /// <summary>
    /// All memory that the next update needs, beside the numbers of updates and of the attempt: weights, averaged weights, the optimiser's moments, what the objective
    /// keeps, as a replay buffer with its ages. Order of the data, schedule and random draws are functions of the seed and the update.
    /// </summary>
    public IReadOnlyList<StateMemory> Memory { get; }

    /// <summary>How this attempt differs from the configuration.</summary>
    public Mending Mending { get; private set; } = Mending.None;

    /// <summary>Updates of one pass over the data; the last one of a pass may be smaller.</summary>
    public int UpdatesPerEpoch => (_setup.Train.Count + _options.Batch - 1) / _options.Batch;

    /// <summary>Updates that the schedule was planned for.</summary>
    public long PlannedUpdates => (long)_options.Epochs * UpdatesPerEpoch;

    /// <summary>The figures of a trainer's updates whose objective has certain ones.</summary>
    public static FigureList ListFigures(FigureList objective) => new([.. objective, NormFigure]);

    /// <summary>Makes one update.</summary>
    /// <param name="cancellation">Cuts the update short: then it was not made, and the next one is bit for bit what this one would have been.</param>
    /// <returns>Its figures; they hold until the next step.</returns>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public TrainingFigures Step(CancellationToken cancellation = default)
    {
        int position = (int)(Update % UpdatesPerEpoch) * _options.Batch;
        int count = Math.Min(_options.Batch, _setup.Train.Count - position);
        Rows data = Objective.DataRows(count);
        PlanBatch(data, position);
        if (!Objective.LaunchesData)
            _setup.Device.Launch(_batchWork);
        // An update leaves the gradient 0; one that was cut short may not.
        if (_gradientInUse)
            _setup.Device.Clear(_pass.ParameterGradient);
        _gradientInUse = true;
        _pass.Cancellation = cancellation;
        Objective.Accumulate(new TrainingUpdate(Update, _pass, _batchWork, cancellation), data, _values.AsSpan(0, _values.Length - 1));
        // Nothing cuts the update short from here on: the rest of it takes no time.
        // The average's memory is at most a tenth of the updates made, so that the first weights are soon forgotten.
        float decay = Math.Min(_options.AverageWeights ?? 0, (1f + Update) / (10f + Update));
        double factor = _options.Schedule.Factor(Update, PlannedUpdates);
        double norm = _update.Step(Update, factor * Mending.LearningRate, _options.GradientClip, decay, _trained.CommitProgram);
        if (!double.IsFinite(norm))
            throw new DivergenceException("gradient of the parameters", Update + 1, -1, norm);
        _values[^1] = norm;
        _gradientInUse = false;
        Update++;
        return new TrainingFigures(Figures, _values, count, factor == 0);
    }

    /// <summary>Brings <see cref="Model"/> up to date and measures it on the data that validate and on fresh noise of this epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="cancellation">Cuts it short.</param>
    public ValidationFigures Validate(int epoch, CancellationToken cancellation = default)
    {
        _averaged?.Commit();
        return Validator.Run(Model, epoch, Update, cancellation);
    }

    /// <summary>
    /// Goes on as another attempt: with other random draws of the objective and of the data's noise, and with the learning rate and what the objective has multiplied. The
    /// order of the data stays that of the seed, so that an epoch still shows every state once. <see cref="Mending.None"/> is exactly what the configuration says.
    /// </summary>
    /// <exception cref="InvalidInputException">A factor is out of range.</exception>
    public void Mend(Mending mending)
    {
        ArgumentNullException.ThrowIfNull(mending);
        mending.Validate();
        Mending = mending;
        _seed = mending.Seed(_setup.Seed);
        Objective.Mend(mending, _seed);
    }

    void IResumable.Save(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        numbers.Set(UpdateKey, Update);
        numbers.Set(AttemptKey, Mending.Attempt, Mending.LearningRate, Mending.Regularization, Mending.Steps, Mending.StepSize);
    }

    void IResumable.Check(StateNumbers numbers)
    {
        _ = UpdateOf(numbers);
        _ = MendingOf(numbers);
    }

    void IResumable.Load(StateNumbers numbers)
    {
        Mend(MendingOf(numbers));
        Update = UpdateOf(numbers);
    }

    void IResumable.Loaded()
    {
        // An update that was cut short may have left something in it.
        _gradientInUse = true;
        _trained.Commit();
        _averaged?.Commit();
    }

    /// <summary>The updates that a snapshot of a trainer was captured after.</summary>
    /// <exception cref="InvalidInputException">The numbers do not say it.</exception>
    public static long UpdateOf(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        double update = numbers.Of(UpdateKey, 1)[0];
        return update >= 0 && update <= MostUpdates && update == Math.Floor(update) ? (long)update : throw new InvalidInputException($"no training has made {update} updates");
    }

    /// <summary>The attempt that a snapshot of a trainer belongs to.</summary>
    /// <exception cref="InvalidInputException">The numbers do not say it.</exception>
    public static Mending MendingOf(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ReadOnlySpan<double> n = numbers.Of(AttemptKey, 5);
        Mending mending = n[0] is >= 0 and < int.MaxValue && n[0] == Math.Floor(n[0]) ? new Mending((int)n[0], n[1], n[2], n[3], n[4]) : throw new InvalidInputException($"no attempt of a training has the number {n[0]}");
        return mending.Fits ? mending : throw new InvalidInputException($"no attempt of a training is {mending}");
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose()
    {
        Objective.Dispose();
        _pass.Dispose();
        _update.Dispose();
        _optimizer.Dispose();
        Validator.Dispose();
        (Energy as IDisposable)?.Dispose();
        if (!ReferenceEquals(Model, Energy))
            (Model as IDisposable)?.Dispose();
    }

    private Energy Create()
    {
        Energy energy = _setup.CreateEnergy();
        if (energy.Space != _setup.Train.Space)
            throw new InvalidInputException($"The energy is defined on {energy.Space}, and the training data, {_setup.Train.Name}, are {_setup.Train.Space}. Both must be the same.");
        energy.Require<ITrainable>("The training").Initialize(_setup.Seed);
        return energy;
    }

    private static void Check(TrainerSetup setup)
    {
        List<string> problems = [];
        if (setup.Options.DataNoise > 0 && !setup.Train.Space.IsContinuous)
            problems.Add($"training.data_noise is {setup.Options.DataNoise}; it must be 0 for states that do not vary continuously ({setup.Train.Space})");
        OptionsCheck.Add(setup.Objective, problems, "objective.");
        setup.Objective.ValidateBatch(setup.Options.Batch, problems);
        OptionsCheck.Add(setup.Options, problems, "training.");
        if (problems.Count > 0)
            throw new InvalidInputException($"The training cannot start: {string.Join("; ", problems)}.");
        if (setup.Validation.Space != setup.Train.Space)
        {
            throw new InvalidInputException($"The training data, {setup.Train.Name}, have states of {setup.Train.Space}, and the validation data, {setup.Validation.Name}, "
                + $"of {setup.Validation.Space}. Both must be laid out alike.");
        }
    }

    private void PlanBatch(Rows data, int position)
    {
        int epoch = (int)(Update / UpdatesPerEpoch);
        if (epoch != _orderEpoch)
        {
            new RandomStream(_setup.Seed, RandomPurpose.DataOrder, (ulong)epoch).FillPermutation(_order, 0);
            _orderEpoch = epoch;
        }
        _batchWork.Prepare(data, position);
    }

    private sealed class BatchWork(Trainer trainer) : DeviceProgram
    {
        private Rows _data;
        private int _position;

        public override string Name => "the data of an update";

        public override int Count => _data.Count;

        public override int BlockRows => 16;

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

        protected override void Run(int start, int count, int lane)
        {
            TrainerSetup setup = trainer._setup;
            int end = start + count;
            for (int i = start; i < end; i++)
                setup.Train.Read(trainer._order[_position + i], _data[i]);
            if (setup.Options.DataNoise > 0)
            {
                StateSpace space = setup.Train.Space;
                Kernels.AddNoise(_data.Slice(start, end - start), setup.Options.DataNoise, space.Low, space.High,
                    new RandomStream(trainer._seed, RandomPurpose.DataNoise, (ulong)trainer.Update), (uint)start);
                // Columns may have walls of their own.
                for (int i = start; i < end && space.Domain == Domain.Mixed; i++)
                    space.Clamp(_data[i]);
            }
            for (int i = start; i < end && !setup.Train.IsAlwaysFinite; i++)
            {
                if (_data[i].ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    throw NotFinite(setup.Train, trainer._order[_position + i], _data[i]);
            }
        }
    }
}
