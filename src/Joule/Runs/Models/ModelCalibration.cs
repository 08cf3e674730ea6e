using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Evaluation;

namespace Joule.Runs;

/// <summary>
/// The calibration in a model file: the tensor <c>calibration/energies</c> holds the kept energies, and the description says how many rows
/// there were and the alarm rate. It can be read and replaced without the weights.
/// </summary>
public static class ModelCalibration
{
    /// <summary>The name of the tensor.</summary>
    internal const string TensorName = "calibration/energies";

    /// <summary>The key in the description.</summary>
    internal const string Key = "calibration";

    private const string CountKey = "rows", RateKey = "alarm_rate";

    /// <summary>Reads the calibration of a model.</summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <returns>The calibration; null if the model has none.</returns>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or not a Joule model.</exception>
    public static Calibration? Read(string path)
    {
        string file = Model.Find(path);
        return InputFile.Read(file, stream =>
        {
            _ = Model.Describe(stream, file);
            stream.Position = 0;
            SafeTensorsHeader header = SafeTensors.ReadHeader(stream, file);
            long start = stream.Position;
            List<NamedTensor> tensors = [];
            if (header.Entries.FirstOrDefault(e => e.Name == TensorName && e.Type == "F32") is { } entry)
            {
                float[] values = new float[(entry.End - entry.Begin) / 4];
                stream.Position = start + entry.Begin;
                FloatBytes.Read(stream, values);
                tensors.Add(new NamedTensor(entry.Name, entry.Shape, values) { FileOffset = start + entry.Begin });
            }
            return Read(new SafeTensorsContent(tensors, header.Metadata) { MetadataOffset = header.MetadataOffset }, file);
        });
    }

    /// <summary>
    /// Replaces the calibration of a model file, atomically. The description is otherwise unchanged, and the weights are copied byte for
    /// byte.
    /// </summary>
    /// <param name="path">A model file, or a run's folder.</param>
    /// <param name="calibration">The new calibration.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, damaged, a checkpoint, or not a Joule model; or it cannot be written.
    /// </exception>
    public static void Write(string path, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        string file = Model.Find(path);
        AtomicFile.Write(file, target => InputFile.Read(file, source =>
        {
            Copy(source, target, file, calibration);
            return 0;
        }));
    }

    /// <summary>The error for a model without a calibration that was asked for p-values or anomalies.</summary>
    /// <param name="model">The model's path, as the user gave it.</param>
    public static InvalidInputException Missing(string model) => new($"{model} is not calibrated, so it gives energies but no p-values and "
        + $"no anomalies. Calibrate it with normal rows that it was not trained on: joule threshold {model} --calibrate FILE. Or keep "
        + "rows out of training: joule train … --set data.calibration_share=0.2");

    /// <summary>The calibration of a file that was read; null if it has none.</summary>
    internal static Calibration? Read(SafeTensorsContent content, string file)
    {
        JsonNode? node = Model.Parse(content.Metadata[Model.MetadataKey], content.MetadataOffset, file)[Key];
        NamedTensor? tensor = content.Tensors.FirstOrDefault(t => t.Name == TensorName);
        if (node is null && tensor is null)
            return null;
        if (node is not JsonObject json || tensor?.Floats is null || json[CountKey] is not JsonValue count
            || !count.TryGetValue(out int rows) || json[RateKey] is not JsonValue rate || !rate.TryGetValue(out double alarmRate))
        {
            throw InvalidInputException.At(file, content.MetadataOffset, $"the calibration is incomplete: it needs {CountKey} and "
                + $"{RateKey} in the description, and the float32 tensor \"{TensorName}\". The file is damaged.");
        }
        try
        {
            return Calibration.Restore(rows, tensor.Floats, alarmRate);
        }
        catch (InvalidInputException e)
        {
            throw InvalidInputException.At(file, tensor.FileOffset, $"{e.Message} The file is damaged.", e);
        }
    }

    /// <summary>The kept energies as a tensor.</summary>
    internal static NamedTensor Tensor(Calibration calibration) =>
        new(TensorName, [calibration.Kept.Length], calibration.Kept.ToArray());

    /// <summary>The entry in the description.</summary>
    internal static JsonObject Json(Calibration calibration) => new()
    {
        [CountKey] = calibration.Count,
        [RateKey] = calibration.AlarmRate,
    };

    private static void Copy(Stream source, Stream target, string file, Calibration calibration)
    {
        _ = Model.Describe(source, file);
        source.Position = 0;
        SafeTensorsHeader header = SafeTensors.ReadHeader(source, file);
        long start = source.Position;
        if (header.Entries.Any(e => e.Name.StartsWith(CheckpointFile.Prefix, StringComparison.Ordinal)))
        {
            throw new InvalidInputException($"{file} is a checkpoint, which is not changed: a run resumes from it. Give the folder of the "
                + $"run, or its {Model.FileName}.");
        }
        JsonObject description = Model.Parse(header.Metadata[Model.MetadataKey], header.MetadataOffset, file);
        description[Key] = Json(calibration);
        Dictionary<string, string> metadata = new(header.Metadata) { [Model.MetadataKey] = description.ToJsonString() };
        NamedTensor energies = Tensor(calibration);
        List<SafeTensorsHeader.Entry> old = [.. header.Entries.Where(e => e.Name != TensorName)], entries = [];
        long at = 0;
        foreach (SafeTensorsHeader.Entry entry in old)
        {
            entries.Add(entry with { Begin = at, End = at + entry.End - entry.Begin });
            at += entry.End - entry.Begin;
        }
        entries.Add(new SafeTensorsHeader.Entry(TensorName, "F32", [.. energies.Shape], at, at + energies.ByteLength));
        SafeTensors.WriteHeader(target, new SafeTensorsHeader(entries, metadata));
        byte[] buffer = new byte[1 << 16];
        foreach (SafeTensorsHeader.Entry entry in old)
        {
            source.Position = start + entry.Begin;
            for (long left = entry.End - entry.Begin; left > 0;)
            {
                int part = (int)Math.Min(left, buffer.Length);
                source.ReadExactly(buffer, 0, part);
                target.Write(buffer, 0, part);
                left -= part;
            }
        }
        FloatBytes.Write(target, energies.Floats!);
    }
}
