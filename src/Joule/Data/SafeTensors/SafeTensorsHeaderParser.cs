using System.Text.Json;
using System.Text.Unicode;

namespace Joule.Data;

/// <summary>Reads the JSON header of a safetensors file token by token: memory is taken for what the header means, never for its text a
/// second time, and every error names its byte.</summary>
internal ref struct SafeTensorsHeaderParser
{
    private const int MaxTensors = 1 << 16;
    private const int MaxMetadata = 1 << 12;
    private const int MaxDimensions = 32;
    private readonly ReadOnlySpan<byte> text;
    private readonly long start;
    private readonly string name;
    private readonly List<SafeTensorsHeader.Entry> entries = [];
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private long metadataOffset;
    private Utf8JsonReader json;

    /// <summary>Prepares to read.</summary>
    /// <param name="text">The header.</param>
    /// <param name="start">Where it starts in the file.</param>
    /// <param name="name">What messages call the file.</param>
    public SafeTensorsHeaderParser(ReadOnlySpan<byte> text, long start, string name)
    {
        this.text = text;
        this.start = start;
        this.name = name;
        metadataOffset = start;
        json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 4 });
    }

    private readonly long Offset => start + json.TokenStartIndex;

    /// <summary>Reads the whole header.</summary>
    /// <param name="dataLength">The bytes that follow it.</param>
    /// <exception cref="InvalidInputException">It does not describe the data exactly.</exception>
    public SafeTensorsHeader Read(long dataLength)
    {
        if (text.Length == 0 || text[0] != '{') throw Bad(start, "it does not start with '{'");
        if (!Utf8.IsValid(text)) throw Bad(start, "it is no valid UTF-8");
        try
        {
            json.Read();
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (key, offset) = (json.GetString()!, Offset);
                if (!names.Add(key)) throw Bad(offset, $"\"{MessageText.Of(key)}\" is there twice");
                if (names.Count > MaxTensors) throw Bad(offset, $"it names more than {MaxTensors} tensors");
                json.Read();
                if (key == SafeTensors.MetadataKey) ReadMetadata();
                else entries.Add(ReadEntry(key, offset));
            }
            json.Read(); // what follows the object, white space excepted, is an error of the JSON
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(start + json.BytesConsumed, $"it is no valid JSON ({MessageText.Printable(error.Message.Split(" LineNumber")[0].TrimEnd('.'))})", error);
        }
        CheckPlaces(dataLength);
        return new SafeTensorsHeader(entries, metadata) { MetadataOffset = metadataOffset };
    }

    private void ReadMetadata()
    {
        metadataOffset = Offset;
        if (json.TokenType != JsonTokenType.StartObject) throw Bad(Offset, "__metadata__ is no object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            if (metadata.ContainsKey(key)) throw Bad(Offset, $"the metadata \"{MessageText.Of(key)}\" are there twice");
            if (metadata.Count == MaxMetadata) throw Bad(Offset, $"it has more than {MaxMetadata} metadata");
            json.Read();
            if (json.TokenType != JsonTokenType.String) throw Bad(Offset, $"the metadata \"{MessageText.Of(key)}\" is no text");
            metadata.Add(key, json.GetString()!);
        }
    }

    private SafeTensorsHeader.Entry ReadEntry(string tensor, long offset)
    {
        var shown = MessageText.Of(tensor);
        if (tensor.Length == 0) throw Bad(offset, "a tensor has no name");
        string? type = null;
        int[]? sides = null;
        long[]? ends = null;
        var whole = json.TokenType == JsonTokenType.StartObject;
        while (whole && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (type is null && json.ValueTextEquals("dtype"u8)) whole = (type = Text()) is not null;
            else if (sides is null && json.ValueTextEquals("shape"u8)) whole = (sides = Sides(shown)) is not null;
            else if (ends is null && json.ValueTextEquals("data_offsets"u8)) whole = (ends = Ends(shown)) is not null;
            else whole = false;
        }
        if (!whole || type is null || sides is null || ends is null)
            throw Bad(Offset, $"tensor \"{shown}\" needs exactly dtype, shape and data_offsets [begin, end]");
        var size = type switch
        {
            "F32" => 4,
            "U8" => 1,
            _ => throw InvalidInputException.At(
                name, offset, $"tensor \"{shown}\" has the type {MessageText.Of(type)}; F32 and U8 are read. Convert it to float32 and save it again."),
        };
        var length = ends[1] - ends[0];
        if (length % size != 0 || !ShapeSize.Is(sides, length / size))
            throw Bad(offset, $"tensor \"{shown}\" of shape {NpyArray.Describe(sides)} and type {type} does not fit its place, bytes {ends[0]} to {ends[1]}");
        return new SafeTensorsHeader.Entry(tensor, type, sides, ends[0], ends[1]) { Offset = offset };
    }

    private string? Text()
    {
        json.Read();
        return json.TokenType == JsonTokenType.String ? json.GetString() : null;
    }

    private int[]? Sides(string tensor)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) return null;
        var sides = new List<int>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var side) || side < 0)
                throw Bad(Offset, $"tensor \"{tensor}\" has a dimension that is no whole number from 0 to {int.MaxValue}");
            if (sides.Count == MaxDimensions) throw Bad(Offset, $"tensor \"{tensor}\" has more than {MaxDimensions} dimensions");
            sides.Add(side);
        }
        return [.. sides];
    }

    private long[]? Ends(string tensor)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) return null;
        var ends = new long[2];
        for (var i = 0; i < 2; i++)
        {
            json.Read();
            if (json.TokenType == JsonTokenType.EndArray) return null;
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out ends[i]) || ends[i] < 0)
                throw Bad(Offset, $"tensor \"{tensor}\" has an offset that is no whole number from 0");
        }
        json.Read();
        return json.TokenType == JsonTokenType.EndArray ? ends : null;
    }

    private readonly void CheckPlaces(long dataLength)
    {
        var at = 0L;
        SafeTensorsHeader.Entry[] placed = [.. entries];
        Array.Sort(placed, (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        foreach (var entry in placed)
        {
            var shown = MessageText.Of(entry.Name);
            if (entry.Begin < at) throw Bad(entry.Offset, $"tensor \"{shown}\" at bytes {entry.Begin} to {entry.End} overlaps the one that ends at {at}");
            if (entry.Begin > at) throw Bad(entry.Offset, $"bytes {at} to {entry.Begin}, before tensor \"{shown}\", belong to no tensor");
            at = entry.End;
        }
        var data = start + text.Length;
        if (at > dataLength)
            throw InvalidInputException.At(name, data, $"the tensors take {at} bytes, but {dataLength} follow the header. The file is cut short: copy it again.");
        if (at < dataLength) throw Bad(data + at, $"{dataLength - at} bytes follow after the last tensor");
    }

    private readonly InvalidInputException Bad(long offset, string why, Exception? inner = null) =>
        InvalidInputException.At(name, offset, $"the safetensors header cannot be used: {why}. The file is damaged or is no safetensors file.", inner);
}
