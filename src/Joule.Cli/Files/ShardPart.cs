using System.Security.Cryptography;
using System.Text.Json;
using Joule.Data;

namespace Joule.Cli.Files;

/// <summary>
/// A part of a scored input, as its folder keeps it: a file of answers and, beside it, a small JSON file that says what it belongs to. The
/// JSON file is written last: without it the part is not there.
/// </summary>
internal sealed record ShardPart
{
    /// <summary>The number of the part, from 1.</summary>
    public required int Part { get; init; }

    /// <summary>Number of parts.</summary>
    public required int Of { get; init; }

    /// <summary>The SHA-256 of the model file.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of the input.</summary>
    public required string Input { get; init; }

    /// <summary>Number of rows of the whole input.</summary>
    public required long Rows { get; init; }

    /// <summary>What else the answers depend on: form, name of the input and options.</summary>
    public required string Settings { get; init; }

    /// <summary>The ending of the file of answers: <c>.csv</c> or <c>.ndjson</c>.</summary>
    public required string Extension { get; init; }

    /// <summary>The SHA-256 of the answers; empty before they are written.</summary>
    public string Answers { get; init; } = "";

    /// <summary>The name of the file of answers.</summary>
    public string FileName => $"{Stem(Part, Of)}{Extension}";

    /// <summary>The rows of the part: from the first up to, but not including, the end.</summary>
    public (long First, long End) Range => new Shard(Part, Of).Range(Rows);

    /// <summary>The file of answers.</summary>
    public string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Whether the part is in a folder already.</summary>
    /// <exception cref="InvalidInputException">The folder has parts of another model, input or kind.</exception>
    public bool IsDone(string folder)
    {
        if (!Directory.Exists(folder))
            return false;
        foreach (string file in Directory.EnumerateFiles(folder, "part-*-of-*.json").Order(StringComparer.Ordinal).Take(1))
            Read(file).RequireSibling(this, file);
        string own = Path.Combine(folder, $"{Stem(Part, Of)}.json");
        if (!File.Exists(own))
            return false;
        ShardPart there = Read(own);
        there.RequireSibling(this, own);
        return File.Exists(PathIn(folder)) && there.Answers == HashOf(PathIn(folder));
    }

    /// <summary>Says that the answers are written and complete.</summary>
    public void Save(string folder)
    {
        ShardPart done = this with { Answers = HashOf(PathIn(folder)) };
        AtomicFile.Write(Path.Combine(folder, $"{Stem(Part, Of)}.json"), stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteNumber("part", done.Part);
            json.WriteNumber("of", done.Of);
            json.WriteNumber("rows", done.Rows);
            json.WriteNumber("first", done.Range.First);
            json.WriteNumber("end", done.Range.End);
            json.WriteString("model", done.Model);
            json.WriteString("input", done.Input);
            json.WriteString("settings", done.Settings);
            json.WriteString("file", done.FileName);
            json.WriteString("answers", done.Answers);
            json.WriteEndObject();
        });
    }

    /// <summary>Throws unless this part and another belong together.</summary>
    /// <param name="other">The other part.</param>
    /// <param name="file">The file of this one, for the error.</param>
    public void RequireSibling(ShardPart other, string file)
    {
        string? differs = Model != other.Model ? "another model, or one with another threshold"
            : Input != other.Input || Rows != other.Rows ? "another input"
            : Of != other.Of ? $"{Of} parts instead of {other.Of}"
            : Settings != other.Settings || Extension != other.Extension ? $"other options ({Settings} instead of {other.Settings})"
            : null;
        if (differs is not null)
            throw new InvalidInputException($"{file} is a part of {differs}. Give another folder, or remove the old parts.");
    }

    /// <summary>Reads the JSON file of a part.</summary>
    /// <exception cref="InvalidInputException">It is not such a file.</exception>
    public static ShardPart Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement json = document.RootElement;
            ShardPart part = new()
            {
                Part = json.GetProperty("part").GetInt32(),
                Of = json.GetProperty("of").GetInt32(),
                Rows = json.GetProperty("rows").GetInt64(),
                Model = Text("model"),
                Input = Text("input"),
                Settings = Text("settings"),
                Extension = Path.GetExtension(Text("file")),
                Answers = Text("answers"),
            };
            if (part.Part >= 1 && part.Part <= part.Of && part.Rows >= 0 && Path.GetFileName(file) == Stem(part.Part, part.Of) + ".json")
                return part;
            throw new InvalidInputException($"{file} says that it is part {part.Part} of {part.Of}, unlike its name. Remove it.");

            string Text(string name) => json.GetProperty(name).GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException($"{file} does not describe a part of 'joule score --shard'. Remove it, or give another folder.",
                error);
        }
    }

    /// <summary>The SHA-256 of a file.</summary>
    public static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Stem(int part, int of) => $"part-{part:D5}-of-{of:D5}";
}
