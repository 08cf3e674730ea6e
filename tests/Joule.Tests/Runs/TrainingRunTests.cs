using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Networks;
using Joule.Runs;
using Joule.Tests.Data;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>Runs stopped at the most difficult moments: within an update, and at the end of an epoch.</summary>
[Collection(AloneCollection.Name)]
public sealed class TrainingRunTests
{
    private const int Epochs = 3;

    [Theory]
    [InlineData("buffer")]
    [InlineData("noise")]
    public void A_run_stopped_before_the_end_of_an_epoch_finishes_it_when_resumed(string source)
    {
        using TempFolder temp = new();
        RunConfig config = Config(source, sampling: 50);
        Start(temp["whole"], config, new Observer());
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            // At the last update of the epoch, just before its figures and samples.
            Observer observer = new() { StopAtUpdate = 3 * epoch };
            RunResult result = epoch == 1 ? Start(temp["cut"], config, observer) : Resume(temp["cut"], observer);
            Assert.True(result.Interrupted);
            Assert.Equal((epoch - 1, 3L * epoch), (result.Epochs, result.Steps));
            Assert.False(File.Exists(Path.Combine(temp["cut"], "samples", $"epoch-{epoch:D4}.png")));
        }
        Assert.False(Resume(temp["cut"], new Observer()).Interrupted);
        AssertSame(temp["whole"], temp["cut"]);
    }

    [Fact]
    public void A_run_stopped_while_drawing_samples_draws_them_again()
    {
        using TempFolder temp = new();
        RunConfig config = Config("buffer", sampling: 3000);
        Start(temp["whole"], config, new Observer());
        Observer observer = new() { StopAtUpdate = 3, StopAfter = TimeSpan.FromMilliseconds(5) };
        RunResult result = Start(temp["cut"], config, observer);
        for (int i = 0; i < 5 && result.Interrupted; i++)
            result = Resume(temp["cut"], new Observer { StopAtUpdate = result.Steps + 1, StopAfter = TimeSpan.FromMilliseconds(10 * i) });
        if (result.Interrupted)
            Resume(temp["cut"], new Observer());
        AssertSame(temp["whole"], temp["cut"]);
    }

    [Fact]
    public void When_the_time_ends_before_the_samples_are_drawn_the_epoch_has_a_row_and_no_picture()
    {
        using TempFolder temp = new();
        RunResult result = Start(temp["run"], Config("buffer", sampling: 10_000_000), new Observer(), new RunEnd(null, 0.001));
        Assert.False(result.Interrupted);
        Assert.Equal(Unmade.Samples, result.Unmade);
        Assert.Equal(1, result.Epochs);
        Assert.InRange(result.Seconds, 0.06, 30); // endless if it were not cancelled
        Assert.Single(MetricsTable.Read(Path.Combine(temp["run"], "metrics.csv")));
        Assert.Empty(Directory.GetFiles(Path.Combine(temp["run"], "samples")));
        // In its checkpoint the epoch is still open.
        Assert.Equal(0, Resume(temp["run"], new Observer { StopAtStart = true }, new RunEnd(null, 10)).Epochs);
    }

    [Fact]
    public void When_the_time_ends_within_an_update_that_update_has_no_effect()
    {
        using TempFolder temp = new();
        RunResult result = Start(temp["run"], Config("buffer", sampling: 5, steps: 1_000_000), new Observer(), new RunEnd(null, 0.001));
        Assert.Equal((0, 0L, false), (result.Epochs, result.Steps, result.Interrupted));
        Assert.InRange(result.Seconds, 0.06, 30);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(temp["run"], "checkpoints"), "step-000000000.ckpt"));
        Assert.True(File.Exists(Path.Combine(temp["run"], "model.safetensors")));
    }

    [Fact]
    public void The_final_model_is_calibrated_by_the_images_kept_out_also_after_a_resumption()
    {
        using TempFolder temp = new();
        RunConfig seed = Config("noise", sampling: 5), config = seed with { AlarmRate = 0.05 };
        Start(temp["whole"], config, new Observer(), calibrates: true);
        Assert.True(Start(temp["cut"], config, new Observer { StopAtUpdate = 4 }, calibrates: true).Interrupted);
        Assert.Null(ModelCalibration.Read(temp["cut"]));
        Assert.False(Resume(temp["cut"], new Observer(), calibrates: true).Interrupted);
        AssertSame(temp["whole"], temp["cut"]);
        using Device device = Device.Cpu(1);
        using Model model = Model.Load(temp["whole"], device);
        float[] energies = EnergyOfStates.Run(
            device, model.Energy, Images(true).Calibration!, null, TestContext.Current.CancellationToken);
        Calibration expected = Calibration.Of(energies, 0.05);
        Assert.Equal((20, 0.05), (model.Calibration!.Count, model.Calibration.AlarmRate));
        Assert.True(TestRows.SameBits(expected.Kept.ToArray(), model.Calibration.Kept.ToArray()));
    }

    private static RunConfig Config(string source, int sampling, int steps = 3)
    {
        RunConfig seed = Presets.Load("seed").On("halves").With(TrainerTests.Negatives(source) with { Steps = steps })
            .With(new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 });
        return seed with
        {
            Training = seed.Training with { Batch = 16, Epochs = Epochs, AverageWeights = 0.9f },
            Sampling = new SamplingOptions { Steps = sampling },
        };
    }

    private static DataSets Images(bool calibrates = false)
    {
        TrainTest images = new(TrainerTests.Halves().Images, TrainerTests.Halves(20).Images, "halves");
        return new ImageDataOptions { Source = "halves" }.Join(images.SetApart(calibrates ? 0.5 : 0, 1));
    }

    private static RunResult Start(string path, RunConfig config, Observer observer, RunEnd? end = null, bool calibrates = false)
    {
        using Device device = Device.Cpu(1);
        using TrainingRun run = new(config, device, Images(calibrates));
        RunTerms terms = RunTerms.Of(config) with { Images = run.Images };
        using RunFolder folder = RunFolder.Create(path, config, end is { } e ? terms with { End = e } : terms, run.BytesNeeded);
        return run.Train(folder, observer, observer.Token);
    }

    private static RunResult Resume(string path, Observer observer, RunEnd? end = null, bool calibrates = false)
    {
        using Device device = Device.Cpu(2);
        using RunFolder folder = RunFolder.Open(path, out RunConfig config);
        using TrainingRun run = new(config, device, Images(calibrates));
        run.Resume(folder, end is { } e ? folder.Terms with { End = e } : folder.Terms, Assert.Fail);
        return run.Train(folder, observer, observer.Token);
    }

    private static void AssertSame(string expected, string actual)
    {
        foreach (string file in Directory.EnumerateFiles(expected, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(expected, file);
            if (Path.GetExtension(name) == ".safetensors" || name.StartsWith("samples", StringComparison.Ordinal))
                Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))), name);
        }
        IEnumerable<string> Rows(string run) =>
            MetricsTable.Read(Path.Combine(run, "metrics.csv")).Select(row => MetricsTable.Format(row with { Seconds = 0 }));
        Assert.Equal(Rows(expected), Rows(actual));
    }

    /// <summary>Stops the run at an update, or some time after it.</summary>
    private sealed class Observer : IRunObserver, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public long StopAtUpdate { get; init; } = -1;

        public TimeSpan StopAfter { get; init; }

        public bool StopAtStart { get; init; }

        public CancellationToken Token => _stop.Token;

        public void Started(Trainer trainer, RunFolder folder)
        {
            if (StopAtStart)
                _stop.Cancel();
        }

        public void Updated(long update, in TrainingFigures figures)
        {
            if (update == StopAtUpdate && StopAfter == TimeSpan.Zero)
                _stop.Cancel();
            else if (update == StopAtUpdate)
                _stop.CancelAfter(StopAfter);
        }

        public void EpochDone(MetricsRow row, RunFolder folder)
        {
        }

        public void Dispose() => _stop.Dispose();
    }
}
