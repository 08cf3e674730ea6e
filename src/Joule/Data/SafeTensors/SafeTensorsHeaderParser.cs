using System.Text.Json;
using System.Text.Unicode;

namespace Joule.Data;

/// <summary>
/// Reads the JSON header of a safetensors file token by token: the text is not copied, and every error names its byte.
/// </summary>
internal ref struct SafeTensorsHeaderParser
{
    private const int MaxTensors = 1 << 16;
    private const int MaxMetadata = 1 << 12;
    private const int MaxDimensions = 32;
    private readonly ReadOnlySpan<byte> _text;
    private readonly long _start;
    private readonly string _name;
    private readonly List<SafeTensorsHeader.Entry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private long _metadataOffset;
    private Utf8JsonReader _json;

    /// <summary>Creates a parser.</summary>
    /// <param name="text">The header.</param>
    /// <param name="start">Where it starts in the file.</param>
    /// <param name="name">The file's name in messages.</param>
    public SafeTensorsHeaderParser(ReadOnlySpan<byte> text, long start, string name)
    {
        _text = text;
        _start = start;
        _name = name;
        _metadataOffset = start;
        _json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 4 });
    }

    private readonly long Offset => _start + _json.TokenStartIndex;

    /// <summary>Reads the whole header.</summary>
    /// <param name="dataLength">The bytes that follow it.</param>
    /// <exception cref="InvalidInputException">The header does not describe the data exactly.</exception>
    public SafeTensorsHeader Read(long dataLength)
    {
        if (_text.Length == 0 || _text[0] != '{')
            throw Bad(_start, "it does not start with '{'");
        if (!Utf8.IsValid(_text))
            throw Bad(_start, "it is not valid UTF-8");
        try
        {
            _json.Read();
            HashSet<string> names = new(StringComparer.Ordinal);
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                (string key, long offset) = (_json.GetString()!, Offset);
                if (!names.Add(key))
                    throw Bad(offset, $"\"{MessageText.Of(key)}\" is there twice");
                if (names.Count > MaxTensors)
                    throw Bad(offset, $"it names more than {MaxTensors} tensors");
                _json.Read();
                if (key == SafeTensors.MetadataKey)
                    ReadMetadata();
                else
                    _entries.Add(ReadEntry(key, offset));
            }
            _json.Read(); // what follows the object, white space excepted, is an error of the JSON
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(
                _start + _json.BytesConsumed,
                $"it is not valid JSON ({MessageText.Printable(error.Message.Split(" LineNumber")[0].TrimEnd('.'))})", error);
        }
        CheckPlaces(dataLength);
        return new SafeTensorsHeader(_entries, _metadata) { MetadataOffset = _metadataOffset };
    }

    private void ReadMetadata()
    {
        _metadataOffset = Offset;
        if (_json.TokenType != JsonTokenType.StartObject)
            throw Bad(Offset, "__metadata__ is not an object");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string key = _json.GetString()!;
            if (_metadata.ContainsKey(key))
                throw Bad(Offset, $"the metadata \"{MessageText.Of(key)}\" are there twice");
            if (_metadata.Count == MaxMetadata)
                throw Bad(Offset, $"it has more than {MaxMetadata} metadata");
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
                throw Bad(Offset, $"the metadata \"{MessageText.Of(key)}\" is not a string");
            _metadata.Add(key, _json.GetString()!);
        }
    }

    private SafeTensorsHeader.Entry ReadEntry(string tensor, long offset)
    {
        string shown = MessageText.Of(tensor);
        if (tensor.Length == 0)
            throw Bad(offset, "a tensor has no name");
        string? type = null;
        int[]? sides = null;
        long[]? ends = null;
        bool whole = _json.TokenType == JsonTokenType.StartObject;
        while (whole && _json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (type is null && _json.ValueTextEquals("dtype"u8))
                whole = (type = Text()) is not null;
            else if (sides is null && _json.ValueTextEquals("shape"u8))
                whole = (sides = Sides(shown)) is not null;
            else if (ends is null && _json.ValueTextEquals("data_offsets"u8))
                whole = (ends = Ends(shown)) is not null;
            else
                whole = false;
        }
        if (!whole || type is null || sides is null || ends is null)
            throw Bad(Offset, $"tensor \"{shown}\" needs exactly dtype, shape and data_offsets [begin, end]");
        int size = type switch
        {
            "F32" => 4,
            "U8" => 1,
            _ => throw InvalidInputException.At(
                _name, offset,
                $"tensor \"{shown}\" has the type {MessageText.Of(type)}; F32 and U8 are read. Convert it to float32 and save it again."),
        };
        long length = ends[1] - ends[0];
        if (length % size != 0 || !ShapeSize.Is(sides, length / size))
            throw Bad(
                offset,
                $"tensor \"{shown}\" of shape {NpyArray.Describe(sides)} and type {type} does not fit its place, bytes {ends[0]} to "
                    + $"{ends[1]}");
        return new SafeTensorsHeader.Entry(tensor, type, sides, ends[0], ends[1]) { Offset = offset };
    }

    private string? Text()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.String ? _json.GetString() : null;
    }

    private int[]? Sides(string tensor)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
            return null;
        List<int> sides = [];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt32(out int side) || side < 0)
                throw Bad(Offset, $"tensor \"{tensor}\" has a dimension that is not a whole number from 0 to {int.MaxValue}");
            if (sides.Count == MaxDimensions)
                throw Bad(Offset, $"tensor \"{tensor}\" has more than {MaxDimensions} dimensions");
            sides.Add(side);
        }
        return [.. sides];
    }

    private long[]? Ends(string tensor)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
            return null;
        long[] ends = new long[2];
        for (int i = 0; i < 2; i++)
        {
            _json.Read();
            if (_json.TokenType == JsonTokenType.EndArray)
                return null;
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out ends[i]) || ends[i] < 0)
                throw Bad(Offset, $"tensor \"{tensor}\" has an offset that is not a whole number from 0");
        }
        _json.Read();
        return _json.TokenType == JsonTokenType.EndArray ? ends : null;
    }

    private readonly void CheckPlaces(long dataLength)
    {
        long at = 0L;
        SafeTensorsHeader.Entry[] placed = [.. _entries];
        Array.Sort(placed, (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        foreach (SafeTensorsHeader.Entry entry in placed)
        {
            string shown = MessageText.Of(entry.Name);
            if (entry.Begin < at)
                throw Bad(entry.Offset, $"tensor \"{shown}\" at bytes {entry.Begin} to {entry.End} overlaps the one that ends at {at}");
            if (entry.Begin > at)
                throw Bad(entry.Offset, $"bytes {at} to {entry.Begin}, before tensor \"{shown}\", belong to no tensor");
            at = entry.End;
        }
        long data = _start + _text.Length;
        if (at > dataLength)
            throw InvalidInputException.At(
                _name, data, $"the tensors take {at} bytes, but {dataLength} follow the header. The file is cut short: copy it again.");
        if (at < dataLength)
            throw Bad(data + at, $"{dataLength - at} bytes follow after the last tensor");
    }

    private readonly InvalidInputException Bad(long offset, string why, Exception? inner = null) =>
        InvalidInputException.At(
            _name, offset, $"the safetensors header cannot be used: {why}. The file is damaged or not a safetensors file.", inner);
}
