using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Joule.Data;

/// <summary>The JSON header of a safetensors file, checked in full against the number of bytes that follow it.</summary>
/// <param name="Entries">The tensors in the header's order.</param>
/// <param name="Metadata">The free text that goes with them.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>One tensor's place in the data.</summary>
    internal sealed record Entry(string Name, string Type, int[] Shape, long Begin, long End);

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">The bytes that follow the header.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidInputException">The header does not describe the data exactly.</exception>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string name)
    {
        if (json.Length == 0 || json.Span[0] != '{') throw Bad(name, "it does not start with '{'");
        if (!Utf8.IsValid(json.Span)) throw Bad(name, "it is no valid UTF-8");
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == SafeTensors.MetadataKey) ReadMetadata(property.Value, metadata, name);
                else entries.Add(ReadEntry(property, name));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(name, "it is no valid JSON (" + error.Message.TrimEnd('.') + ")", error);
        }
        CheckPlaces(entries, dataLength, name);
        return new SafeTensorsHeader(entries, metadata);
    }

    /// <summary>The header's bytes, padded with spaces so that the data start at a multiple of 8 bytes.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafeTensors.MetadataKey);
                foreach (var (key, value) in Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type);
                json.WriteStartArray("shape");
                foreach (var side in entry.Shape) json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Bad(name, "__metadata__ is no object");
        foreach (var property in element.EnumerateObject())
        {
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Bad(name, $"the metadata \"{property.Name}\" is no text");
        }
    }

    private static Entry ReadEntry(JsonProperty property, string name)
    {
        var tensor = property.Name;
        var element = property.Value;
        if (tensor.Length == 0) throw Bad(name, "a tensor has no name");
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 3
            || !element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !element.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
            throw Bad(name, $"tensor \"{tensor}\" needs exactly dtype, shape and data_offsets [begin, end]");
        var sides = new int[shape.GetArrayLength()];
        for (var d = 0; d < sides.Length; d++)
        {
            if (shape[d].ValueKind != JsonValueKind.Number || !shape[d].TryGetInt32(out sides[d]) || sides[d] < 0)
                throw Bad(name, $"tensor \"{tensor}\" has a dimension that is no whole number from 0 to {int.MaxValue}");
        }
        var ends = new long[2];
        for (var i = 0; i < 2; i++)
        {
            if (offsets[i].ValueKind != JsonValueKind.Number || !offsets[i].TryGetInt64(out ends[i]) || ends[i] < 0)
                throw Bad(name, $"tensor \"{tensor}\" has an offset that is no whole number from 0");
        }
        var size = type.GetString() switch
        {
            "F32" => 4,
            "U8" => 1,
            var other => throw new InvalidInputException(
                $"{name}: tensor \"{tensor}\" has the type {other}; F32 and U8 are read. Convert it to float32 and save it again."),
        };
        var length = ends[1] - ends[0];
        if (length % size != 0 || !ShapeSize.Is(sides, length / size))
            throw Bad(name, $"tensor \"{tensor}\" of shape {NpyArray.Describe(sides)} and type {type.GetString()} does not fit its place, bytes {ends[0]} to {ends[1]}");
        return new Entry(tensor, type.GetString()!, sides, ends[0], ends[1]);
    }

    private static void CheckPlaces(List<Entry> entries, long dataLength, string name)
    {
        var at = 0L;
        Entry[] placed = [.. entries];
        Array.Sort(placed, (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        foreach (var entry in placed)
        {
            if (entry.Begin < at) throw Bad(name, $"tensor \"{entry.Name}\" at bytes {entry.Begin} to {entry.End} overlaps the one that ends at {at}");
            if (entry.Begin > at) throw Bad(name, $"bytes {at} to {entry.Begin}, before tensor \"{entry.Name}\", belong to no tensor");
            at = entry.End;
        }
        if (at > dataLength)
            throw new InvalidInputException($"{name}: the tensors take {at} bytes, but {dataLength} follow the header. The file is cut short: copy it again.");
        if (at < dataLength) throw Bad(name, $"{dataLength - at} bytes follow after the last tensor");
    }

    private static InvalidInputException Bad(string name, string why, Exception? inner = null)
    {
        var message = $"{name}: the safetensors header cannot be used: {why}. The file is damaged or is no safetensors file.";
        return inner is null ? new InvalidInputException(message) : new InvalidInputException(message, inner);
    }
}
