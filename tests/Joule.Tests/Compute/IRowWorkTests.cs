using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Everything of a training update but the network's passes and the chains says its work as operations on rows.</summary>
public sealed class IRowWorkTests
{
    private const int Updates = 20;

    private static readonly string[] Always =
    [
        "the data of an update", "the states that chains start from", "distances between rows", "the count of numbers at walls",
        "the norm of the gradient", "the step of the optimiser",
    ];

    public static TheoryData<string, string> Trainings => new()
    {
        { "buffer", "adam" }, { "data", "sgd" }, { "noise", "rmsprop" }, { "mixed", "adam" },
    };

    [Theory]
    [MemberData(nameof(Trainings))]
    public void Every_program_of_a_training_says_what_its_body_does(string negatives, string optimizer)
    {
        NegativesOptions options = negatives == "mixed" ? new MixedNegativesOptions { Steps = 3 } : TrainerTests.Negatives(negatives);
        if (options is BufferNegativesOptions buffer)
            options = buffer with { Initial = 20, LongestChain = 30, FreshShare = 0.3f };
        using DescribedDevice described = new();
        using Device cpu = Device.Cpu(1);
        float[] found = Train(described, options, Optimizer(optimizer)), expected = Train(cpu, options, Optimizer(optimizer));
        Assert.True(TestRows.SameBits(expected, found));
        Assert.Superset(new HashSet<string>(Always), described.Described);
        string[] others =
        [
            "a network's forward pass", "a network's reverse pass", "the gradient of a network's parameters",
            "the packing of a network's parameters", "the sums of a network's gradient", "the evaluation of states",
        ];
        Assert.Empty(described.Others.Except(others));
    }

    public static TheoryData<bool, bool, bool> Matchings => new()
    {
        // many noise levels, reflection, equilibrium matching
        { false, true, false }, { true, true, false }, { true, false, false }, { false, false, true },
    };

    [Theory]
    [MemberData(nameof(Matchings))]
    public void Every_program_of_a_training_by_gradients_says_what_its_body_does(bool manyLevels, bool reflect, bool equilibrium)
    {
        ObjectiveOptions objective = equilibrium ? new EquilibriumMatchingOptions() : new DenoisingScoreMatchingOptions
        {
            NoiseScale = 0.3f,
            LeastNoise = manyLevels ? 0.1f : null,
            MostNoise = manyLevels ? 2 : null,
            Reflect = reflect,
        };
        using DescribedDevice described = new();
        using Device cpu = Device.Cpu(1);
        Assert.True(TestRows.SameBits(Train(cpu, objective), Train(described, objective)));
        string[] names = ["noisy states and their targets", "gradients against their targets"];
        Assert.Superset(new HashSet<string>(names), described.Described);

        static float[] Train(Device device, ObjectiveOptions objective)
        {
            using Trainer trainer = new(TrainerTests.Setup(device, 5, TrainerTests.Negatives("noise")) with { Objective = objective });
            for (int i = 0; i < Updates; i++)
                trainer.Step(TestContext.Current.CancellationToken);
            return device.Download(trainer.Parameters);
        }
    }

    [Fact]
    public void Columns_with_walls_of_their_own_keep_their_noisy_data_within()
    {
        StateSpace space = StateSpace.Mixed(
            [new ColumnDomain(Domain.Real, float.NegativeInfinity, float.PositiveInfinity), new ColumnDomain(Domain.Box, 0, 1)]);
        ArrayStates states = new("columns", space, [.. Enumerable.Range(0, 20).Select(i => new[] { i * 0.1f, i % 2 })]);
        using DescribedDevice device = new();
        TrainerSetup setup = new(device, () => throw new InvalidOperationException(), states, states,
            new ContrastiveDivergenceOptions(), new TrainingOptions { DataNoise = 0.5f }, 3);
        using DeviceBuffer memory = device.Allocate(20 * 2);
        BatchWork work = new(setup, [.. Enumerable.Range(0, 20)]);
        work.Prepare(memory.AsRows(20, 2), 0, new RandomStream(3, RandomPurpose.DataNoise, 0));
        device.Launch(work);
        float[] written = device.Download(memory.AsRows(20, 2));
        Assert.Contains(written.Where((_, i) => i % 2 == 1), x => x == 0);
        Assert.Contains(written, x => x > 1);
        Assert.All(written.Where((_, i) => i % 2 == 1), x => Assert.InRange(x, 0, 1));
    }

    [Fact]
    public void A_training_that_the_device_cannot_run_is_refused_by_name_before_its_first_update()
    {
        using DescribedDevice device = new();
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => Train(device, TrainerTests.Negatives("noise"), new OwnOptimizerOptions()));
        Assert.Contains("training by contrastive_divergence cannot run on a device of described programs: train on the CPU", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("the step of the optimiser", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_says_other_work_than_its_body_does_is_found()
    {
        using DescribedDevice device = new();
        using DeviceBuffer memory = device.Allocate(4);
        device.Upload([1, 2, 3, 4], memory.AsRows(1, 4));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => device.Launch(new WrongProgram(memory.AsRows(2, 2))));
    }

    [Fact]
    public void A_rehearsal_runs_nothing_and_ends_with_the_work()
    {
        using DescribedDevice device = new();
        using DeviceBuffer memory = device.Allocate(4);
        device.Upload([1, 2], memory.AsRows(2, 2).Slice(0, 1));
        CopyProgram copy = new();
        copy.Prepare(memory.AsRows(2, 2).Slice(0, 1), memory.AsRows(2, 2).Slice(1, 1));
        Assert.Throws<InvalidOperationException>(() => device.Rehearse(() =>
        {
            device.Launch(copy);
            throw new InvalidOperationException();
        }));
        Assert.Equal([1f, 2, 0, 0], device.Download(memory.AsRows(1, 4)));
        device.Launch(copy);
        Assert.Equal([1f, 2, 1, 2], device.Download(memory.AsRows(1, 4)));
    }

    private static OptimizerOptions Optimizer(string name) => name switch
    {
        "sgd" => new MomentumOptions { LearningRate = 0.01f, WeightDecay = 0.1f },
        "rmsprop" => new RmsPropOptions { LearningRate = 0.003f, WeightDecay = 0.1f },
        _ => new AdamOptions { LearningRate = 0.003f, WeightDecay = 0.1f },
    };

    private static float[] Train(Device device, NegativesOptions negatives, OptimizerOptions optimizer)
    {
        TrainerSetup setup = TrainerTests.Setup(device, 5, negatives);
        using Trainer trainer = new(setup with
        {
            Options = setup.Options with
            {
                Optimizer = optimizer,
                DataNoise = 0.05f,
                AverageWeights = 0.9f,
                GradientClip = 0.5,
            },
        });
        for (int i = 0; i < Updates; i++)
            trainer.Step(TestContext.Current.CancellationToken);
        trainer.Validate(1, TestContext.Current.CancellationToken);
        return [.. device.Download(trainer.Parameters), .. device.Download(trainer.ModelParameters)];
    }

    private sealed class WrongProgram(Rows rows) : DeviceProgram, IRowWork
    {
        public override string Name => "a wrong program";

        public override int Count => 1;

        public void Describe(IRowOperations operations) => operations.Gather(rows, [1], rows.Slice(0, 1));

        protected override void Run(int start, int count, int lane) => rows[0].CopyTo(rows[1]);
    }

    private sealed record OwnOptimizerOptions : OptimizerOptions
    {
        public override Optimizer Create(Device device, int parameters) => new OwnOptimizer();
    }

    private sealed class OwnOptimizer : Optimizer
    {
        protected internal override void Prepare(long update, double rateFactor, double gradientScale) { }

        protected internal override void Apply(Rows parameters, Rows gradient, int first) { }

        protected override void Dispose(bool disposing) { }
    }
}
