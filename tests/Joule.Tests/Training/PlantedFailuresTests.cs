using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Tests.Energies;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

/// <summary>
/// The sentinel with every objective of the catalogue, on points in the plane: planted failures are named, and healthy trainings raise no
/// alarm. A divergence, a warning and an error that says what to change all count as names.
/// </summary>
public sealed class PlantedFailuresTests
{
    private const int Updates = 300;
    private const float Rate = 0.002f;

    // Keys that say how many states data are compared with: 0 of them teach nothing.
    private static readonly string[] Counts = ["noise_ratio", "copies", "steps", "negatives.steps", "chain.level_steps", "projections"];

    private static readonly DrawnStates Data =
        new((ISamplable)new TwoMoonsOptions().Create(), 2000, new RandomStream(1, RandomPurpose.User, 0), "moons");

    public static TheoryData<string> Names => [.. Catalogue.Of(typeof(ObjectiveOptions)).Select(o => o.Named.Name)];

    public static TheoryData<string, ulong> Healthy
    {
        get
        {
            TheoryData<string, ulong> all = [];
            foreach (NamedType objective in Catalogue.Of(typeof(ObjectiveOptions)))
                for (ulong seed = 1; seed <= 3; seed++)
                    all.Add(objective.Named.Name, seed);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Healthy))]
    public void A_healthy_training_raises_no_alarm(string name, ulong seed) => Assert.Equal("", Watch(Default(name), Rate, 0, seed));

    /// <summary>All but that of energies that are fitted, which has no updates of weights.</summary>
    public static TheoryData<string> Learning =>
        [.. Catalogue.Of(typeof(ObjectiveOptions)).Where(o => o.Type != typeof(FitOnlyOptions)).Select(o => o.Named.Name)];

    [Theory]
    [MemberData(nameof(Learning))]
    public void A_thousandfold_learning_rate_is_named(string name) => Assert.NotEqual("", Watch(Default(name), 1000 * Rate, 0));

    [Theory]
    [MemberData(nameof(Names))]
    public void Noise_on_the_data_that_is_larger_than_they_are_is_named(string name) =>
        Assert.StartsWith("NoiseDrowns", Watch(Default(name), Rate, 20), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void No_other_states_to_compare_with_are_refused_or_named(string name)
    {
        JsonObject defaults = OptionsJson.Write(Default(name));
        foreach (string path in Counts)
        {
            JsonObject json = (JsonObject)defaults.DeepClone();
            JsonObject? holder = json;
            string[] keys = path.Split('.');
            foreach (string key in keys[..^1])
                holder = holder?[key] as JsonObject;
            // Without steps among the states, negatives are still states of the manifold.
            if (holder?[keys[^1]] is null || (path == "steps" && Default(name) is ManifoldObjectiveOptions))
                continue;
            holder[keys[^1]] = 0;
            ObjectiveOptions options = OptionsJson.Read<ObjectiveOptions>(json, path);
            Assert.NotEqual("", Watch(options, Rate, 0));
        }
    }

    [Fact]
    public void Noise_unlike_the_data_is_named()
    {
        Assert.StartsWith("ToldApart",
            Watch(new NoiseContrastiveOptions { Noise = new GaussianNoiseOptions { Spread = 100 } }, Rate, 0), StringComparison.Ordinal);
        foreach (NamedType perturbing in Catalogue.Of(typeof(PerturbingOptions)))
        {
            PerturbingOptions options = (PerturbingOptions)Activator.CreateInstance(perturbing.Type)!;
            Assert.StartsWith("NoiseDrowns", Watch(options with { Noise = 30, LeastNoise = 30 }, Rate, 0), StringComparison.Ordinal);
        }
    }

    private static ObjectiveOptions Default(string name) =>
        (ObjectiveOptions)Activator.CreateInstance(Catalogue.Find(typeof(ObjectiveOptions), name)!)!;

    // What was said first; empty: nothing.
    private static string Watch(ObjectiveOptions options, float rate, float dataNoise, ulong seed = 1)
    {
        using Device device = Device.Cpu(1);
        Layer[] layers =
        [
            new DenseLayer { Outputs = 32 }, new SiluLayer(), new DenseLayer { Outputs = 32 }, new SiluLayer(),
            new DenseLayer { Outputs = 1 },
        ];
        try
        {
            SentinelOptions rules = new();
            Energy Create() => options switch
            {
                FlowMatchingOptions => SampleEnergies.Timed(device, Data.Space, 1, layers, Interpolant.Linear),
                ManifoldObjectiveOptions => Autoencoders.Of(device, Data.Space, Autoencoders.Dense with { Sphere = true }),
                JointEnergyOptions => SampleEnergies.Logits(device, Data.Space, [.. layers[..^1], new DenseLayer { Outputs = 3 }]),
                DiffusionRecoveryOptions => SampleEnergies.Timed(device, Data.Space, 1, layers),
                _ => TrainerTests.Network(device, Data.Space, layers),
            };
            using Trainer trainer = new(new TrainerSetup(device, Create, new LabelledStates(Data, 3), Data, options,
                new TrainingOptions { Batch = 64, DataNoise = dataNoise, Optimizer = new AdamOptions { LearningRate = rate } }, seed));
            Sentinel sentinel = new(rules, (trainer.Objective as IContrasts)?.Contrast);
            foreach (SentinelVerdict start in StartRules.Look(rules, trainer.Objective, trainer.DataNoise, trainer.Width))
                return $"{start.Reason}: {start}";
            if (trainer.Objective.Advice is { } advice)
                return advice;
            for (int i = 0; i < Updates; i++)
            {
                TrainingFigures figures = trainer.Step(TestContext.Current.CancellationToken);
                SentinelVerdict verdict = sentinel.Watch(trainer.Update, figures);
                if (verdict.Level != SentinelLevel.Fine)
                    return $"{verdict.Reason}: {verdict}";
            }
            return "";
        }
        catch (JouleException e)
        {
            return e.Message;
        }
    }
}
