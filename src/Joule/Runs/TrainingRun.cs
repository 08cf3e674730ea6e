using System.Diagnostics;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>Is told how a run goes on.</summary>
public interface IRunObserver
{
    /// <summary>The run starts.</summary>
    /// <param name="trainer">The trainer, its memory taken.</param>
    /// <param name="folder">The run's folder.</param>
    void Started(Trainer trainer, RunFolder folder);

    /// <summary>An update was made.</summary>
    void Updated(long update, in TrainingFigures figures);

    /// <summary>An epoch is over; its files are written.</summary>
    void EpochDone(MetricsRow row, RunFolder folder);
}

/// <summary>What a run came to.</summary>
/// <param name="Epochs">Whole epochs made.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Last">The last row of metrics, or null.</param>
/// <param name="Interrupted">True when it was stopped before its end.</param>
public sealed record RunResult(int Epochs, long Steps, double Seconds, MetricsRow? Last, bool Interrupted);

/// <summary>One training, from a configuration to a folder with everything that it made.</summary>
public sealed class TrainingRun : IDisposable
{
    private const int SampleChains = 64;

    private readonly RunConfig _config;
    private readonly Device _device;
    private readonly Trainer _trainer;

    /// <summary>Takes all memory. Nothing is written yet.</summary>
    /// <exception cref="InvalidInputException">The configuration and the images do not fit together.</exception>
    public TrainingRun(RunConfig config, Device device, TrainTest images)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(images);
        images.CheckVariety();
        _config = config;
        _device = device;
        _trainer = new Trainer(new TrainerSetup(device, config.Network, images.Train, images.Test, config.Images,
            config.Negatives, config.Optimizer, config.Schedule, config.Training, config.Seed));
    }

    /// <summary>About how many bytes the run will write.</summary>
    public long BytesNeeded =>
        4L * _trainer.Energy.Network.Plan.ParameterLength * 2 + (_config.Negatives is BufferNegativesOptions b ? 4L * b.Slots * _trainer.Energy.Space.Width : 0)
        + (1 << 20) + Math.Min(_config.Training.Epochs * 40_000L, 1 << 30);

    /// <summary>Trains until all epochs are done, the time is over or the run is cancelled; whatever ends it, the folder holds the model as it is then.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="observer">Is told how it goes on.</param>
    /// <param name="end">When the run ends.</param>
    /// <param name="cancellation">Stops the run between two updates.</param>
    /// <exception cref="DivergenceException">Something became non-finite. The folder holds the model of the last whole epoch.</exception>
    public RunResult Train(RunFolder folder, IRunObserver observer, RunEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(observer);
        Stopwatch clock = Stopwatch.StartNew();
        observer.Started(_trainer, folder);
        int epoch = 0;
        bool interrupted = false, timeOver = false;
        try
        {
            while (epoch < (end.Epochs ?? int.MaxValue) && !timeOver)
            {
                FigureMeans means = new();
                for (int i = 0; i < _trainer.UpdatesPerEpoch && !timeOver; i++)
                {
                    TrainingFigures figures = _trainer.Step(cancellation);
                    means.Add(figures);
                    observer.Updated(_trainer.Update, figures);
                    timeOver = end.Minutes is { } m && clock.Elapsed.TotalMinutes >= m;
                }
                epoch++;
                FinishEpoch(folder, observer, epoch, means, clock);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            interrupted = true;
        }
        if (folder.Rows.Count == 0 || interrupted)
            SaveModel(folder);
        if (_trainer.Negatives is BufferNegatives negatives)
            SaveBuffer(folder, negatives);
        RunResult result = new(epoch, _trainer.Update, clock.Elapsed.TotalSeconds, folder.Rows.Count > 0 ? folder.Rows[^1] : null, interrupted);
        folder.WriteSummary(Summary(result));
        return result;
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose() => _trainer.Dispose();

    private void FinishEpoch(RunFolder folder, IRunObserver observer, int epoch, FigureMeans means, Stopwatch clock)
    {
        ValidationFigures validation = _trainer.Validate(epoch);
        TrainingFigures mean = means.Mean;
        using (SampleDraw draw = new(_device, _trainer.Model, _config, SampleChains, _config.Seed))
        {
            draw.StartFromNoise();
            draw.Run(_config.Sampling.Steps);
            if (_trainer.Model.Space.Shape.Channels is 1 or 3)
                PngFile.Write(folder.SamplesFile(epoch), ImageGrid.Draw(draw.States, _trainer.Model.Space));
        }
        SaveModel(folder);
        MetricsRow row = new(epoch, _trainer.Update, clock.Elapsed.TotalSeconds, mean.Loss, mean.Divergence, mean.Regularization,
            mean.DataEnergy, mean.NegativeEnergy, validation.Divergence, validation.DataEnergy, validation.NoiseEnergy, mean.GradientNorm);
        folder.Add(row);
        observer.EpochDone(row, folder);
    }

    private void SaveModel(RunFolder folder) => new Model(_trainer.Model, _config).Save(folder.ModelFile);

    private void SaveBuffer(RunFolder folder, BufferNegatives negatives)
    {
        Rows states = negatives.Buffer.States.Slice(0, negatives.Buffer.Filled);
        Networks.Shape shape = _trainer.Energy.Space.Shape;
        SafeTensors.Write(folder.BufferFile, [new NamedTensor("states", [states.Count, shape.Channels, shape.Height, shape.Width], states.Span.ToArray())],
            new Dictionary<string, string> { ["joule.kind"] = "replay buffer" });
    }

    private JsonObject Summary(RunResult result) => new()
    {
        ["preset"] = _config.Preset,
        ["seed"] = _config.Seed,
        ["epochs"] = result.Epochs,
        ["steps"] = result.Steps,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["interrupted"] = result.Interrupted,
        ["val_cd"] = result.Last?.ValCd,
        ["loss"] = result.Last?.Loss,
        ["parameters"] = _trainer.Energy.Network.Plan.ParameterLength,
        ["device"] = _device.Description,
    };
}
