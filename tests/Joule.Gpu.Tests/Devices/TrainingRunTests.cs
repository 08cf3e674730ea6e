using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.Training;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>A whole run with its samples and files, the first epoch on the interpreted GPU and the second on the processor.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private const int Side = 5, Images = 14;

    private readonly string _folder = Directory.CreateTempSubdirectory("joule-gpu-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_changes_its_device_writes_what_a_run_on_the_processor_writes(bool denoises)
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        string whole = Path.Combine(_folder, "whole"), changed = Path.Combine(_folder, "changed");
        Assert.False(Start(whole, cpu, 2, denoises).Interrupted);
        Assert.False(Start(changed, gpu, 1, denoises).Interrupted);
        using (RunFolder folder = RunFolder.Open(changed, out RunConfig config))
        using (TrainingRun run = new(config, cpu, Data()))
        {
            Assert.NotNull(run.Resume(folder, folder.Terms with { End = new RunEnd(2, null) }, Assert.Fail));
            Assert.False(run.Train(folder, new Silent(), TestContext.Current.CancellationToken).Interrupted);
        }
        string[] names = denoises
            ? ["loss", "energy_noisy", "val_energy_noise", "gradient_norm"]
            : ["loss", "cd", "energy_data", "energy_negative", "val_cd", "val_energy_noise", "gradient_norm"];
        IReadOnlyList<MetricsRow> expected = Rows(whole), found = Rows(changed);
        Assert.Equal([1, 2], found.Select(r => r.Epoch));
        for (int row = 0; row < 2; row++)
            Assert.All(names, n => Assert.Equal(expected[row][n], found[row][n], 1e-4 * Math.Max(1, Math.Abs(expected[row][n]))));
        foreach (string file in (string[])["model.safetensors", "summary.json", "samples/epoch-0001.png"])
            Assert.True(File.Exists(Path.Combine(changed, file)), file);
        Assert.Equal(!denoises, File.Exists(Path.Combine(changed, "buffer.safetensors")));
        using Model one = Model.Load(whole, cpu), other = Model.Load(changed, cpu);
        float[] weights = cpu.Download(((ITrainable)one.Energy).Parameters), same = cpu.Download(((ITrainable)other.Energy).Parameters);
        for (int i = 0; i < weights.Length; i++)
            Assert.Equal(weights[i], same[i], 1e-4f);
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private static IReadOnlyList<MetricsRow> Rows(string run) => MetricsTable.Read(Path.Combine(run, "metrics.csv"));

    private static RunResult Start(string path, Device device, int epochs, bool denoises)
    {
        RunConfig seed = Presets.Load("seed");
        ContrastiveDivergenceOptions objective = (ContrastiveDivergenceOptions)seed.Objective;
        RunConfig config = seed with
        {
            Energy = (NetworkEnergyOptions)seed.Energy with
            {
                Layers = [new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 }],
            },
            Objective = denoises ? new DenoisingScoreMatchingOptions { NoiseScale = 0.2f, MostNoise = 0.6f } : objective with
            {
                Negatives = (BufferNegativesOptions)objective.Negatives with { Slots = 16, Steps = 3 },
            },
            Training = seed.Training with { Batch = 4, Epochs = 2, DataNoise = 0.01f, AverageWeights = 0.9f },
            Sampling = new SamplingOptions { Steps = 2, Sampler = new LangevinOptions() },
        };
        using TrainingRun run = new(config, device, Data());
        RunTerms terms = RunTerms.Of(config) with { Images = run.Images, End = new RunEnd(epochs, null) };
        using RunFolder folder = RunFolder.Create(path, config, terms, run.BytesNeeded);
        return run.Train(folder, new Silent(), TestContext.Current.CancellationToken);
    }

    private static DataSets Data() =>
        new ImageDataOptions { Source = "strokes" }.Join(new TrainTest(Strokes(Images), Strokes(6), "strokes"));

    private static ImageSet Strokes(int count)
    {
        Strokes strokes = new(count, Side);
        byte[] pixels = new byte[count * Side * Side];
        float[] state = new float[Side * Side];
        for (int i = 0; i < count; i++)
        {
            strokes.Read(i, state);
            for (int j = 0; j < state.Length; j++)
                pixels[i * state.Length + j] = (byte)(255 * state[j]);
        }
        return ImageSet.FromBytes("strokes", 1, Side, Side, pixels);
    }

    private sealed class Silent : IRunObserver
    {
        public void Started(Trainer trainer, RunFolder folder) { }

        public void Updated(long now, in TrainingFigures figures) { }

        public void EpochDone(MetricsRow row, RunFolder folder) { }
    }
}
