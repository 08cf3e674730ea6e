using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Tests.Data;
using Joule.Tests.Runs;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// Nothing above Compute/ reads a device's memory directly: on a device whose memory throws, whole runs equal those on a processor, bit for
/// bit.
/// </summary>
public sealed class FakeDeviceTests
{
    [Fact]
    public void Its_memory_throws_outside_programs_and_can_be_copied()
    {
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(4), other = device.Allocate(4);
        Rows rows = memory.AsRows(2, 2);
        Assert.Throws<InvalidOperationException>(() => rows.Span.Length);
        Assert.Throws<InvalidOperationException>(() => rows[0].Length);
        Assert.Throws<InvalidOperationException>(() => memory.Span.Length);
        Assert.Throws<InvalidOperationException>(() => Kernels.Clamp(rows, 0, 1));
        device.Upload([1, 2, 3, 4], rows);
        float sum = 0;
        device.Launch(new TestProgram(1, (_, _) => sum = rows.Span[0] + rows[1][1]));
        Assert.Equal(5, sum);
        device.Copy(rows, other.AsRows(2, 2));
        device.Clear(rows.Slice(0, 1));
        Assert.Equal([0f, 0, 3, 4], device.Download(rows));
        Assert.Equal([1f, 2, 3, 4], device.Download(other.AsRows(1, 4)));
        device.Write(rows, (i, row) => row.Fill(i + 7));
        Assert.Equal([7f, 7, 8, 8], device.Download(rows));
    }

    [Theory]
    [InlineData("buffer", 0.003f)]
    [InlineData("buffer", 10f)]
    [InlineData("noise", 0.003f)]
    [InlineData("data", 0.003f)]
    public void Training_seed_with_rollbacks_and_a_resume_equals_a_processor(string negatives, float rate)
    {
        using TempFolder temp = new();
        RunConfig config = Seed(negatives, rate);
        using (Device cpu = Device.Cpu(2))
            Train(temp["cpu"], config, cpu, stopAt: 17);
        using FakeDevice fake = new();
        RunResult result = Train(temp["fake"], config, fake, stopAt: 17);
        // The step size is a thousand times too large, so the run rolls back.
        Assert.Equal(rate > 1, result.Rollbacks.Count > 0);
        int files = 0;
        foreach (string file in Directory.EnumerateFiles(temp["cpu"], "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(temp["cpu"], file);
            if (Path.GetExtension(name) is not (".safetensors" or ".png"))
                continue;
            files++;
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(temp["fake"], name))), name);
        }
        Assert.True(files >= 4, "too few files were compared");
        string[] Metrics(string run) =>
            [.. MetricsTable.Read(Path.Combine(temp[run], "metrics.csv")).Select(row => MetricsTable.Format(row with { Seconds = 0 }))];
        Assert.Equal(Metrics("cpu"), Metrics("fake"));
    }

    [Theory]
    [InlineData("langevin")]
    [InlineData("mala")]
    [InlineData("hmc")]
    public void Sampling_digits_equals_a_processor(string sampler)
    {
        using Device cpu = Device.Cpu(1);
        using FakeDevice fake = new();
        (float[] States, float[] Energies) expected = Sample(cpu, sampler), found = Sample(fake, sampler);
        Assert.True(TestRows.SameBits(expected.States, found.States));
        Assert.True(TestRows.SameBits(expected.Energies, found.Energies));
        Assert.True(fake.Launches > 0 && fake.Downloads > 0);
    }

    [Fact]
    public void A_model_is_saved_loaded_and_scored_as_on_a_processor()
    {
        using TempFolder temp = new();
        using Device cpu = Device.Cpu(1);
        using FakeDevice fake = new();
        float[]? expected = null;
        foreach (Device device in new[] { cpu, fake })
        {
            RunConfig config = Seed("noise", 0.003f);
            StateSpace space = TrainerTests.Halves().Space;
            using NetworkEnergy energy = new(new Network(device, space.Shape, ((NetworkEnergyOptions)config.Energy).Layers), space);
            energy.Initialize(4);
            string path = temp[device.Description.Length + ".safetensors"];
            new Model(energy, config, config.Transform(space.Shape.Channels, space.Shape.Height, space.Shape.Width)).Save(path);
            using Model loaded = Model.Load(path, device);
            float[] energies = EnergyOfStates.Run(
                device, loaded.Energy, TrainerTests.Halves(30), null, TestContext.Current.CancellationToken);
            expected ??= energies;
            Assert.True(TestRows.SameBits(expected, energies));
            using DeviceBuffer memory = device.Allocate(2L * space.Width);
            Rows states = memory.AsRows(2, space.Width);
            device.Write(states, (i, state) => TrainerTests.Halves(30).Read(i, state));
            float[] two = new float[2];
            energy.Evaluate(states, two);
            Assert.Equal(expected[..2], two);
        }
    }

    private static (float[] States, float[] Energies) Sample(Device device, string sampler)
    {
        RunConfig digits = Presets.Load("digits");
        StateSpace space = StateSpace.Box(new Shape(1, 28, 28), 0, 1);
        using NetworkEnergy energy = new(new Network(device, space.Shape, ((NetworkEnergyOptions)digits.Energy).Layers), space);
        energy.Initialize(1);
        SamplerOptions options = sampler == "langevin" ? SampleDraw.SamplerOf(digits) : SamplerChoice.Default(sampler);
        using SampleDraw draw = new(device, energy, options, 9, 5);
        draw.StartFromNoise();
        draw.Run(sampler == "hmc" ? 3 : 6, TestContext.Current.CancellationToken);
        return (draw.Look().Span.ToArray(), draw.Energies());
    }

    private static RunConfig Seed(string negatives, float rate)
    {
        RunConfig seed = Presets.Load("seed").On("halves").With(TrainerTests.Negatives(negatives))
            .With(new DenseLayer { Outputs = 8 }, new ReluLayer(), new DenseLayer { Outputs = 1 });
        return seed with
        {
            Training = seed.Training with
            {
                Batch = 16,
                Epochs = 8,
                AverageWeights = 0.9f,
                GradientClip = 1,
                DataNoise = 0.02f,
                Optimizer = new AdamOptions { LearningRate = rate },
                Sentinel = new SentinelOptions { KeepEvery = 10, WarmUp = 10 },
            },
            Sampling = new SamplingOptions { Steps = 3 },
        };
    }

    // A run that is stopped within an epoch and resumes from its checkpoint.
    private static RunResult Train(string path, RunConfig config, Device device, long stopAt)
    {
        DataSets images = new ImageDataOptions { Source = "halves" }
            .Join(new TrainTest(TrainerTests.Halves(80).Images, TrainerTests.Halves(20).Images, "halves"));
        using (Stopper stopper = new(stopAt))
        using (TrainingRun run = new(config, device, images))
        {
            using RunFolder folder = RunFolder.Create(path, config, RunTerms.Of(config) with { Images = run.Images }, run.BytesNeeded);
            Assert.True(run.Train(folder, stopper, stopper.Token).Interrupted);
        }
        using Stopper never = new(-1);
        using RunFolder again = RunFolder.Open(path, out RunConfig kept);
        using TrainingRun rest = new(kept, device, images);
        rest.Resume(again, again.Terms, Assert.Fail);
        return rest.Train(again, never, never.Token);
    }

    private sealed class Stopper(long update) : IRunObserver, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public CancellationToken Token => _stop.Token;

        public void Started(Trainer trainer, RunFolder folder) { }

        public void Updated(long now, in TrainingFigures figures)
        {
            if (now == update)
                _stop.Cancel();
        }

        public void EpochDone(MetricsRow row, RunFolder folder) { }

        public void Dispose() => _stop.Dispose();
    }
}
