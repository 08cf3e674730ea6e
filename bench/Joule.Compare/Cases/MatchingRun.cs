using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.States;
using Joule.Training;

namespace Joule.Compare.Cases;

/// <summary>Updates of the ordinary trainer by an objective that matches ∇ₓE with targets.</summary>
internal sealed class MatchingRun : CaseRun
{
    private const int TestImages = 64;

    private readonly Device _device;
    private readonly RunConfig _config;
    private readonly Trainer _trainer;
    private readonly DeviceBuffer _memory;

    public MatchingRun(Device device, RunConfig config)
    {
        _device = device;
        _config = config;
        ImageTransform transform = BenchNetworks.ImagesOf(config);
        ImageStateSet train = new(BenchImages.Train, transform), test = new(BenchImages.Test.Slice(0, TestImages), transform);
        _trainer = new Trainer(new TrainerSetup(
            device, () => config.Energy.Create(device, train.Space), train, test, config.Objective, config.Training, Seed: 1));
        _memory = device.Allocate(4L * Batch * Space.Width);
        RandomStream noise = new(1, RandomPurpose.User, 0);
        for (int i = 0; i < Batch; i++)
        {
            transform.Read(BenchImages.Train, i, States[i]);
            noise.FillNormal(Targets[i], (uint)i);
            for (int j = 0; j < Space.Width; j++)
                States[i][j] += 0.1f * Targets[i][j];
        }
    }

    private int Batch => _config.Training.Batch;

    private NetworkEnergy Energy => (NetworkEnergy)_trainer.Energy;

    private StateSpace Space => Energy.Space;

    private Rows States => _memory.AsRows(4 * Batch, Space.Width).Slice(0, Batch);

    private Rows Targets => _memory.AsRows(4 * Batch, Space.Width).Slice(Batch, Batch);

    private Rows Gradients => _memory.AsRows(4 * Batch, Space.Width).Slice(2 * Batch, Batch);

    private Rows Directions => _memory.AsRows(4 * Batch, Space.Width).Slice(3 * Batch, Batch);

    // The noise level, or 1 for the transport of noise to data: the loss is the mean of ½(s·∇E − z)².
    private float Level => _config.Objective is DenoisingScoreMatchingOptions denoising ? denoising.NoiseScale : 1;

    public override void Run() => _trainer.Step();

    public override IReadOnlyDictionary<string, float[]> Check()
    {
        using IDirectionalPass pass = Energy.CreatePass(Batch, 1);
        float[] energies = _device.Download(pass.ForwardGradient(States, Gradients));
        Span<float> gradient = Gradients.Span, target = Targets.Span, direction = Directions.Span;
        for (int i = 0; i < gradient.Length; i++)
            direction[i] = Level * (Level * gradient[i] - target[i]) / gradient.Length;
        pass.ReverseGradient(new float[Batch], Directions, [], []);
        return new Dictionary<string, float[]>
        {
            ["energies"] = energies,
            ["gradients"] = gradient.ToArray(),
            ["parameter gradients"] = _device.Download(pass.ParameterGradient),
        };
    }

    public override JsonObject Describe(WorkFolder folder)
    {
        ImageTransform transform = BenchNetworks.ImagesOf(_config);
        float[] data = new float[BenchImages.Train.Count * Space.Width];
        for (int i = 0; i < BenchImages.Train.Count; i++)
            transform.Read(BenchImages.Train, i, data.AsSpan(i * Space.Width, Space.Width));
        JsonObject specification = new()
        {
            ["kind"] = _config.Objective is DenoisingScoreMatchingOptions ? "denoising" : "transport",
            ["states"] = folder.Write("states", data),
            ["check_states"] = folder.Write("check_states", States.Span),
            ["check_targets"] = folder.Write("check_targets", Targets.Span),
            ["batch"] = Batch,
            ["level"] = Level,
            ["low"] = Space.Low,
            ["high"] = Space.High,
            ["rate"] = _config.Training.Optimizer.LearningRate,
        };
        Describe(specification, Energy.Network, folder);
        return specification;
    }

    public override void Dispose()
    {
        _memory.Dispose();
        _trainer.Dispose();
    }
}
