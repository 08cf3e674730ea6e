using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>Files of one kind that were not read.</summary>
public sealed record LeftOut
{
    /// <summary>Their kind, for example <c>*.jpg</c>, or the name of an array.</summary>
    public string What { get; init; } = "";

    /// <summary>Their number.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>How images were read, as <c>train</c>, <c>info</c> and <c>score --json</c> report it.</summary>
public sealed record ImageReading
{
    /// <summary>The type of what was read: NumPy's name of a type, or <c>PNG</c>.</summary>
    public string Type { get; init; } = "uint8";

    /// <summary>The shape as it was stored; for pictures the number, height, width and channels of the images.</summary>
    public IReadOnlyList<int> Shape { get; init; } = [];

    /// <summary>The name of the layout; <c>pictures</c> if every image has its own file.</summary>
    public string Layout { get; init; } = "";

    /// <summary>The value of black.</summary>
    public double Low { get; init; }

    /// <summary>The value of white.</summary>
    public double High { get; init; } = 255;

    /// <summary>What was found next to the images and not read.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Further notes about the reading.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Warnings about what may be unintended.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Type, range and layout in words, for example <c>uint8 0..255, layout nhwc (n, 8, 8, 1)</c>.</summary>
    public string Describe()
    {
        ValueRange range = new(Low, High);
        if (Layout == Pictures)
            return $"{Type} {range}";
        IEnumerable<string> sides = Shape.Select((side, i) => i == 0 && Layout.StartsWith('n') ? "n" : side.ToString());
        return $"{Type} {range}, layout {Layout} ({string.Join(", ", sides)})";
    }

    /// <summary>For programs: type, shape, layout, range, left_out, notes and warnings.</summary>
    public JsonObject ToJson() => new()
    {
        ["type"] = Type,
        ["shape"] = new JsonArray([.. Shape.Select(side => (JsonNode)side)]),
        ["layout"] = Layout,
        ["range"] = new JsonArray(Low, High),
        ["left_out"] = LeftOutJson(),
        ["notes"] = new JsonArray([.. Notes.Select(note => (JsonNode)note)]),
        ["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]),
    };

    /// <summary>The number of what was left out, by kind.</summary>
    public JsonObject LeftOutJson() =>
        new(LeftOut.DistinctBy(left => left.What).Select(left => KeyValuePair.Create(left.What, (JsonNode?)left.Count)));

    /// <summary>The layout of images in their own files.</summary>
    internal const string Pictures = "pictures";

    /// <summary>The same reading with one more note.</summary>
    internal ImageReading Noting(string note) => Notes.Contains(note) ? this : this with { Notes = [.. Notes, note] };
}
