using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Fuzz.Tests.Readers;

/// <summary>Checkpoints of a small run with changed bytes, header or notes, mostly with a corrected checksum.</summary>
public sealed class CheckpointFuzz : FuzzTarget, IDisposable
{
    private const int ChecksumLength = 32;
    private readonly Device _device = Device.Cpu(1);
    private readonly Trainer _trainer;
    private readonly Model _model;
    private readonly CheckpointFile _format;
    private readonly RunState _run;
    private readonly Snapshot _checkpoint;

    public CheckpointFuzz()
    {
        byte[] pixels = new byte[6 * 4 * 4];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 37);
        ImageStateSet images = new(ImageSet.FromBytes("made up", 1, 4, 4, pixels), new ImageTransform());
        NetworkEnergyOptions energy = new()
        {
            Layers = [new FlattenLayer(), new DenseLayer { Outputs = 3 }, new ReluLayer(),
            new DenseLayer { Outputs = 1 }]
        };
        ContrastiveDivergenceOptions objective = new() { Negatives = new BufferNegativesOptions { Slots = 8, FreshShare = 0, Steps = 1 } };
        _trainer = new Trainer(new TrainerSetup(_device, () => energy.Create(_device, images.Space), images, images, objective,
            new TrainingOptions { Batch = 2, Epochs = 20, AverageWeights = 0.9f }, 4));
        RunConfig config = Presets.Load("seed") with
        {
            Energy = new NetworkEnergyOptions { Layers = [new FlattenLayer(), new DenseLayer { Outputs = 1 }] },
            Objective = new ContrastiveDivergenceOptions { Negatives = new NoiseNegativesOptions() },
        };
        ImageDataTransform transform = new((ImageDataOptions)config.Data, new ImageFit { Channels = 1, Height = 4, Width = 4 });
        _model = new Model((NetworkEnergy)_trainer.Model, config, transform);
        _run = new RunState(new RunFigures(_trainer.Objective.Figures));
        _format = new CheckpointFile(_model, _run.Figures);
        _checkpoint = Checkpoint.Of(_trainer, _run);
    }

    public override string Folder => "checkpoint";

    protected override Action<string> ReadFile => path => _format.Read(path, _checkpoint);

    public override void Read(byte[] input)
    {
        using MemoryStream stream = new(input);
        _format.Read(stream, File, _checkpoint);
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _trainer.Dispose();
        _device.Dispose();
    }

    /// <summary>
    /// A checkpoint of the run, at its start or after four simulated updates, so that no number in it depends on the machine.
    /// </summary>
    internal byte[] Make(bool later)
    {
        _run.Seconds = later ? 1.5 : 0;
        _run.Rows.Clear();
        _run.Means.Clear();
        _run.Watch.Clear();
        if (later)
        {
            _run.Rows.Add(new MetricsRow(_run.Figures.Columns, 1, 3, 1.25, [-1, 0.5, 0.25, 1, 2, double.NaN, 3, 4, 5]));
            _run.Means.Add(new TrainingFigures(_trainer.Figures, [1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 6], 2));
            _run.Watch.Set("sentinel", 1, double.NaN, -0.0);
        }
        _checkpoint.Capture();
        if (later)
        {
            _checkpoint.Numbers.Set("trainer.update", 4);
            _checkpoint.Numbers.Set("trainer.attempt", 2, 0.5, 2, 1, 1);
        }
        string path = Path.GetTempFileName();
        _format.Write(path, _checkpoint);
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        System.IO.File.Delete(path);
        return bytes;
    }

    /// <summary>The file of <see cref="Make"/> with other numbers in one of its lists; the length is unchanged.</summary>
    internal byte[] With(byte[] file, string name, double[] numbers)
    {
        // The lists are stored in order before the checksum.
        byte[] changed = [.. file];
        int at = file.Length - ChecksumLength
            - _checkpoint.Numbers.Names.SkipWhile(n => n != name).Sum(n => 8 * _checkpoint.Numbers[n].Length);
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(changed.AsSpan(at + 8 * i), numbers[i]);
        return changed;
    }

    /// <summary>The file with a correct checksum at its end.</summary>
    internal static byte[] Summed(byte[] file) =>
        file.Length < ChecksumLength
            ? file
            : [.. file.AsSpan(0, file.Length - ChecksumLength), .. SHA256.HashData(file.AsSpan(0, file.Length - ChecksumLength))];

    internal override byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        byte[] changed = random.Below(4) switch
        {
            0 => Mutator.Change(seed, corpus, random, header: seed.Length),
            1 => SafeTensorsFuzz.WithHeader(seed, header => JsonMutator.Change(header, corpus, random)),
            _ => SafeTensorsFuzz.WithHeader(seed, header => Noted(header, corpus, random)),
        };
        return random.OneIn(10) ? changed : Summed(changed);
    }

    private static byte[] Noted(byte[] header, IReadOnlyList<byte[]> corpus, FuzzRandom random)
    {
        try
        {
            if (JsonNode.Parse(header)?["__metadata__"] is not JsonObject metadata || metadata["joule.checkpoint"] is not JsonValue notes
                || !notes.TryGetValue(out string? text))
                return header;
            metadata["joule.checkpoint"] = Encoding.UTF8.GetString(JsonMutator.Change(Encoding.UTF8.GetBytes(text), corpus, random));
            return Encoding.UTF8.GetBytes(metadata.Root.ToJsonString());
        }
        catch (JsonException)
        {
            return header; // a damaged file of the corpus
        }
    }
}
