using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.States;
using Joule.Training;

namespace Joule.Runs;

/// <summary>One training, from a configuration to a folder with everything that it made.</summary>
public sealed class TrainingRun : IDisposable
{
    private const int SampleChains = 64;
    private const double LeastShare = 0.8; // of the steps of a training chain: shorter samples are not judged
    private const double UsualSteps = 100; // where training chains have no mean length
    private const int MostPairs = 64; // of test images whose distances are compared with those of samples
    private const int MostCheckpoints = 8; // three, the best, two good ones to go back to, and those that are being written

    private readonly RunConfig _config;
    private readonly Device _device;
    private readonly Trainer _trainer;
    private readonly TrainerSetup _setup;
    private readonly DataSets _data;
    private readonly string _samplesExtension;
    private readonly double _width;
    private readonly RunFigures _figures;
    private CheckpointWriter? _checkpoints;
    private TimeSpan _goodHold;
    private string? _fingerprint;

    /// <summary>Takes all memory. Nothing is written yet.</summary>
    /// <exception cref="InvalidInputException">The configuration and the images do not fit together.</exception>
    public TrainingRun(RunConfig config, Device device, DataSets data)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(data);
        data.CheckVariety();
        _config = config;
        _device = device;
        _data = data;
        _samplesExtension = data.Transform.ExtensionFor(SampleChains);
        _figures = RunFigures.Of(config);
        _setup = new TrainerSetup(device, () => config.Energy.Create(device, data.Train.Space), data.Train, data.Judges, config.Objective, config.Training, config.Seed);
        _width = StateWidth.Of(_setup.Train);
        _trainer = new Trainer(_setup);
    }

    /// <summary>About how many bytes the run will write at the least: model, chains that live on, and one checkpoint.</summary>
    public long BytesNeeded => 8L * _trainer.Parameters.Length + _trainer.Objective.State.Sum(m => 4L * m.Length) + BytesOfCheckpoint + (1 << 20)
        + Math.Min(_config.Training.Epochs * 40_000L, 1 << 30);

    /// <summary>About how many bytes the run will write with all the checkpoints that it keeps.</summary>
    public long BytesWithCheckpoints => BytesNeeded + (MostCheckpoints - 1) * BytesOfCheckpoint;

    /// <summary>The longest time that a checkpoint has held the training up.</summary>
    public TimeSpan LongestHold => _checkpoints is { } c && c.LongestHold > _goodHold ? c.LongestHold : _goodHold;

    /// <summary>Tells the images from others.</summary>
    public string Images => _fingerprint ??= _data.Fingerprint();

    private long BytesOfCheckpoint => _trainer.Memory.Sum(m => 4L * m.Length);

    /// <summary>Takes a run up where its newest whole checkpoint left it, or at its beginning where it has none.</summary>
    /// <param name="folder">The run's folder, opened.</param>
    /// <param name="terms">The terms that it goes on by.</param>
    /// <param name="warn">Is told of every checkpoint that is damaged.</param>
    /// <returns>The checkpoint's file, or null.</returns>
    /// <exception cref="InvalidInputException">The images are others, no checkpoint is whole, or the run is past the end that the terms ask for. Nothing was changed.</exception>
    public string? Resume(RunFolder folder, RunTerms terms, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(terms);
        if (folder.Terms.Images != Images)
        {
            string data = _config.Data.Source;
            string started = data == folder.StartData ? "" : $", those of {folder.StartData}";
            throw new InvalidInputException($"The images of {data} are not those that the run {folder.Location} started with{started}: number, size or pixels differ. "
                + (data == folder.StartData ? "Put those back, give the place where they are now with --data, or start a new run." : "Give the place where those are now, or start a new run."));
        }
        string? file = Checkpoints(folder).Resume(warn);
        if (terms.End.Epochs < folder.Rows.Count)
            throw new InvalidInputException($"The run {folder.Location} has made {folder.Rows.Count} epochs already; it cannot end after {terms.End.Epochs}. Give a larger --epochs.");
        if (terms.End != folder.Terms.End && terms.End.Minutes * 60 <= folder.State.Seconds)
            throw new InvalidInputException($"The run {folder.Location} has taken {folder.State.Seconds / 60:0.###} minutes already; it cannot end after {terms.End.Minutes}. Give a longer --time.");
        folder.Begin(terms);
        return file;
    }

    /// <summary>Trains until all epochs are done, the time is over or the run is cancelled; whatever ends it, the folder holds a checkpoint and the model as it is then.</summary>
    /// <param name="folder">The run's folder; it says when the run ends.</param>
    /// <param name="observer">Is told how it goes on.</param>
    /// <param name="cancellation">
    /// Stops the run at once. An update, a measurement or samples that are under way are dropped: a resumed run makes them again, and is the run that was not stopped.
    /// The time's end does the same a moment later: an update gets 0.3 seconds more, the figures and the samples of the last epoch 0.7.
    /// </param>
    /// <exception cref="RunDivergedException">The run has diverged more often than its terms let it be mended. The folder holds the model of its last good state.</exception>
    /// <exception cref="InvalidInputException">Something cannot be written. The checkpoints before are whole.</exception>
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
        using RunGuard guard = new(_config.Training.Sentinel, _trainer, state, new GoodCheckpoints(folder.Location, Format()), events, observer.Happened);
        using RunLimit limit = new(clock.Left(end), cancellation);
        observer.Started(_trainer, folder);
        if (_trainer.Update > 0)
            guard.Note("resumed", "the run goes on from a checkpoint");
        guard.Begin();
        bool timeOver = _trainer.Update > 0 && clock.IsOver(end), interrupted = cancellation.IsCancellationRequested;
        while (!timeOver && !interrupted && state.Rows.Count < (end.Epochs ?? int.MaxValue))
        {
            RunTrouble? trouble = null;
            try
            {
                while (state.Means.Count < _trainer.UpdatesPerEpoch && !timeOver && !interrupted && trouble is null)
                {
                    TrainingFigures figures = Step(guard, limit.Update);
                    state.Means.Add(figures, (double)figures.Rows / _config.Training.Batch);
                    observer.Updated(_trainer.Update, figures);
                    trouble = guard.Look(figures);
                    timeOver = clock.IsOver(end);
                    interrupted = cancellation.IsCancellationRequested;
                    // The end of an epoch is not a place to go on from: its row comes first.
                    checkpoints.Look();
                    if (trouble is null && state.Means.Count < _trainer.UpdatesPerEpoch)
                        Keep(guard, checkpoints, clock);
                }
                if (trouble is null && state.Means.Count == _trainer.UpdatesPerEpoch)
                {
                    FinishEpoch(folder, observer, clock, guard, limit.Closing);
                    if (best.IsBest(state.Rows))
                        checkpoints.TakeBest();
                    Keep(guard, checkpoints, clock);
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
                trouble = RunTrouble.Of(e);
            }
            if (trouble is not null)
                GoBack(folder, guard, checkpoints, trouble);
        }
        guard.Finish();
        _goodHold = guard.LongestHold;
        // A run that its time or a signal ends within an epoch goes on from there: the checkpoint comes before the epoch is closed.
        clock.Stamp();
        checkpoints.Finish();
        bool finished = timeOver || state.Rows.Count >= (end.Epochs ?? int.MaxValue);
        Unmade unmade = Unmade.Nothing;
        if (finished && state.Means.Count > 0)
            unmade = FinishLastEpoch(folder, observer, clock, guard, limit);
        finished &= !limit.IsCancelled || unmade != Unmade.Row;
        if (folder.Rows.Count == 0 || !finished || unmade == Unmade.Row)
            SaveModel(folder);
        if (_trainer.Objective is IKeepsChains { Chains: { } chains })
            SaveBuffer(folder, chains);
        clock.Stamp();
        RunResult result = new RunResult(state.Rows.Count, _trainer.Update, state.Seconds, folder.Rows.Count > 0 ? folder.Rows[^1] : null, !finished) { Unmade = unmade }.With(guard);
        folder.WriteSummary(Summary(result));
        return result;
    }

    /// <summary>Waits for a checkpoint that is being written, and frees all memory.</summary>
    public void Dispose()
    {
        _checkpoints?.Dispose();
        _trainer.Dispose();
    }

    private CheckpointWriter Checkpoints(RunFolder folder) =>
        _checkpoints ??= new CheckpointWriter(new CheckpointFolder(folder.Location, Format()), _trainer, folder.State);

    private CheckpointFile Format() => new(NewModel(), _figures);

    private TrainingFigures Step(RunGuard guard, CancellationToken cut)
    {
        try
        {
            return _trainer.Step(cut);
        }
        catch (InvalidInputException e)
        {
            guard.Note("stopped", e.Message);
            throw;
        }
    }

    private static void Keep(RunGuard guard, CheckpointWriter checkpoints, RunClock clock)
    {
        guard.KeepGood();
        if (!clock.IsCheckpointDue || !guard.IsIdle)
            return;
        clock.Stamp();
        if (checkpoints.TrySave())
            clock.Saved();
    }

    // The folder agrees with where the run is now, whatever came after.
    private void GoBack(RunFolder folder, RunGuard guard, CheckpointWriter checkpoints, RunTrouble trouble)
    {
        checkpoints.Wait();
        bool goesOn = guard.GoBack(trouble, folder.Terms.Rollbacks);
        folder.Begin(folder.Terms);
        SaveModel(folder);
        checkpoints.GoBack();
        if (goesOn)
            return;
        RunResult result = new RunResult(folder.Rows.Count, _trainer.Update, folder.State.Seconds, folder.Rows.Count > 0 ? folder.Rows[^1] : null, true).With(guard);
        JsonObject summary = Summary(result);
        summary["diverged"] = trouble.Text;
        folder.WriteSummary(summary);
        throw new RunDivergedException(trouble.Text, guard.Rollbacks, guard.LastGood, folder.ModelFile, guard.Advice);
    }

    // The checkpoint that has the epoch open is on the disk: whatever is not made now, a resumed run makes.
    private Unmade FinishLastEpoch(RunFolder folder, IRunObserver observer, RunClock clock, RunGuard guard, RunLimit limit)
    {
        try
        {
            return FinishEpoch(folder, observer, clock, guard, limit.Last, () => !limit.IsCancelled) ? Unmade.Nothing : Unmade.Samples;
        }
        catch (OperationCanceledException) when (limit.Last.IsCancellationRequested)
        {
            return Unmade.Row;
        }
    }

    // An epoch is closed with row, picture and model, or not at all; without the picture alone where that is allowed once it is cut short. False: there is no picture.
    private bool FinishEpoch(RunFolder folder, IRunObserver observer, RunClock clock, RunGuard guard, CancellationToken cut, Func<bool>? mayLackSamples = null)
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
        clock.Stamp();
        MetricsRow row = _figures.Row(epoch, _trainer.Update, state.Seconds, means, validation);
        folder.Add(row);
        state.Means.Clear();
        observer.EpochDone(row, folder);
        guard.LookAtEpoch(figures);
        return drawn;
    }

    // With what the samples say of the model.
    private EpochFigures DrawSamples(RunFolder folder, int epoch, in EpochFigures figures, CancellationToken cut)
    {
        using SampleDraw draw = new(_device, _trainer.Model, _config, SampleChains, _config.Seed);
        draw.StartFromNoise();
        draw.Run(_config.Sampling.Steps, cut);
        _data.Transform.Write(folder.SamplesFile(epoch, _samplesExtension), draw.Look().Span, draw.States.Count);
        (double variety, double difference) = StateProbe.Compare(draw.Look(), _setup.Validation, _width, MostPairs);
        // Chains that are cut far shorter than those of the training say nothing of the model.
        bool areLong = _config.Sampling.Steps >= LeastShare * (_config.Objective.ListChains()?.MeanSteps ?? UsualSteps);
        return figures with
        {
            SampleEnergy = areLong ? draw.Energies().Average(e => (double)e) : double.NaN,
            SampleVariety = areLong ? variety : double.NaN,
            DataDifference = difference,
        };
    }

    private void SaveModel(RunFolder folder) => NewModel().Save(folder.ModelFile);

    private Model NewModel() => new((NetworkEnergy)_trainer.Model, _config, _data.Transform) { Data = _data.Report };

    private void SaveBuffer(RunFolder folder, Rows states)
    {
        Shape shape = _trainer.Energy.Space.Shape;
        SafeTensors.Write(folder.BufferFile, [new NamedTensor("states", [states.Count, shape.Channels, shape.Height, shape.Width], _device.Download(states))],
            new Dictionary<string, string> { ["joule.kind"] = "replay buffer" });
    }

    private JsonObject Summary(RunResult result)
    {
        JsonObject summary = Places(result);
        int place = summary.IndexOf("longest_checkpoint_hold_ms") + 1;
        foreach (BestMetric metric in _figures.Best)
            summary.Insert(place++, metric.Name, Finite(result.Last?[metric.Name]));
        return summary;
    }

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;

    private JsonObject Places(RunResult result) => new()
    {
        ["preset"] = _config.Preset,
        ["seed"] = _config.Seed,
        ["epochs"] = result.Epochs,
        ["steps"] = result.Steps,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["interrupted"] = result.Interrupted,
        ["longest_checkpoint_hold_ms"] = Math.Round(LongestHold.TotalMilliseconds, 3),
        ["parameters"] = _trainer.Parameters.Length,
        ["device"] = _device.Description,
        ["rollbacks"] = RollbackLog.Json(result.Rollbacks),
        ["mended"] = result.Rollbacks.Count > 0 ? result.IsMended : null,
        ["warnings"] = SentinelLog.Warnings(result.Warnings),
        ["sentinel"] = SentinelLog.Nearest(result.Nearest),
    };
}
