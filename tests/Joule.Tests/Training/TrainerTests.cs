using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

[Collection(AloneCollection.Name)]
public sealed class TrainerTests
{
    // Two 6×6 patterns, bright left half and bright right half; each image is slightly dimmed by its own amount.
    private const int Side = 6, Images = 40, Batch = 16;

    private static readonly Layer[] Conv =
        [new ConvolutionLayer { Outputs = 8, Padding = 1 }, new SiluLayer(), new AveragePoolLayer(), new DenseLayer { Outputs = 16 },
            new SiluLayer(), new DenseLayer { Outputs = 1 }];

    public static TheoryData<string> Sources => new("buffer", "data", "noise");

    [Theory]
    [MemberData(nameof(Sources))]
    public void Weights_are_the_same_bit_for_bit_with_one_two_and_three_threads(string source)
    {
        float[] one = Weights(1, 7, source);
        Assert.True(TestRows.SameBits(one, Weights(2, 7, source)));
        Assert.True(TestRows.SameBits(one, Weights(3, 7, source)));
        Assert.False(TestRows.SameBits(one, Weights(1, 8, source)));
    }

    [Fact]
    public void After_a_schedule_that_ends_at_0_no_weight_changes_and_the_figures_say_so()
    {
        using Device device = Device.Cpu(1);
        TrainerSetup setup = Setup(device, 1, Negatives("buffer"));
        using Trainer trainer = new(setup with { Options = setup.Options with { Schedule = new CosineSchedule() } });
        CancellationToken token = TestContext.Current.CancellationToken;
        while (trainer.Update < trainer.PlannedUpdates)
            Assert.False(trainer.Step(token).IsFrozen);
        float[] weights = trainer.Parameters.Span.ToArray();
        for (int i = 0; i < 3; i++)
            Assert.True(trainer.Step(token).IsFrozen);
        Assert.True(TestRows.SameBits(weights, trainer.Parameters.Span));
    }

    [Fact]
    public void A_steady_step_allocates_nothing_on_one_thread()
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = new(Setup(device, 1, Negatives("buffer")));
        CancellationToken token = TestContext.Current.CancellationToken;
        for (int i = 0; i < 10; i++)
            trainer.Step(token);
        // 50 steps are more than 16 epochs of 3 updates: a new epoch allocates nothing either.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            trainer.Step(token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_steady_step_allocates_nothing_on_two_threads()
    {
        using Device device = Device.Cpu(2);
        using Trainer trainer = new(Setup(device, 1, Negatives("buffer")));
        CancellationToken token = TestContext.Current.CancellationToken;
        for (int i = 0; i < 50; i++)
            trainer.Step(token);
        // The count includes the threads of the test runner and of the JIT; the smallest of ten windows has only the steps.
        long least = long.MaxValue;
        for (int window = 0; window < 10; window++)
        {
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < 50; i++)
                trainer.Step(token);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void An_update_is_at_most_four_launches(string source)
    {
        using FakeDevice device = new();
        using Trainer trainer = new(Setup(device, 1, Negatives(source)));
        for (int i = 0; i < 5; i++)
        {
            int before = device.Launches;
            trainer.Step(TestContext.Current.CancellationToken);
            Assert.InRange(device.Launches - before, 1, 4);
        }
    }

    [Fact]
    public void Every_epoch_uses_each_image_once_in_a_new_order()
    {
        const int count = 37;
        byte[] pixels = new byte[2 * count];
        for (int i = 0; i < count; i++)
            pixels[2 * i] = (byte)i;
        ImageStateSet images = new(ImageSet.FromBytes("numbers", 1, 1, 2, pixels), new ImageTransform());
        SeenNegatives.Options seen = new();
        using Device device = Device.Cpu(2);
        TrainerSetup setup = Setup(device, 3, seen);
        using Trainer trainer = new(setup with
        {
            Train = images,
            Validation = images,
            CreateEnergy = () => Network(device, images.Space, [new DenseLayer { Outputs = 1 }]),
            Options = new TrainingOptions { Batch = Batch, Optimizer = setup.Options.Optimizer },
        });
        Assert.Equal(3, trainer.UpdatesPerEpoch);
        for (int i = 0; i < 9; i++)
            trainer.Step(TestContext.Current.CancellationToken);
        Assert.Equal([16, 16, 5, 16, 16, 5, 16, 16, 5], seen.Batches.Select(b => b.Length));
        int[][] epochs = [.. seen.Batches.Chunk(3).Select(e => e.SelectMany(b => b).ToArray())];
        Assert.All(epochs, e => Assert.Equal(Enumerable.Range(0, count), e.Order()));
        Assert.Equal(3, epochs.Select(e => string.Join(' ', e)).Distinct().Count());
        Assert.NotEqual(Enumerable.Range(0, count), epochs[0]);
        Assert.Equal(9, trainer.Update);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Training_makes_data_likelier_than_noise(string source)
    {
        using Device device = Device.Cpu(2);
        using Trainer trainer = new(Setup(device, 1, Negatives(source)));
        double before = trainer.Validate(0, TestContext.Current.CancellationToken).Divergence;
        TrainingFigures figures = default;
        for (int i = 0; i < 150; i++)
            figures = trainer.Step(TestContext.Current.CancellationToken);
        ValidationFigures after = trainer.Validate(1, TestContext.Current.CancellationToken);
        Assert.True(after.Divergence < before - 0.2 && after.Divergence < -0.2, $"{before} before, {after.Divergence} after");
        Assert.Equal(after.DataEnergy - after.NoiseEnergy, after.Divergence);
        Assert.Equal(figures["cd"] + figures["regularization"], figures[FigureRole.Loss]);
        Assert.Equal(figures[FigureRole.DataEnergy] - figures[FigureRole.NegativeEnergy], figures[FigureRole.Gap]);
    }

    [Fact]
    public void Averaged_weights_lag_behind_and_form_the_model()
    {
        using Device device = Device.Cpu(1);
        TrainerSetup setup = Setup(device, 1, Negatives("noise"));
        using Trainer trainer = new(setup with { Options = setup.Options with { AverageWeights = 0.9f } });
        float[] expected = trainer.Parameters.Span.ToArray();
        for (int i = 0; i < 30; i++)
        {
            trainer.Step(TestContext.Current.CancellationToken);
            float decay = Math.Min(0.9f, (1f + i) / (10f + i));
            for (int p = 0; p < expected.Length; p++)
                expected[p] += (1 - decay) * (trainer.Parameters.Span[p] - expected[p]);
        }
        Assert.NotSame(trainer.Energy, trainer.Model);
        Assert.True(TestRows.SameBits(expected, trainer.ModelParameters.Span));
        ValidationFigures figures = trainer.Validate(0, TestContext.Current.CancellationToken);
        using Trainer same = new(setup);
        expected.CopyTo(same.Parameters.Span);
        ((ITrainable)same.Energy).Commit();
        Assert.Equal(same.Validate(0, TestContext.Current.CancellationToken), figures);
    }

    [Fact]
    public void Clipping_limits_the_norm_of_the_applied_gradient()
    {
        using Device device = Device.Cpu(1);
        TrainerSetup setup = Setup(device, 1, Negatives("noise"));
        MomentumOptions plain = new() { LearningRate = 1, Momentum = 0 };
        using Trainer trainer = new(setup with { Options = setup.Options with { GradientClip = 0.01, Optimizer = plain } });
        double[] before = TestRows.Doubles(trainer.Parameters.Span);
        TrainingFigures figures = trainer.Step(TestContext.Current.CancellationToken);
        double[] change = [.. TestRows.Doubles(trainer.Parameters.Span).Zip(before, (a, b) => a - b)];
        Assert.True(figures[FigureRole.GradientNorm] > 0.01);
        Assert.Equal(0.01, Math.Sqrt(change.Sum(c => c * c)), 1e-6);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused_with_every_violation()
    {
        using Device device = Device.Cpu(1);
        TrainerSetup setup = Setup(device, 1, Negatives("noise"));
        TrainingOptions options = new()
        {
            Batch = 0,
            Optimizer = new AdamOptions { LearningRate = -1 },
            Schedule = new StepsSchedule { Parts = 0 },
        };
        TrainerSetup bad = setup with { Options = options };
        string message = Assert.Throws<InvalidInputException>(() => new Trainer(bad)).Message;
        Assert.All(["batch", "learning_rate", "parts"], key => Assert.Contains(key, message, StringComparison.Ordinal));
        ImageSet other = ImageSet.FromBytes("other", 1, 2, 2, new byte[4]);
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new Trainer(setup with { Validation = new ImageStateSet(other, new ImageTransform()) }));
        Assert.All(["halves", "1×6×6", "other", "1×2×2"], part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        ArrayStates bits = new("bits", StateSpace.Binary(Shape.Vector(2)), [[0, 1], [1, 0]]);
        e = Assert.Throws<InvalidInputException>(
            () => new Trainer(setup with { Train = bits, Validation = bits, Options = new TrainingOptions { DataNoise = 0.1f } }));
        Assert.Contains("training.data_noise is 0.1", e.Message, StringComparison.Ordinal);
    }

    private static float[] Weights(int threads, ulong seed, string source)
    {
        using Device device = Device.Cpu(threads);
        TrainerSetup setup = Setup(device, seed, Negatives(source));
        using Trainer trainer = new(
            setup with { Options = setup.Options with { DataNoise = 0.03f, GradientClip = 1, AverageWeights = 0.99f } });
        for (int i = 0; i < 10; i++)
            trainer.Step(TestContext.Current.CancellationToken);
        return [.. trainer.Parameters.Span, .. trainer.ModelParameters.Span];
    }

    internal static NegativesOptions Negatives(string source)
    {
        LangevinOptions chain = new() { StepSize = 0.05f, NoiseScale = 0.02f, GradientClip = 1 };
        return source switch
        {
            "buffer" => new BufferNegativesOptions { Slots = 64, Steps = 5, Sampler = chain },
            "data" => new DataNegativesOptions { Steps = 5, Sampler = chain with { NoiseScale = 0.3f } },
            _ => new NoiseNegativesOptions { Steps = 5, Sampler = chain },
        };
    }

    /// <summary>The images that this class trains on, or the first ones.</summary>
    internal static ImageStateSet Halves(int count = Images)
    {
        byte[] pixels = new byte[count * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (Side * Side);
            pixels[i] = (byte)(i % Side / 3 == image % 2 ? 255 - image : 0);
        }
        return new ImageStateSet(ImageSet.FromBytes("halves", 1, Side, Side, pixels), new ImageTransform());
    }

    internal static NetworkEnergy Network(Device device, StateSpace space, IReadOnlyList<Layer> layers) =>
        new(new Network(device, space.Shape, layers), space);

    internal static TrainerSetup Setup(Device device, ulong seed, NegativesOptions negatives)
    {
        ImageStateSet halves = Halves();
        return new TrainerSetup(device, () => Network(device, halves.Space, Conv), halves, Halves(20),
            new ContrastiveDivergenceOptions { Negatives = negatives },
            new TrainingOptions { Batch = Batch, Epochs = 20, Optimizer = new AdamOptions { LearningRate = 0.003f } }, seed);
    }

    /// <summary>Negatives that record the first pixel of every data image, as its byte.</summary>
    private sealed class SeenNegatives(NegativesContext context, SeenNegatives.Options options) : Negatives(context, options)
    {
        protected override DeviceProgram Start(long update, Rows data, Rows negatives) => new TestProgram(1, (_, _) =>
        {
            options.Batches.Add([.. Enumerable.Range(0, data.Count).Select(i => (int)MathF.Round(data[i][0] * 255))]);
            negatives.Span.Clear();
        });

        public sealed record Options : NegativesOptions
        {
            public Options() => Steps = 0;

            public List<int[]> Batches { get; } = [];

            public override Negatives Create(NegativesContext context) => new SeenNegatives(context, this);
        }
    }
}
