using BenchmarkDotNet.Attributes;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Bench;

/// <summary>
/// A checkpoint of the preset <c>digits</c>: the part that pauses training (<see cref="Capture"/>), and the part for a separate thread
/// (<see cref="Write"/>, on the disk of the temporary folder).
/// </summary>
public class CheckpointBenchmarks : KernelBenchmark
{
    private const int Side = 28, Images = 256;

    private RunState _run = null!;
    private Trainer _trainer = null!;
    private Snapshot _checkpoint = null!;
    private CheckpointFile _format = null!;
    private string _file = "";

    // The replay buffer makes up nearly all of a checkpoint.
    public override KernelWork WorkOf(string method) =>
        KernelWork.Memory(
            ((BufferNegativesOptions)((ContrastiveDivergenceOptions)Presets.Load("digits").Objective).Negatives).Slots * Side * Side, 2);

    [GlobalSetup]
    public void Setup()
    {
        RunConfig config = Presets.Load("digits");
        ImageDataOptions options = (ImageDataOptions)config.Data;
        ImageStateSet images = new(ImageSet.FromBytes("black", 1, Side, Side, new byte[Images * Side * Side]), options.ToTransform());
        _trainer = new Trainer(new TrainerSetup(
            Device, () => config.Energy.Create(Device, images.Space), images, images, config.Objective, config.Training, config.Seed));
        _run = new RunState(RunFigures.Of(config));
        _checkpoint = Checkpoint.Of(_trainer, _run);
        ImageDataTransform transform = new(options, new ImageFit { Channels = 1, Height = Side, Width = Side });
        _format = new CheckpointFile(new Model((NetworkEnergy)_trainer.Model, config, transform), _run.Figures);
        _file = Path.GetTempFileName();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _checkpoint.Dispose();
        _trainer.Dispose();
        File.Delete(_file);
        FreeBuffers();
    }

    [Benchmark]
    public void Capture() => _checkpoint.Capture();

    [Benchmark]
    public void Write() => _format.Write(_file, _checkpoint);
}
