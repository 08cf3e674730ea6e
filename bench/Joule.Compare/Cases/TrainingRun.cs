using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Joule.Training;

namespace Joule.Compare.Cases;

/// <summary>Updates of the ordinary trainer, on images in memory.</summary>
internal sealed class TrainingRun : CaseRun
{
    private const int TestImages = 64;

    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly ContrastiveDivergenceOptions _objective;
    private readonly ImageTransform _transform;
    private readonly Trainer _trainer;
    private readonly DeviceBuffer _check;
    private readonly ImageSet _images;

    public TrainingRun(Device device, RunConfig config)
    {
        _device = device;
        _config = config;
        _objective = BenchNetworks.ObjectiveOf(config);
        _transform = BenchNetworks.ImagesOf(config);
        _images = BenchImages.Train;
        ImageStateSet train = new(_images, _transform), test = new(BenchImages.Test.Slice(0, TestImages), _transform);
        _trainer = new Trainer(new TrainerSetup(device, () => config.Energy.Create(device, train.Space), train, test, config.Objective, config.Training, Seed: 1));
        _check = device.Allocate(2L * Batch * Space.Width);
        RandomStream noise = new(1, RandomPurpose.User, 0);
        for (int i = 0; i < Batch; i++)
        {
            _transform.Read(_images, i, CheckRows[i]);
            noise.FillUniform(CheckRows[Batch + i], (uint)i, Space.Low, Space.High);
        }
    }

    private int Batch => _config.Training.Batch;

    private Network Network => ((NetworkEnergy)_trainer.Energy).Network;

    private StateSpace Space => _trainer.Energy.Space;

    private Rows CheckRows => _check.AsRows(2 * Batch, Space.Width);

    public override void Run() => _trainer.Step();

    public override IReadOnlyDictionary<string, float[]> Check()
    {
        float[] energies = new float[2 * Batch], weights = new float[2 * Batch];
        using DeviceBuffer gradient = _device.Allocate(_check.Length);
        ((NetworkEnergy)_trainer.Energy).Gradient(CheckRows, energies, gradient.AsRows(2 * Batch, Space.Width));
        using NetworkPass pass = Network.CreatePass(2 * Batch);
        ContrastiveWeights.Weigh(_objective.EnergyRegularization, pass.Forward(CheckRows).Span, Batch, weights, 0);
        pass.Reverse(weights);
        return new Dictionary<string, float[]>
        {
            ["energies"] = energies,
            ["gradients"] = gradient.Span.ToArray(),
            ["parameter gradients"] = pass.ParameterGradient.Span.ToArray(),
        };
    }

    public override JsonObject Describe(WorkFolder folder)
    {
        float[] data = new float[_images.Count * Space.Width];
        for (int i = 0; i < _images.Count; i++)
            _transform.Read(_images, i, data.AsSpan(i * Space.Width, Space.Width));
        BufferNegativesOptions? buffer = _objective.Negatives as BufferNegativesOptions;
        JsonObject specification = ChainRun.Specification("training", (LangevinOptions)_objective.Negatives.Sampler, Space);
        specification["steps"] = _objective.Negatives.Steps;
        specification["states"] = folder.Write("states", data);
        specification["check_data"] = folder.Write("check_data", CheckRows.Slice(0, Batch).Span);
        specification["check_negatives"] = folder.Write("check_negatives", CheckRows.Slice(Batch, Batch).Span);
        specification["batch"] = Batch;
        specification["slots"] = buffer?.Slots ?? 0;
        specification["fresh"] = buffer?.FreshShare ?? 1;
        specification["data_noise"] = _config.Training.DataNoise;
        specification["regularization"] = _objective.EnergyRegularization;
        specification["rate"] = _config.Training.Optimizer.LearningRate;
        Describe(specification, Network, folder);
        return specification;
    }

    public override void Dispose()
    {
        _check.Dispose();
        _trainer.Dispose();
    }
}
