using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Joule.Data;

/// <summary>The JSON header of a safetensors file, fully checked against the number of bytes that follow it.</summary>
/// <param name="Entries">The tensors in the header's order.</param>
/// <param name="Metadata">Free text.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>One tensor's place in the data.</summary>
    internal sealed record Entry(string Name, string Type, int[] Shape, long Begin, long End)
    {
        /// <summary>Where the header names it, in bytes of the file.</summary>
        public long Offset { get; init; }
    }

    /// <summary>Where the metadata start in the file, in bytes; the header's start if there are none.</summary>
    public long MetadataOffset { get; init; }

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="start">Where the header starts in the file.</param>
    /// <param name="dataLength">The bytes that follow the header.</param>
    /// <param name="name">The file's name in messages.</param>
    /// <exception cref="InvalidInputException">The header does not describe the data exactly.</exception>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, long start, long dataLength, string name) =>
        new SafeTensorsHeaderParser(json, start, name).Read(dataLength);

    /// <summary>The header's bytes, padded with spaces so that the data start at a multiple of 8 bytes.</summary>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(SafeTensors.MetadataKey);
                foreach ((string key, string value) in Metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (Entry entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type);
                json.WriteStartArray("shape");
                foreach (int side in entry.Shape)
                    json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        int padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }
}
