using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;
using Joule.Training;

namespace Joule.Runs;

/// <summary>One training run, from a configuration to a folder with its results.</summary>
public sealed class TrainingRun : IDisposable
{
    private const int SampleChains = 64;
    private const double LeastShare = 0.8; // of the steps of a training chain: samples from shorter chains are not judged
    private const double UsualSteps = 100; // for objectives whose chains have no mean length
    private const int MostPairs = 64; // test states whose distances are compared with those of samples
    private const int MostCheckpoints = 8; // three recent, the best, two good states, and those being written

    private const int LargestKept = 1 << 16; // parameters of a model that is kept after every epoch

    private readonly RunConfig _config;
    private readonly Device _device;
    private readonly Trainer _trainer;
    private readonly TrainerSetup _setup;
    private readonly DataSets _data;
    private readonly WarmStart? _start;
    private readonly string _samplesExtension;
    private readonly RunFigures _figures;
    private CheckpointWriter? _checkpoints;
    private TimeSpan _goodHold;
    private string? _fingerprint;

    /// <summary>Allocates all memory. Nothing is written yet.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="device">The device.</param>
    /// <param name="data">The data; where the run starts from a model, opened with its transform.</param>
    /// <param name="start">The model that <see cref="RunConfig.Start"/> names, or null.</param>
    /// <exception cref="InvalidInputException">The configuration and the data do not fit together.</exception>
    public TrainingRun(RunConfig config, Device device, DataSets data, WarmStart? start = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(data);
        if (config.Start is not null && start is null)
            throw new ArgumentException($"The configuration starts from {config.Start}; open it with WarmStart.Open.", nameof(start));
        data.CheckVariety();
        _config = config;
        _device = device;
        _data = data;
        _start = start;
        _samplesExtension = data.Transform.ExtensionFor(SampleChains);
        _figures = RunFigures.Of(config);
        _setup = new TrainerSetup(
            device,
            () => config.Energy.Create(device, data.Train.Space),
            data.Train,
            data.Judges,
            config.Objective,
            config.Training,
            config.Seed);
        _trainer = new Trainer(_setup);
        start?.Apply(_trainer, device);
    }

    /// <summary>
    /// About how many bytes the run will write at least: the model, persistent chains, one checkpoint and the epochs' files.
    /// </summary>
    public long BytesNeeded =>
        (_start is null ? 8L : 12L) * _trainer.Parameters.Length + _trainer.Objective.State.Sum(m => 4L * m.Length)
        + BytesOfCheckpoint + (1 << 20)
        + Math.Min(_config.Training.Epochs * (KeepsEpochs ? 4L * _trainer.Parameters.Length + 40_000 : 40_000), 1 << 30);

    /// <summary>About how many bytes the run will write, all checkpoints that it keeps included.</summary>
    public long BytesWithCheckpoints => BytesNeeded + (MostCheckpoints - 1) * BytesOfCheckpoint;

    /// <summary>The longest time that training waited for a checkpoint.</summary>
    public TimeSpan LongestHold => _checkpoints is { } c && c.LongestHold > _goodHold ? c.LongestHold : _goodHold;

    /// <summary>The fingerprint of the data.</summary>
    public string Images => _fingerprint ??= _data.Fingerprint();

    // Models of points are small, and a film shows how they were learned.
    private bool KeepsEpochs => _data.Train.Space.Picture == StatePicture.Point && _trainer.Parameters.Length <= LargestKept;

    private long BytesOfCheckpoint => _trainer.Memory.Sum(m => 4L * m.Length);

    /// <summary>Restores a run from its newest intact checkpoint, or starts it from the beginning if it has no checkpoint.</summary>
    /// <param name="folder">The run's opened folder.</param>
    /// <param name="terms">The terms of the resumed run.</param>
    /// <param name="warn">Receives a warning for every damaged checkpoint.</param>
    /// <returns>The checkpoint's file, or null.</returns>
    /// <exception cref="InvalidInputException">
    /// The data differ, no checkpoint is intact, or the run is already past the end of <paramref name="terms"/>. Nothing was changed.
    /// </exception>
    public string? Resume(RunFolder folder, RunTerms terms, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(terms);
        if (folder.Terms.Images != Images)
        {
            string data = _config.Data.Source;
            string started = data == folder.StartData ? "" : $", those of {folder.StartData}";
            string next = data == folder.StartData
                ? "Restore the original data, give their current place with --data, or start a new run."
                : "Give the current place of the original data, or start a new run.";
            throw new InvalidInputException($"The images of {data} are not those that the run {folder.Location} started with{started}: "
                + $"number, size or pixels differ. {next}");
        }
        string? file = Checkpoints(folder).Resume(warn);
        if (terms.End.Epochs < folder.Rows.Count)
        {
            throw new InvalidInputException($"The run {folder.Location} has already made {folder.Rows.Count} epochs; "
                + $"it cannot end after {terms.End.Epochs}. Give a larger --epochs.");
        }
        if (terms.End != folder.Terms.End && terms.End.Minutes * 60 <= folder.State.Seconds)
        {
            throw new InvalidInputException($"The run {folder.Location} has already taken {folder.State.Seconds / 60:0.###} minutes; "
                + $"it cannot end after {terms.End.Minutes}. Give a longer --time.");
        }
        folder.Begin(terms);
        return file;
    }

    /// <summary>
    /// Trains until all epochs are done, the time is over or the run is cancelled. In every case the folder then holds a checkpoint and the
    /// current model.
    /// </summary>
    /// <param name="folder">The run's folder; its terms say when the run ends.</param>
    /// <param name="observer">Receives the progress.</param>
    /// <param name="cancellation">
    /// Stops the run at once. A running update, validation or sampling is dropped; a resumed run repeats it and gives the same result as an
    /// uninterrupted run. The time limit does the same a moment later: an update gets 0.3 seconds more, the figures and samples of the last
    /// epoch 0.7.
    /// </param>
    /// <exception cref="RunDivergedException">
    /// The run has diverged and has no rollbacks left. The folder holds the model of its last good state.
    /// </exception>
    /// <exception cref="InvalidInputException">A file cannot be written. Earlier checkpoints are intact.</exception>
    public RunResult Train(RunFolder folder, IRunObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(observer);
        RunState state = folder.State;
        RunEnd end = folder.Terms.End;
        BestMetric best = _figures.FindBest(folder.Terms.Best);
        CheckpointWriter checkpoints = Checkpoints(folder);
        RunClock clock = new(state, folder.Terms.CheckpointEvery);
        RunEvents events = new(folder.Location, TimeProvider.System);
        using RollbackControl control = new(
            _config.Training.Sentinel, _trainer, state, new GoodCheckpoints(folder.Location, Format()), events, observer.Happened);
        using RunLimit limit = new(clock.Left(end), cancellation);
        observer.Started(_trainer, folder);
        if (_trainer.Update > 0)
            control.Note("resumed", "the run resumes from a checkpoint");
        bool fitted = Fit(limit.Update);
        control.Begin();
        bool interrupted = cancellation.IsCancellationRequested, timeOver = (_trainer.Update > 0 || !fitted) && clock.IsOver(end);
        while (!timeOver && !interrupted && state.Rows.Count < (end.Epochs ?? int.MaxValue))
        {
            RunDivergence? divergence = null;
            try
            {
                while (state.Means.Count < _trainer.UpdatesPerEpoch && !timeOver && !interrupted && divergence is null)
                {
                    TrainingFigures figures = Step(control, limit.Update);
                    state.Means.Add(figures, (double)figures.Rows / _config.Training.Batch);
                    observer.Updated(_trainer.Update, figures);
                    divergence = control.Look(figures);
                    timeOver = clock.IsOver(end);
                    interrupted = cancellation.IsCancellationRequested;
                    // A run cannot resume from the end of an epoch: its row must be written first.
                    checkpoints.Look();
                    if (divergence is null && state.Means.Count < _trainer.UpdatesPerEpoch)
                        Keep(control, checkpoints, clock);
                }
                if (divergence is null && state.Means.Count == _trainer.UpdatesPerEpoch)
                {
                    FinishEpoch(folder, observer, clock, control, limit.Closing);
                    if (best.IsBest(state.Rows))
                        checkpoints.TakeBest();
                    Keep(control, checkpoints, clock);
                    interrupted = cancellation.IsCancellationRequested;
                }
            }
            catch (OperationCanceledException) when (limit.Closing.IsCancellationRequested)
            {
                interrupted = limit.IsCancelled;
                timeOver = !interrupted || clock.IsOver(end);
            }
            catch (DivergenceException e)
            {
                divergence = RunDivergence.Of(e);
            }
            if (divergence is not null)
                GoBack(folder, control, checkpoints, divergence);
        }
        control.Finish();
        _goodHold = control.LongestHold;
        // A run that stops within an epoch resumes there: the checkpoint is written before the epoch is closed.
        clock.Stamp();
        checkpoints.Finish();
        bool finished = timeOver || state.Rows.Count >= (end.Epochs ?? int.MaxValue);
        Unmade unmade = Unmade.Nothing;
        if (finished && state.Means.Count > 0)
            unmade = FinishLastEpoch(folder, observer, clock, control, limit);
        finished &= !limit.IsCancelled || unmade != Unmade.Row;
        if (folder.Rows.Count == 0 || !finished || unmade == Unmade.Row)
            SaveModel(folder);
        finished = finished
            && RunCalibration.Write(_device, _trainer.Model, _config, _data.Calibration, folder.ModelFile, cancellation);
        if (_trainer.Objective is IKeepsChains { Chains: { } chains })
            SaveBuffer(folder, chains);
        clock.Stamp();
        MetricsRow? last = folder.Rows.Count > 0 ? folder.Rows[^1] : null;
        RunResult result =
            new RunResult(state.Rows.Count, _trainer.Update, state.Seconds, last, !finished)
            {
                Unmade = unmade,
                Shift = finished && _start is not null
                    ? ModelShift.Find(_device, _start, NewModel(), _data, control, cancellation)
                    : null,
                Divergence = finished ? TruthFigures.Of(_device, _trainer.Model, _config, _data, control) : null,
            }.With(control);
        folder.WriteSummary(Summary(result));
        return result;
    }

    /// <summary>Waits until the current checkpoint is written, and frees all memory.</summary>
    public void Dispose()
    {
        _checkpoints?.Dispose();
        _trainer.Dispose();
    }

    private CheckpointWriter Checkpoints(RunFolder folder) =>
        _checkpoints ??= new CheckpointWriter(new CheckpointFolder(folder.Location, Format()), _trainer, folder.State);

    private CheckpointFile Format() => new(NewModel(), _figures);

    // Whether it was done: a run that ends before its energy is fitted fits it when it resumes.
    private bool Fit(CancellationToken cut)
    {
        try
        {
            _trainer.Fit(cut);
            return true;
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            return false;
        }
    }

    private TrainingFigures Step(RollbackControl control, CancellationToken cut)
    {
        try
        {
            return _trainer.Step(cut);
        }
        catch (InvalidInputException e)
        {
            control.Note("stopped", e.Message);
            throw;
        }
    }

    private static void Keep(RollbackControl control, CheckpointWriter checkpoints, RunClock clock)
    {
        control.KeepGood();
        if (!clock.IsCheckpointDue || !control.IsIdle)
            return;
        clock.Stamp();
        if (checkpoints.TrySave())
            clock.Saved();
    }

    // Makes the folder agree with the restored state.
    private void GoBack(RunFolder folder, RollbackControl control, CheckpointWriter checkpoints, RunDivergence divergence)
    {
        checkpoints.Wait();
        bool goesOn = control.GoBack(divergence, folder.Terms.Rollbacks);
        folder.Begin(folder.Terms);
        SaveModel(folder);
        checkpoints.GoBack();
        if (goesOn)
            return;
        MetricsRow? last = folder.Rows.Count > 0 ? folder.Rows[^1] : null;
        RunResult result = new RunResult(folder.Rows.Count, _trainer.Update, folder.State.Seconds, last, true).With(control);
        JsonObject summary = Summary(result);
        summary["diverged"] = divergence.Text;
        folder.WriteSummary(summary);
        throw new RunDivergedException(divergence.Text, control.Rollbacks, control.LastGood, folder.ModelFile, control.Advice);
    }

    // The checkpoint on the disk has the epoch open: a resumed run does what is left out here.
    private Unmade FinishLastEpoch(RunFolder folder, IRunObserver observer, RunClock clock, RollbackControl control, RunLimit limit)
    {
        try
        {
            return FinishEpoch(folder, observer, clock, control, limit.Last, () => !limit.IsCancelled) ? Unmade.Nothing : Unmade.Samples;
        }
        catch (OperationCanceledException) when (limit.Last.IsCancellationRequested)
        {
            return Unmade.Row;
        }
    }

    // Closes an epoch with row, samples and model, or not at all. The samples may be left out where mayLackSamples says so; then false is
    // returned.
    private bool FinishEpoch(
        RunFolder folder,
        IRunObserver observer,
        RunClock clock,
        RollbackControl control,
        CancellationToken cut,
        Func<bool>? mayLackSamples = null)
    {
        RunState state = folder.State;
        int epoch = state.Rows.Count + 1;
        ValidationFigures validation = _trainer.Validate(epoch, cut);
        FigureMeans means = state.Means;
        EpochFigures figures = new(_trainer.Update, means[FigureRole.GradientNorm], validation, double.NaN, double.NaN, double.NaN)
        {
            DataEnergy = means[FigureRole.DataEnergy],
            Divergence = means[FigureRole.Gap],
            StartsFromData = _trainer.Objective is IContrasts { Contrast.StartsFromData: true },
        };
        bool drawn = true;
        try
        {
            figures = DrawSamples(folder, epoch, figures, cut);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested && mayLackSamples?.Invoke() == true)
        {
            drawn = false;
            folder.RemoveSamples(epoch, _samplesExtension);
        }
        SaveModel(folder);
        if (KeepsEpochs)
            NewModel().Save(folder.CreateEpochFile(epoch));
        clock.Stamp();
        MetricsRow row = _figures.Row(epoch, _trainer.Update, state.Seconds, means, validation);
        folder.Add(row);
        state.Means.Clear();
        observer.EpochDone(row, folder);
        control.LookAtEpoch(figures);
        return drawn;
    }

    // The figures with those of the samples.
    private EpochFigures DrawSamples(RunFolder folder, int epoch, in EpochFigures figures, CancellationToken cut)
    {
        using SampleDraw draw = new(_device, _trainer.Model, _config, SampleChains, _config.Seed);
        draw.StartFromNoise();
        draw.Run(_config.Sampling.Steps, cut);
        Rows samples = draw.Look();
        _data.Transform.Write(folder.SamplesFile(epoch, _samplesExtension), samples.Span, samples.Count);
        (double variety, double difference) = StateProbe.Compare(samples, _setup.Validation, _trainer.Width, MostPairs);
        // Chains much shorter than the training chains say nothing about the model.
        bool areLong = _config.Sampling.Steps >= LeastShare * (_config.Objective.ListChains()?.MeanSteps ?? UsualSteps);
        return figures with
        {
            SampleEnergy = areLong ? draw.Energies().Average(e => (double)e) : double.NaN,
            SampleVariety = areLong ? variety : double.NaN,
            DataDifference = difference,
        };
    }

    private void SaveModel(RunFolder folder) => NewModel().Save(folder.ModelFile);

    private Model NewModel() => new(_trainer.Model, _config, _data.Transform)
    {
        Data = _data.Report,
        Classes = _trainer.Model is IClassifier ? _data.Train.Labels?.Levels : null,
    };

    private void SaveBuffer(RunFolder folder, Rows states)
    {
        Shape shape = _trainer.Energy.Space.Shape;
        SafeTensors.Write(folder.BufferFile,
            [new NamedTensor("states", [states.Count, shape.Channels, shape.Height, shape.Width], _device.Download(states))],
            new Dictionary<string, string> { ["joule.kind"] = "replay buffer" });
    }

    private JsonObject Summary(RunResult result) =>
        RunSummary.Json(result, _config, _trainer, _figures, _device, LongestHold, _start);
}
