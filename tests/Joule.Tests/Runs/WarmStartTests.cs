using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Networks;
using Joule.Runs;
using Joule.Tests.Data;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>Trainings that start from a trained model.</summary>
public sealed class WarmStartTests
{
    [Fact]
    public void A_run_without_epochs_keeps_weights_and_transform()
    {
        using TempFolder temp = new();
        Train(temp["first"], Config());
        RunConfig config = WarmStart.Configure(temp["first"]);
        Train(temp["second"], config with { Training = config.Training with { Epochs = 0 } });
        using Device device = Device.Cpu(1);
        using Model first = Model.Load(temp["first"], device), second = Model.Load(temp["second"], device);
        foreach (Parameter parameter in first.Trained.Tensors)
            Assert.True(TestRows.SameBits(first.Values(parameter), second.Values(parameter)), parameter.Name);
        Assert.True(JsonNode.DeepEquals(first.Transform.ToJson(), second.Transform.ToJson()));
        Assert.Equal(Path.GetFullPath(Model.Find(temp["first"])), second.Config.Start);
        JsonNode moved = JsonNode.Parse(File.ReadAllText(Path.Combine(temp["second"], "summary.json")))!["moved"]!;
        Assert.Equal((0.0, 1.0), ((double)moved["weights"]!, (double)moved["rank_correlation"]!));
        Assert.Equal((double)moved["energy_before"]!, (double)moved["energy_after"]!);
    }

    [Fact]
    public void A_run_that_was_stopped_goes_on_from_its_own_copy_to_the_same_bits()
    {
        using TempFolder temp = new();
        Train(temp["first"], Config());
        RunConfig config = WarmStart.Configure(temp["first"]) with { Seed = 2 };
        Train(temp["whole"], config);
        Assert.True(Train(temp["cut"], config, stopsAt: 2).Interrupted);
        Directory.Delete(temp["first"], recursive: true);
        Assert.False(Resume(temp["cut"]).Interrupted);
        foreach (string file in (string[])["model.safetensors", "start.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(temp["whole"], file)), File.ReadAllBytes(Path.Combine(temp["cut"], file)));
        Assert.Equal(Moved("whole"), Moved("cut"));
        Assert.Contains("\"rows\": 20", Moved("whole"), StringComparison.Ordinal);

        string Moved(string run) => JsonNode.Parse(File.ReadAllText(Path.Combine(temp[run], "summary.json")))!["moved"]!.ToJsonString(new()
        {
            WriteIndented = true,
        });
    }

    [Fact]
    public void A_lost_copy_is_an_error_that_says_so()
    {
        using TempFolder temp = new();
        Train(temp["first"], Config());
        Train(temp["cut"], WarmStart.Configure(temp["first"]), stopsAt: 2);
        File.Delete(Path.Combine(temp["cut"], "start.safetensors"));
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Resume(temp["cut"]));
        Assert.Contains("lacks start.safetensors", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_energy_or_transform_is_refused_and_another_place_of_the_data_is_not()
    {
        using TempFolder temp = new();
        Train(temp["first"], Config());
        RunConfig config = WarmStart.Configure(temp["first"]);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => WarmStart.Open(
            config.With(new DenseLayer { Outputs = 4 }, new SiluLayer(), new DenseLayer { Outputs = 1 }) with
            {
                Data = ((ImageDataOptions)config.Data) with { High = 2 },
            }));
        Assert.Equal(2, e.Problems.Count);
        Assert.StartsWith("energy.layers is [", e.Problems[0], StringComparison.Ordinal);
        Assert.StartsWith("data.high is 2, and 1 in the model: a training that starts from a model keeps", e.Problems[1],
            StringComparison.Ordinal);
        Assert.NotNull(WarmStart.Open(config with { Data = config.Data with { Source = "elsewhere", ValidationShare = 0.5 } }));
        Assert.Null(WarmStart.Open(Config()));
        Assert.Contains("There is no model", Assert.Throws<InvalidInputException>(() =>
            WarmStart.Open(config with { Start = temp["nothing"] })).Message, StringComparison.Ordinal);
    }

    private static RunConfig Config()
    {
        RunConfig seed = Presets.Load("seed").On("halves").With(TrainerTests.Negatives("buffer") with { Steps = 3 })
            .With(new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 });
        return seed with
        {
            Training = seed.Training with { Batch = 16, Epochs = 2, AverageWeights = 0.9f },
            Sampling = new SamplingOptions { Steps = 5 },
        };
    }

    private static DataSets Images() => new ImageDataOptions { Source = "halves" }.Join(
        new TrainTest(TrainerTests.Halves().Images, TrainerTests.Halves(20).Images, "halves"));

    private static RunResult Train(string path, RunConfig config, long stopsAt = -1)
    {
        using Device device = Device.Cpu(1);
        WarmStart? start = WarmStart.Open(config);
        using TrainingRun run = new(config, device, Images(), start);
        using RunFolder folder = RunFolder.Create(path, config, RunTerms.Of(config) with { Images = run.Images }, run.BytesNeeded, start);
        using Observer observer = new(stopsAt);
        return run.Train(folder, observer, observer.Token);
    }

    private static RunResult Resume(string path)
    {
        using Device device = Device.Cpu(2);
        using RunFolder folder = RunFolder.Open(path, out RunConfig config);
        using TrainingRun run = new(config, device, Images(), WarmStart.OpenCopy(path, config));
        run.Resume(folder, folder.Terms, Assert.Fail);
        using Observer observer = new(-1);
        return run.Train(folder, observer, observer.Token);
    }

    private sealed class Observer(long stopsAt) : IRunObserver, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public CancellationToken Token => _stop.Token;

        public void Started(Trainer trainer, RunFolder folder)
        {
        }

        public void Updated(long update, in TrainingFigures figures)
        {
            if (update == stopsAt)
                _stop.Cancel();
        }

        public void EpochDone(MetricsRow row, RunFolder folder)
        {
        }

        public void Dispose() => _stop.Dispose();
    }
}
