using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Driver;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Trainings that match the gradient of the energy, with small networks, on the interpreted GPU as on the processor.</summary>
public sealed class ScoreTrainingTests
{
    private const int Updates = 20;
    private const double Tolerance = 1e-4;

    private static readonly DenoisingScoreMatchingOptions OneLevel = new() { NoiseScale = 0.3f };

    private static readonly DenoisingScoreMatchingOptions ManyLevels = new() { NoiseScale = 0.3f, LeastNoise = 0.1f, MostNoise = 0.8f };

    public static TheoryData<string, string> Trainings => new()
    {
        { "one level", "dense" },
        { "many levels", "dense" },
        { "no walls", "dense" },
        { "one level", "convolution" },
        { "many levels", "convolution" },
        { "no walls", "convolution" },
        { "equilibrium", "dense" },
    };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Twenty_updates_give_the_weights_and_figures_of_the_processor(string objective, string network)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        Trained expected = Train(cpu, objective, network), found;
        using (GpuDevice gpu = new(engine))
            found = Train(gpu, objective, network);
        Assert.Equal(0, engine.Open);
        Near(expected, found);
        Assert.NotEqual(expected.Figures[0], expected.Figures[^6]); // something was learned, or drawn
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("convolution")]
    public void Twenty_updates_over_global_memory_do_so_too(string network)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        Trained found;
        using (GpuDevice gpu = new(engine))
        {
            gpu.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
            found = Train(gpu, "many levels", network);
        }
        Assert.Equal(0, engine.Open);
        Assert.Contains("tangent_back", engine.Compiled);
        Assert.DoesNotContain(engine.Compiled, name => name.StartsWith("weight_gradient", StringComparison.Ordinal));
        Near(Train(cpu, "many levels", network), found);
    }

    [Theory]
    [InlineData("dense", true)]
    [InlineData("dense", false)]
    [InlineData("convolution", true)]
    public void A_training_goes_on_on_the_other_device(string network, bool ontoGpu)
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        Near(Train(cpu, "many levels", network), Train(ontoGpu ? cpu : gpu, "many levels", network, ontoGpu ? gpu : cpu));
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("convolution")]
    public void Networks_over_global_memory_are_trained_alike(string network)
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        gpu.Kernels.Networks = new NetworkOptions
        {
            Way = KernelWay.GlobalMemory,
            Cut = new ProductCut(new ProductTile(8, 8, 8, 4, 4), 1),
        };
        Near(Train(cpu, "many levels", network), Train(gpu, "many levels", network));
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("convolution")]
    public void Graphs_change_no_bit_and_an_update_waits_twice(string network)
    {
        InterpretedGpu inner = new();
        QueuedEngine engine = new(inner, new RecordedGraphs(inner));
        using GpuDevice one = new(new InterpretedGpu()), gpu = new(engine);
        Trained expected = Train(one, "many levels", network), found = Train(gpu, "many levels", network);
        Assert.Equal(expected.Figures, found.Figures);
        Assert.Equal(expected.Weights, found.Weights);
        using Trainer trainer = new(Setup(gpu, "many levels", network));
        for (int i = 0; i < 20; i++)
        {
            (long waits, long launches) = (engine.Waits, engine.Queue.GraphLaunches);
            trainer.Step(TestContext.Current.CancellationToken);
            if (i < 12)
                continue; // data are read, and sequences come, for the first time
            // Once for energies and losses, in one graph; once for the norm of the gradient, which is too little for another.
            Assert.Equal((2, 1), (engine.Waits - waits, engine.Queue.GraphLaunches - launches));
        }
    }

    [Fact]
    public void Columns_with_walls_of_their_own()
    {
        using Device cpu = Device.Cpu(1);
        using GpuDevice gpu = new(new InterpretedGpu());
        StateSpace space = StateSpace.Mixed(
        [
            new ColumnDomain(Domain.Real, float.NegativeInfinity, float.PositiveInfinity), new ColumnDomain(Domain.Box, 0, 1),
            new ColumnDomain(Domain.Box, 0, float.PositiveInfinity),
        ]);
        Points points = new(space);
        Layer[] layers = [new DenseLayer { Outputs = 8 }, new TanhLayer(), new DenseLayer { Outputs = 1 }];
        Near(Train(cpu, Setup(cpu, points, layers, ManyLevels), null), Train(gpu, Setup(gpu, points, layers, ManyLevels), null));
    }

    [Fact]
    public void What_needs_second_derivatives_or_pairs_is_refused_by_name()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        foreach ((ObjectiveOptions options, string name, string reason) in (ReadOnlySpan<(ObjectiveOptions, string, string)>)
        [
            (new ScoreMatchingOptions(), "score_matching", "states with a direction along each axis"),
            (new SlicedScoreMatchingOptions(), "sliced_score_matching", "states with random directions"),
            (new EnergyMatchingOptions(), "energy_matching", "noise"),
        ])
        {
            InvalidInputException e = Assert.Throws<InvalidInputException>(() => new Trainer(Setup(gpu, "one level", "dense") with
            {
                Objective = options,
            }));
            Assert.Contains($"training by {name} cannot run on GPU 0", e.Message, StringComparison.Ordinal);
            Assert.Contains(reason, e.Message, StringComparison.Ordinal);
            Assert.Contains("--device cpu", e.Message, StringComparison.Ordinal);
        }
    }

    // Half of the updates on another device, if there is one.
    private static Trained Train(Device device, string objective, string network, Device? then = null) => Train(
        then ?? device, Setup(device, objective, network), then is null ? null : Setup(then, objective, network));

    private static Trained Train(Device last, TrainerSetup setup, TrainerSetup? next)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        List<double> figures = [];
        using Trainer first = new(setup);
        for (int i = 0; i < (next is null ? Updates : Updates / 2); i++)
            figures.AddRange(first.Step(token).Values);
        if (next is null)
            return new Trained(last.Download(first.Parameters), figures);
        using Snapshot snapshot = new(first);
        snapshot.Capture();
        using Trainer second = new(next);
        snapshot.Restore(second);
        while (second.Update < Updates)
            figures.AddRange(second.Step(token).Values);
        return new Trained(last.Download(second.Parameters), figures);
    }

    private static TrainerSetup Setup(Device device, string objective, string network)
    {
        Layer[] layers = network == "dense"
            ?
            [
                new DenseLayer { Outputs = 12 }, new SiluLayer(), new DenseLayer { Outputs = 6 }, new TanhLayer(),
                new DenseLayer { Outputs = 1 },
            ]
            :
            [
                new ConvolutionLayer { Outputs = 4, Kernel = 5, Stride = 2, Padding = 2 }, new SiluLayer(),
                new ConvolutionLayer { Outputs = 6, Kernel = 3, Stride = 2, Padding = 1 }, new SoftplusLayer(),
                new FlattenLayer(), new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 },
            ];
        return Setup(device, new Strokes(14, network == "dense" ? 5 : 8), layers, objective switch
        {
            "one level" => OneLevel,
            "many levels" => ManyLevels,
            "no walls" => ManyLevels with { Reflect = false },
            _ => new EquilibriumMatchingOptions(),
        });
    }

    private static TrainerSetup Setup(Device device, StateSet data, Layer[] layers, ObjectiveOptions objective) => new(device,
        () => new NetworkEnergy(new Network(device, data.Space.Shape, layers), data.Space), data, data, objective,
        new TrainingOptions { Batch = 4, Epochs = 6, DataNoise = 0.02f, Optimizer = new AdamOptions { LearningRate = 0.003f } }, 3);

    private static void Near(Trained expected, Trained found)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Weights.Length; i++)
        {
            difference += Math.Pow((double)expected.Weights[i] - found.Weights[i], 2);
            norm += (double)expected.Weights[i] * expected.Weights[i];
        }
        Assert.InRange(Math.Sqrt(difference / norm), 0, Tolerance);
        Assert.Equal(expected.Figures.Count, found.Figures.Count);
        for (int i = 0; i < expected.Figures.Count; i++)
            Assert.Equal(expected.Figures[i], found.Figures[i], Tolerance * Math.Max(1, Math.Abs(expected.Figures[i])));
    }

    private sealed record Trained(float[] Weights, List<double> Figures);

    private sealed class Points(StateSpace space) : StateSet
    {
        public override string Name => "points";

        public override StateSpace Space => space;

        public override int Count => 14;

        public override void Read(int index, Span<float> state)
        {
            for (int i = 0; i < state.Length; i++)
                state[i] = (index * 7 + i * 3) % 11 / 11f;
        }
    }
}
