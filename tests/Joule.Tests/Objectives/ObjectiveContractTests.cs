using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.States;
using Joule.Tests.Energies;
using Joule.Tests.Training;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Objectives;

/// <summary>Rules for every objective: those of the catalogue with every source of negatives, and two of the tests.</summary>
[Collection(AloneCollection.Name)]
public sealed class ObjectiveContractTests
{
    private const int Updates = 6;

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>All but that of the tests, which reads the host's memory.</summary>
    public static TheoryData<string> OfTheCatalogue => [.. All.Keys.Where(name => All[name] is not LeastSquaresOptions)];

    private static Dictionary<string, ObjectiveOptions> All { get; } = new(
        Catalogue.Of(typeof(ObjectiveOptions))
            .Select(o => KeyValuePair.Create(o.Named.Name, Small((ObjectiveOptions)Activator.CreateInstance(o.Type)!)))
            .Concat(Catalogue.Of(typeof(NegativesOptions))
                .Select(n => KeyValuePair.Create($"contrastive_divergence with {n.Named.Name}", (ObjectiveOptions)Small(n))))
            .Concat(Catalogue.Of(typeof(CouplingOptions)).Select(c => KeyValuePair.Create($"flow_matching with {c.Named.Name}",
                (ObjectiveOptions)new FlowMatchingOptions { Coupling = (CouplingOptions)Activator.CreateInstance(c.Type)! })))
            .Append(KeyValuePair.Create("least squares", (ObjectiveOptions)new LeastSquaresOptions())));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_options_list_the_figures_and_a_loss_is_among_them(string name)
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = New(device, name);
        Assert.Equal(All[name].ListFigures(), trainer.Objective.Figures);
        Assert.True(trainer.Objective.Figures.IndexOf(FigureRole.Loss) >= 0);
        Assert.All(trainer.Objective.Figures,
            f => Assert.True(f.Meaning.Length > 3 && (f.Better == Better.Unknown) == (f.Best.Length == 0), f.Name));
        TrainingFigures figures = trainer.Step(TestContext.Current.CancellationToken);
        Assert.All(trainer.Figures, f => Assert.True(f.MayBeMissing || double.IsFinite(figures[f.Name]), f.Name));
        Assert.Equal(trainer.Objective is IContrasts, trainer.Objective.Figures.IndexOf(FigureRole.Gap) >= 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_depends_on_seed_and_attempt_but_not_on_threads(string name)
    {
        using Device one = Device.Cpu(1), two = Device.Cpu(2);
        using Trainer first = New(one, name), second = New(two, name), other = New(one, name);
        other.Adjust(new Adjustment(1, 1, 1, 1));
        TrainingFigures[] expected = SnapshotTests.Steps(first, Updates);
        Assert.Equal(expected, SnapshotTests.Steps(second, Updates));
        // An objective without draws repeats its updates.
        Assert.Equal(All[name] is ScoreMatchingOptions or FitOnlyOptions, expected.SequenceEqual(SnapshotTests.Steps(other, Updates)));
        Assert.True(TestRows.SameBits(first.Parameters.Span, second.Parameters.Span));
    }

    [Theory]
    [MemberData(nameof(OfTheCatalogue))]
    public void A_device_of_its_own_memory_trains_to_the_same_bits(string name)
    {
        using Device cpu = Device.Cpu(2);
        using FakeDevice device = new();
        using Trainer one = New(cpu, name), other = New(device, name);
        Assert.Equal(SnapshotTests.Steps(one, Updates), SnapshotTests.Steps(other, Updates));
        Assert.True(TestRows.SameBits(one.Parameters.Span, device.Download(other.Parameters)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_interrupted_update_has_no_effect_and_a_steady_one_allocates_nothing(string name)
    {
        using Device device = Device.Cpu(1);
        using Trainer trainer = New(device, name), undisturbed = New(device, name);
        SnapshotTests.Steps(trainer, 2);
        Assert.Throws<OperationCanceledException>(() => trainer.Step(new CancellationToken(true)));
        Assert.Equal(SnapshotTests.Steps(undisturbed, Updates)[2..], SnapshotTests.Steps(trainer, Updates - 2));
        CancellationToken token = TestContext.Current.CancellationToken;
        // The runtime itself may allocate when it replaces a method; the smallest of three windows has only the steps.
        long least = long.MaxValue;
        for (int window = 0; window < 3; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
                trainer.Step(token);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    [Fact]
    public void Known_moments_train_a_Gaussian_to_maximum_likelihood()
    {
        float[][] rows = [.. Enumerable.Range(0, 64).Select(i => (float[])[3 + 0.5f * MathF.Sin(i), -1 + 2 * MathF.Cos(2.4f * i)])];
        ArrayStates data = new("made up", StateSpace.Real(Shape.Vector(2)), rows);
        using Device device = Device.Cpu(1);
        using Trainer trainer = new(new TrainerSetup(device, () => new LearnedGaussian(device, 2), data, data, new ExactLikelihoodOptions(),
            new TrainingOptions
            {
                Batch = 64,
                Epochs = 4000,
                Optimizer = new AdamOptions { LearningRate = 0.05f },
                Schedule = new CosineSchedule()
            }, 1));
        Sentinel sentinel = new(new SentinelOptions(), (trainer.Objective as IContrasts)?.Contrast);
        while (trainer.Update < trainer.PlannedUpdates)
        {
            TrainingFigures figures = trainer.Step(TestContext.Current.CancellationToken);
            Assert.Equal(SentinelLevel.Fine, sentinel.Watch(trainer.Update, figures).Level);
        }
        for (int j = 0; j < 2; j++)
        {
            double mean = rows.Average(r => (double)r[j]), variance = rows.Average(r => (r[j] - mean) * (r[j] - mean));
            Assert.Equal(mean, trainer.Parameters.Span[j], 1e-3);
            Assert.Equal(-Math.Log(variance), trainer.Parameters.Span[2 + j], 2e-3);
        }
    }

    private static ObjectiveOptions Small(ObjectiveOptions options) => options switch
    {
        ContrastiveDivergenceOptions => Small(TrainerTests.Negatives("buffer")),
        JointEnergyOptions joint => joint with { Negatives = TrainerTests.Negatives("buffer") },
        ImprovedContrastiveDivergenceOptions improved => improved with { Negatives = TrainerTests.Negatives("buffer") },
        // Both phases within the updates of a test.
        EnergyMatchingOptions matching => matching with { WarmUpShare = 0.05, Negatives = TrainerTests.Negatives("buffer") },
        ManifoldProjectionOptions manifold => manifold with { ReconstructionShare = 0.05 },
        NormalizedAutoencoderOptions manifold => manifold with
        {
            ReconstructionShare = 0.05,
            Latent = TrainerTests.Negatives("buffer"),
        },
        _ => options,
    };

    private static ContrastiveDivergenceOptions Small(NamedType negatives) => Small(TrainerTests.Negatives(negatives.Named.Name));

    private static ContrastiveDivergenceOptions Small(NegativesOptions negatives) => new() { Negatives = negatives };

    private static Trainer New(Device device, string name)
    {
        TrainerSetup setup = TrainerTests.Setup(device, 4, TrainerTests.Negatives("noise"));
        Layer[] layers = [new DenseLayer { Outputs = 8 }, new SiluLayer(), new DenseLayer { Outputs = 1 }];
        return new Trainer(setup with
        {
            Train = new LabelledStates(setup.Train, 3),
            CreateEnergy = () => All[name] switch
            {
                FlowMatchingOptions => SampleEnergies.Timed(device, setup.Train.Space, 1, layers, Interpolant.Linear),
                JointEnergyOptions => SampleEnergies.Logits(
                    device, setup.Train.Space, [.. layers[..^1], new DenseLayer { Outputs = 3 }]),
                ManifoldObjectiveOptions => Autoencoders.Of(device, setup.Train.Space, Autoencoders.Dense with { Sphere = true }),
                DiffusionRecoveryOptions => SampleEnergies.Timed(device, setup.Train.Space, 1, layers),
                _ => TrainerTests.Network(device, setup.Train.Space, layers),
            },
            Objective = All[name],
        });
    }
}
