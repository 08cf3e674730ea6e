using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Driver;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>
/// Trainings like those of the presets <c>seed</c> and <c>digits</c>, with small networks on small images, on the interpreted GPU as on the
/// processor.
/// </summary>
public sealed class TrainingTests
{
    private const int Updates = 20;
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData("seed")]
    [InlineData("digits")]
    public void Twenty_updates_give_the_weights_and_figures_of_the_processor(string preset)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        Trained expected = Train(cpu, preset), found;
        using (GpuDevice gpu = new(engine))
            found = Train(gpu, preset);
        Assert.Equal(0, engine.Open);
        Near(expected, found);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("digits")]
    public void Twenty_updates_over_global_memory_do_so_too(string preset)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        Trained found;
        using (GpuDevice gpu = new(engine))
        {
            gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
            found = Train(gpu, preset);
        }
        Assert.Equal(0, engine.Open);
        Assert.Contains("weights", engine.Compiled);
        Assert.DoesNotContain(engine.Compiled, name => name.StartsWith("weight_gradient", StringComparison.Ordinal));
        Near(Train(cpu, preset), found);
    }

    [Theory]
    [InlineData("digits", true)]
    [InlineData("digits", false)]
    [InlineData("seed", true)]
    public void A_training_goes_on_on_the_other_device(string preset, bool ontoGpu)
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        Trained expected = Train(cpu, preset), found = Train(ontoGpu ? cpu : gpu, preset, ontoGpu ? gpu : cpu);
        Near(expected, found);
    }

    [Fact]
    public void What_the_gpu_cannot_train_is_refused_by_name()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new Trainer(Setup(gpu, "seed") with { Objective = new ScoreMatchingOptions() }));
        Assert.Contains("training by score_matching cannot run on GPU 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("--device cpu", e.Message, StringComparison.Ordinal);
        ContrastiveDivergenceOptions nuts = new() { Negatives = new NoiseNegativesOptions { Sampler = new NoUTurnOptions() } };
        e = Assert.Throws<InvalidInputException>(() => new Trainer(Setup(gpu, "seed") with { Objective = nuts }));
        Assert.Contains("no kernel for the sampler NoUTurn", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("digits")]
    public void An_update_waits_for_the_gpu_twice(string preset)
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using Trainer trainer = new(Setup(gpu, preset));
        for (int i = 0; i < 10; i++)
        {
            engine.Counts.Clear();
            trainer.Step(TestContext.Current.CancellationToken);
            if (i < 4)
                continue; // memory is allocated when it is needed first
            // Once for the energies of data and negatives, once for the norm of the gradient and the figures of the sentinel.
            Assert.Equal(2, engine.Counts.Waits);
            Assert.InRange(engine.Counts.Kernels, 1, preset == "seed" ? 16 : 18);
            Assert.InRange(engine.Counts.Uploads, 1, 6);
            Assert.Equal((1, 0, 5), (engine.Counts.Copies, engine.Counts.Clears, engine.Counts.Reads));
        }
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("digits")]
    public void Graphs_change_no_bit_and_an_update_launches_two(string preset)
    {
        InterpretedGpu inner = new();
        RecordedGraphs graphs = new(inner);
        QueuedEngine engine = new(inner, graphs);
        Trained expected, found;
        using (GpuDevice gpu = new(new InterpretedGpu()))
            expected = Train(gpu, preset);
        using (GpuDevice gpu = new(engine))
        {
            found = Train(gpu, preset);
            Assert.Equal(expected.Figures, found.Figures);
            Assert.Equal(expected.Weights, found.Weights);
            Assert.Equal(expected.Average, found.Average);
            Assert.Equal(expected.Chains, found.Chains);
            Assert.InRange(engine.Queue.GraphLaunches, Updates, 2 * Updates + 10); // some sequences came for the first time
            using Trainer trainer = new(Setup(gpu, preset));
            (long sent, long launches) = (0, 0);
            for (int i = 0; i < 20; i++)
            {
                trainer.Step(TestContext.Current.CancellationToken);
                if (i == 11)
                    (sent, launches) = (engine.Queue.Sent, engine.Queue.GraphLaunches);
            }
            Assert.Equal((sent, launches + 16), (engine.Queue.Sent, engine.Queue.GraphLaunches));
        }
        Assert.Equal((0, 0), (inner.Open, graphs.Open));
    }

    [Fact]
    public void The_host_reads_each_state_once()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        TrainerSetup setup = Setup(gpu, "seed");
        CountedStates data = new(setup.Train);
        using Trainer trainer = new(setup with { Train = data });
        int before = data.Reads;
        for (int i = 0; i < 2 * trainer.UpdatesPerEpoch; i++)
            trainer.Step(TestContext.Current.CancellationToken);
        Assert.Equal(data.Count, data.Reads - before);
    }

    // Half of the updates on another device, if there is one.
    private static Trained Train(Device device, string preset, Device? then = null)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        List<double> figures = [];
        using Trainer first = new(Setup(device, preset));
        for (int i = 0; i < (then is null ? Updates : Updates / 2); i++)
            figures.AddRange(first.Step(token).Values);
        if (then is null)
            return End(device, first, figures);
        using Snapshot snapshot = new(first);
        snapshot.Capture();
        using Trainer second = new(Setup(then, preset));
        snapshot.Restore(second);
        while (second.Update < Updates)
            figures.AddRange(second.Step(token).Values);
        return End(then, second, figures);
    }

    private static Trained End(Device device, Trainer trainer, List<double> figures)
    {
        ValidationFigures validation = trainer.Validate(1, TestContext.Current.CancellationToken);
        figures.AddRange([validation.DataEnergy, validation.NoiseEnergy]);
        float[] chains = device.Download(((ContrastiveDivergence)trainer.Objective).Chains!.Value);
        return new Trained(device.Download(trainer.Parameters), device.Download(trainer.ModelParameters), chains, figures);
    }

    private static TrainerSetup Setup(Device device, string preset)
    {
        RunConfig config = Presets.Load(preset);
        ContrastiveDivergenceOptions objective = (ContrastiveDivergenceOptions)config.Objective;
        BufferNegativesOptions buffer = (BufferNegativesOptions)objective.Negatives with { Slots = 24, Steps = 4, FreshShare = 0.2f };
        Strokes images = new(14, preset == "seed" ? 5 : 8);
        Layer[] layers = preset == "seed"
            ? [new DenseLayer { Outputs = 12 }, new ReluLayer(), new DenseLayer { Outputs = 1 }]
            :
            [
                new ConvolutionLayer { Outputs = 4, Kernel = 5, Stride = 2, Padding = 2 }, new SiluLayer(),
                new ConvolutionLayer { Outputs = 6, Kernel = 3, Stride = 2, Padding = 1 }, new SiluLayer(),
                new FlattenLayer(), new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 },
            ];
        return new TrainerSetup(device, () => new NetworkEnergy(new Network(device, images.Space.Shape, layers), images.Space), images,
            new Strokes(6, preset == "seed" ? 5 : 8), objective with { Negatives = buffer },
            config.Training with { Batch = 4, Epochs = 6 }, 3);
    }

    private static void Near(Trained expected, Trained found)
    {
        Near(expected.Weights, found.Weights);
        Near(expected.Average, found.Average);
        Near(expected.Chains, found.Chains);
        for (int i = 0; i < expected.Figures.Count; i++)
        {
            double figure = expected.Figures[i]; // NaN where it is missing
            Assert.Equal(figure, found.Figures[i], Tolerance * (double.IsNaN(figure) ? 1 : Math.Max(1, Math.Abs(figure))));
        }
    }

    private static void Near(float[] expected, float[] found)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)expected[i] - found[i], 2);
            norm += (double)expected[i] * expected[i];
        }
        Assert.InRange(Math.Sqrt(difference / norm), 0, Tolerance);
    }

    private sealed record Trained(float[] Weights, float[] Average, float[] Chains, List<double> Figures);

    private sealed class CountedStates(StateSet states) : StateSet
    {
        public int Reads { get; private set; }

        public override string Name => states.Name;

        public override StateSpace Space => states.Space;

        public override int Count => states.Count;

        public override void Read(int index, Span<float> state)
        {
            Reads++;
            states.Read(index, state);
        }
    }
}
