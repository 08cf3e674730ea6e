using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.Tests.Data;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>An objective that is named alone brings what it needs, so that every one of them trains on points.</summary>
public sealed class ConfigSourcesTests
{
    private const string Layers = """[{"type":"dense","outputs":8},{"type":"silu"},{"type":"dense","outputs":1}]""";

    /// <summary>All but the one that learns classes: points have none.</summary>
    public static TheoryData<string> Objectives =>
        [.. Catalogue.Of(typeof(ObjectiveOptions)).Where(o => o.Type != typeof(JointEnergyOptions)).Select(o => o.Named.Name)];

    [Fact]
    public void A_file_that_gives_another_type_has_its_keys_for_single_changes()
    {
        using TempFolder temp = new();
        File.WriteAllText(temp["config.json"], """{"version":2,"preset":"points","objective":{"type":"noise_contrastive"}}""");
        RunConfig config = ConfigSources.Compose(null, temp["config.json"], [new("objective.noise_ratio", "3")]);
        Assert.Equal(3, Assert.IsType<NoiseContrastiveOptions>(config.Objective).NoiseRatio);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Every_objective_trains_on_points_by_its_name(string name)
    {
        using TempFolder temp = new();
        RunConfig config = Compose(name);
        using Device device = Device.Cpu(2);
        using TrainingRun run = new(config, device, config.Data.Open(new DataRequest(1, _ => { })));
        using RunFolder folder = RunFolder.Create(temp["run"], config, RunTerms.Of(config) with { Images = run.Images }, run.BytesNeeded);
        RunResult result = run.Train(folder, new Silent(), TestContext.Current.CancellationToken);
        Assert.Equal((1, false), (result.Epochs, result.Interrupted));
        // A divergence from the truth exists where the energy means a density, and the model of every epoch is kept.
        Assert.Equal(config.Objective.DensityTemperature() is null, result.Divergence is null);
        Assert.InRange(result.Divergence?.Nats ?? 0, -1e-3, 1e6); // at a low temperature, an untrained model is far away
        Assert.Equal(File.ReadAllBytes(folder.ModelFile), File.ReadAllBytes(RunFolder.EpochFile(folder.Location, 1)));
    }

    [Fact]
    public void It_brings_the_kind_of_energy_and_the_chains_of_samples()
    {
        RunConfig flow = Compose("flow_matching"), recovery = Compose("diffusion_recovery"), noise = Compose("noise_contrastive");
        TimedNetworkEnergyOptions timed = Assert.IsType<TimedNetworkEnergyOptions>(flow.Energy);
        Assert.Equal((Interpolant.Linear, 3), (timed.Field, timed.Layers.Count));
        Assert.Equal((typeof(FlowOptions), 1), (flow.Sampling.Sampler!.GetType(), flow.Sampling.Steps));
        Assert.Null(Assert.IsType<TimedNetworkEnergyOptions>(recovery.Energy).Field);
        Assert.IsType<RecoveryOptions>(recovery.Sampling.Sampler);
        Assert.IsType<GradientDescentOptions>(Compose("equilibrium_matching").Sampling.Sampler);
        // One that draws no samples of its own leaves the preset's.
        Assert.Equal(Presets.Load("points").Sampling.Sampler, noise.Sampling.Sampler);
        Assert.IsType<NetworkEnergyOptions>(noise.Energy);
    }

    [Fact]
    public void The_density_is_that_at_the_temperature_of_the_objective()
    {
        GaussianEnergy energy = new([0, 0], [1, 1]);
        RunConfig config = Presets.Load("points");
        Assert.Same(energy, config.DensityOf(energy));
        Assert.Null((config with { Objective = new FlowMatchingOptions() }).DensityOf(energy));
        EnergyMatchingOptions matching = new();
        TemperedEnergy tempered = Assert.IsType<TemperedEnergy>((config with { Objective = matching }).DensityOf(energy));
        Assert.Equal(matching.Negatives.Sampler.EffectiveTemperature(), tempered.Temperature);
    }

    // The objective comes last, and leaves the changes before it.
    private static RunConfig Compose(string objective) => ConfigSources.Compose("moons", null,
    [
        new("energy.layers", Layers), new("data.count", "64"), new("data.test_count", "16"), new("training.batch", "32"),
        new("training.epochs", "1"), new("sampling.steps", "3"), new("objective", objective),
    ]);

    private sealed class Silent : IRunObserver
    {
        public void Started(Trainer trainer, RunFolder folder) { }

        public void Updated(long update, in TrainingFigures figures) { }

        public void EpochDone(MetricsRow row, RunFolder folder) { }
    }
}
