using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Tests.Data;
using Joule.Tests.Training;
using Joule.Training;

namespace Joule.Tests.Runs;

/// <summary>A small training and everything that writes and reads its checkpoints.</summary>
internal sealed class CheckpointTools : IDisposable
{
    public CheckpointTools(string optimizer = "adam", string source = "buffer", int threads = 1)
    {
        Device = Device.Cpu(threads);
        Trainer = SnapshotTests.Make(Device, optimizer, source);
        Figures = new RunFigures(Trainer.Objective.Figures);
        Run = new RunState(Figures);
        RunConfig config = Presets.Load("seed").With(new NoiseNegativesOptions()).With(new FlattenLayer(), new DenseLayer { Outputs = 1 });
        Format = new CheckpointFile(new Model((NetworkEnergy)Trainer.Model, config, config.Transform(1, 6, 6)), Figures);
        Checkpoint = Joule.Runs.Checkpoint.Of(Trainer, Run);
    }

    public Device Device { get; }

    public Trainer Trainer { get; }

    /// <summary>The figures of the training, which has a lag where chains live on in a buffer.</summary>
    public RunFigures Figures { get; }

    public CheckpointFile Format { get; }

    public Snapshot Checkpoint { get; }

    public RunState Run { get; }

    /// <summary>Makes updates like a run: with running means, and a row at the end of each epoch.</summary>
    public TrainingFigures[] Train(int updates)
    {
        TrainingFigures[] figures = new TrainingFigures[updates];
        for (int i = 0; i < updates; i++)
        {
            figures[i] = Trainer.Step().Copy();
            Run.Means.Add(figures[i]);
            Run.Seconds += 1.0 / 3;
            if (Trainer.Update % Trainer.UpdatesPerEpoch != 0)
                continue;
            double[] values = new double[Figures.Columns.Names.Count];
            (values[0], values[^1]) = (figures[i][FigureRole.Loss], 1 / 3.0);
            values[Figures.Columns.IndexOf("val_cd")] = double.NaN;
            Run.Rows.Add(new MetricsRow(Figures.Columns, Run.Rows.Count + 1, Trainer.Update, Run.Seconds, values));
            Run.Means.Clear();
        }
        return figures;
    }

    /// <summary>A folder for the checkpoints.</summary>
    public static CheckpointFolder Folder(TempFolder temp, CheckpointTools run)
    {
        Directory.CreateDirectory(temp[CheckpointFolder.FolderName]);
        return new CheckpointFolder(temp.Path, run.Format);
    }

    public void Capture() => Checkpoint.Capture();

    public void Restore() => Checkpoint.Restore();

    public void Dispose()
    {
        Checkpoint.Dispose();
        Trainer.Dispose();
        Device.Dispose();
    }
}
