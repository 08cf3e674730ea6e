using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;

namespace Joule.Training;

/// <summary>
/// Trains an energy by an objective. All random draws are functions of the seed and the update, and all sums are taken in an order that
/// does not depend on the number of threads: on one kind of processor, training is reproducible bit for bit. A step allocates nothing.
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
    private readonly int[] _labels;
    private int _orderEpoch = -1;
    private ulong _seed;
    private bool _gradientInUse;
    private bool _isFitted;

    /// <summary>Allocates all memory and draws the initial weights.</summary>
    /// <exception cref="InvalidInputException">An option is out of range, or the parts do not fit together.</exception>
    public Trainer(TrainerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _setup = setup;
        _options = setup.Options;
        _seed = setup.Seed;
        setup.Check();
        Energy = Model = Create();
        _trained = Energy.Require<ITrainable>("The training");
        if (_options.AverageWeights is not null)
        {
            Model = Create();
            _averaged = Model.Require<ITrainable>("The training");
        }
        Width = StateWidth.Of(setup.Train);
        Objective = setup.Objective.Create(new ObjectiveContext(setup.Device, Energy, _options.Batch, setup.Seed)
        {
            Width = Width,
            Train = setup.Train,
            PlannedUpdates = PlannedUpdates,
        });
        Figures = ListFigures(Objective.Figures);
        _optimizer = _options.Optimizer.Create(setup.Device, Parameters.Length);
        _pass = Objective.CreatePass(_trained);
        _update = new ParameterUpdate(setup.Device, _optimizer, Parameters, _pass.ParameterGradient, _averaged?.Parameters ?? default);
        _values = new double[Figures.Count];
        _order = new int[setup.Train.Count];
        _labels = new int[setup.Train.Labels is null ? 0 : _options.Batch];
        _batchWork = new BatchWork(setup, _order);
        Validator = new Validator(setup.Device, setup.Validation, setup.Seed);
        Memory =
        [
            new StateMemory(WeightsName, Saved(_trained)),
            .. _averaged is null ? (StateMemory[])[] : [new StateMemory(AverageName, Saved(_averaged))],
            .. _optimizer.State, .. Objective.State,
        ];
        if (setup.Device.NeedsRehearsal)
            Rehearse();
    }

    /// <summary>Name in <see cref="Memory"/> of the trained weights.</summary>
    public const string WeightsName = "weights";

    /// <summary>Name in <see cref="Memory"/> of the averaged weights, if any.</summary>
    public const string AverageName = "average";

    /// <summary>The energy being trained.</summary>
    public Energy Energy { get; }

    /// <summary>
    /// The energy to use: that of the averaged weights, if weights are averaged. <see cref="Validate"/> brings it up to date.
    /// </summary>
    public Energy Model { get; }

    /// <summary>The trained parameters, in device memory.</summary>
    public Rows Parameters => _trained.Parameters;

    /// <summary>The parameters of <see cref="Model"/>, in device memory.</summary>
    public Rows ModelParameters => (_averaged ?? _trained).Parameters;

    /// <summary>The objective.</summary>
    public Objective Objective { get; }

    /// <summary>The figures of an update: those of the objective and the norm of the gradient.</summary>
    public FigureList Figures { get; }

    /// <summary>Measures the model on the validation data and on noise.</summary>
    public Validator Validator { get; }

    /// <summary>The width of the states (<see cref="StateWidth"/>), in their own units.</summary>
    public double Width { get; }

    /// <summary>Standard deviation of the noise on the data, in units of the state.</summary>
    public double DataNoise => _options.DataNoise;

    /// <summary>Updates made.</summary>
    public long Update { get; private set; }

    /// <summary>
    /// All memory that the next update needs, besides the numbers of the update and the attempt: weights, averaged weights, the optimiser's
    /// moments, and the objective's state, for example a replay buffer with its ages. Data order, schedule and random draws are functions
    /// of the seed and the update.
    /// </summary>
    public IReadOnlyList<StateMemory> Memory { get; }

    /// <summary>The adjustments of this attempt, relative to the configuration.</summary>
    public Adjustment Adjustment { get; private set; } = Adjustment.None;

    /// <summary>Updates per pass over the data; the last one of a pass may be smaller.</summary>
    public int UpdatesPerEpoch => (_setup.Train.Count + _options.Batch - 1) / _options.Batch;

    /// <summary>Number of updates that the schedule spans.</summary>
    public long PlannedUpdates => (long)_options.Epochs * UpdatesPerEpoch;

    /// <summary>The figures of an update, given those of the objective.</summary>
    public static FigureList ListFigures(FigureList objective) => new([.. objective, NormFigure]);

    /// <summary>
    /// Fits what the energy wants fitted to the training data before its first update (<see cref="IFitted"/>). The first
    /// <see cref="Step"/> does so if it was not done; later calls do nothing.
    /// </summary>
    /// <param name="cancellation">Stops the fit; the next call begins it again.</param>
    /// <exception cref="InvalidInputException">The data cannot be fitted.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public void Fit(CancellationToken cancellation = default)
    {
        if (_isFitted || _trained is not IFitted fitted)
            return;
        fitted.Fit(_setup.Train, _setup.Seed, cancellation);
        if (_averaged is IFitted averaged)
        {
            _setup.Device.Copy(fitted.Fitted, averaged.Fitted);
            _averaged.Commit();
        }
        _isFitted = true;
    }

    /// <summary>
    /// Starts from the weights of a trained energy of the same kind. What was fitted stays as it is, unless nothing else is trained
    /// (<see cref="ObjectiveOptions.OnlyFits"/>): then it is fitted anew.
    /// </summary>
    /// <param name="energy">The energy; it is not changed.</param>
    /// <exception cref="ArgumentException">It has another number of weights.</exception>
    /// <exception cref="InvalidOperationException">An update has been made.</exception>
    public void StartFrom(ITrainable energy)
    {
        if (Update > 0)
            throw new InvalidOperationException($"{Update} updates have been made.");
        foreach (ITrainable trained in _averaged is null ? (ITrainable[])[_trained] : [_trained, _averaged])
        {
            _setup.Device.Copy(Saved(energy), Saved(trained));
            trained.Commit();
        }
        _isFitted = !_setup.Objective.OnlyFits();
    }

    /// <summary>Makes one update.</summary>
    /// <param name="cancellation">
    /// Cancels the update: it is not made, and the next one is bit for bit what this one would have been.
    /// </param>
    /// <returns>Its figures, valid until the next step.</returns>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public TrainingFigures Step(CancellationToken cancellation = default)
    {
        Fit(cancellation);
        int position = (int)(Update % UpdatesPerEpoch) * _options.Batch;
        int count = Math.Min(_options.Batch, _setup.Train.Count - position);
        Rows data = Objective.DataRows(count);
        PlanBatch(data, position);
        if (!Objective.LaunchesData)
            _setup.Device.Launch(_batchWork);
        // An update leaves the gradient 0; a cancelled one may not.
        if (_gradientInUse)
            _setup.Device.Clear(_pass.ParameterGradient);
        _gradientInUse = true;
        _pass.Cancellation = cancellation;
        TrainingUpdate update = new(Update, _pass, _batchWork, cancellation) { Labels = ReadLabels(position, count) };
        Objective.Accumulate(update, data, _values.AsSpan(0, _values.Length - 1));
        // The update can no longer be cancelled; the rest takes no time.
        // The average spans at most a tenth of the updates made, so that the initial weights are soon forgotten.
        float decay = Math.Min(_options.AverageWeights ?? 0, (1f + Update) / (10f + Update));
        double factor = _options.Schedule.Factor(Update, PlannedUpdates);
        double rate = factor * Adjustment.LearningRate * Objective.RateFactor;
        double norm = _update.Step(Update, rate, _options.GradientClip, decay, _trained.CommitProgram);
        if (!double.IsFinite(norm))
            throw new DivergenceException("gradient of the parameters", Update + 1, -1, norm);
        Objective.CompleteFigures(_values.AsSpan(0, _values.Length - 1));
        _values[^1] = norm;
        _gradientInUse = false;
        Update++;
        return new TrainingFigures(Figures, _values, count, factor == 0);
    }

    /// <summary>Brings <see cref="Model"/> up to date, and measures it on the validation data and on fresh noise of the epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="cancellation">Cancels the validation.</param>
    public ValidationFigures Validate(int epoch, CancellationToken cancellation = default)
    {
        _averaged?.Commit();
        return Validator.Run(Model, epoch, Update, cancellation);
    }

    /// <summary>
    /// Continues as another attempt, with new random draws of the objective and of the data noise, and with adjusted learning rate and
    /// objective. The data keep the order of the seed, so that an epoch still shows every state once. <see cref="Adjustment.None"/> is the
    /// configuration itself.
    /// </summary>
    /// <exception cref="InvalidInputException">A factor is out of range.</exception>
    public void Adjust(Adjustment adjustment)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        adjustment.Validate();
        Adjustment = adjustment;
        _seed = adjustment.Seed(_setup.Seed);
        Objective.Adjust(adjustment, _seed);
    }

    void IResumable.Save(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        numbers.Set(UpdateKey, Update);
        numbers.Set(
            AttemptKey, Adjustment.Attempt, Adjustment.LearningRate, Adjustment.Regularization, Adjustment.Steps, Adjustment.StepSize);
    }

    void IResumable.Check(StateNumbers numbers)
    {
        _ = UpdateOf(numbers);
        _ = AdjustmentOf(numbers);
    }

    void IResumable.Load(StateNumbers numbers)
    {
        Adjust(AdjustmentOf(numbers));
        Update = UpdateOf(numbers);
    }

    void IResumable.Loaded()
    {
        // A cancelled update may have left something in the gradient.
        _gradientInUse = true;
        _isFitted = Update > 0;
        _trained.Commit();
        _averaged?.Commit();
    }

    /// <summary>The update after which a trainer's snapshot was captured.</summary>
    /// <exception cref="InvalidInputException">The numbers are not those of a trainer.</exception>
    public static long UpdateOf(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        double update = numbers.Of(UpdateKey, 1)[0];
        return update >= 0 && update <= MostUpdates && update == Math.Floor(update)
            ? (long)update
            : throw new InvalidInputException($"a training cannot have made {update} updates");
    }

    /// <summary>The attempt of a trainer's snapshot.</summary>
    /// <exception cref="InvalidInputException">The numbers are not those of a trainer.</exception>
    public static Adjustment AdjustmentOf(StateNumbers numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ReadOnlySpan<double> n = numbers.Of(AttemptKey, 5);
        if (!(n[0] is >= 0 and < int.MaxValue && n[0] == Math.Floor(n[0])))
            throw new InvalidInputException($"{n[0]} cannot be the number of an attempt");
        Adjustment adjustment = new((int)n[0], n[1], n[2], n[3], n[4]);
        return adjustment.Fits ? adjustment : throw new InvalidInputException($"{adjustment} cannot be an attempt of a training");
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose()
    {
        Objective.Dispose();
        _batchWork.Dispose();
        _pass.Dispose();
        _update.Dispose();
        _optimizer.Dispose();
        Validator.Dispose();
        (Energy as IDisposable)?.Dispose();
        if (!ReferenceEquals(Model, Energy))
            (Model as IDisposable)?.Dispose();
    }

    // A device that does not run every program refuses the training here, not in its first update.
    private void Rehearse()
    {
        using Snapshot start = new(this);
        start.Capture();
        _isFitted = true;
        try
        {
            _setup.Device.Rehearse(() =>
            {
                Step();
                using EnergyEvaluation evaluation = new(_setup.Device, Model);
                evaluation.Run(Objective.DataRows(1), new float[1]);
            });
        }
        catch (InvalidInputException e)
        {
            Dispose();
            string objective = Catalogue.NameOf(_setup.Objective.GetType()) ?? Objective.GetType().Name;
            throw new InvalidInputException(
                $"This training by {objective} cannot run on {_setup.Device.Description}: train on the CPU (--device cpu). {e.Message}", e);
        }
        catch (DivergenceException)
        {
            // Nothing was computed; all launches up to here can run.
        }
        start.Restore();
    }

    private Energy Create()
    {
        Energy energy = _setup.CreateEnergy();
        if (energy.Space != _setup.Train.Space)
        {
            throw new InvalidInputException($"The energy is defined on {energy.Space}, and the training data, {_setup.Train.Name}, "
                + $"are {_setup.Train.Space}. Both must be the same.");
        }
        energy.Require<ITrainable>("The training").Initialize(_setup.Seed);
        return energy;
    }

    private static Rows Saved(ITrainable energy) => (energy as IFitted)?.Saved ?? energy.Parameters;

    private void PlanBatch(Rows data, int position)
    {
        int epoch = (int)(Update / UpdatesPerEpoch);
        if (epoch != _orderEpoch)
        {
            new RandomStream(_setup.Seed, RandomPurpose.DataOrder, (ulong)epoch).FillPermutation(_order, 0);
            _orderEpoch = epoch;
        }
        _batchWork.Prepare(data, position, new RandomStream(_seed, RandomPurpose.DataNoise, (ulong)Update));
    }

    private ReadOnlyMemory<int> ReadLabels(int position, int count)
    {
        if (_setup.Train.Labels is not { } labels)
            return default;
        for (int i = 0; i < count; i++)
            _labels[i] = labels.Values[_order[position + i]];
        return _labels.AsMemory(0, count);
    }
}
