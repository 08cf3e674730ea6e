using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Objectives;

namespace Joule.Runs;

/// <summary>
/// What a run keeps beside its configuration, in <c>run.json</c>: how it was started, none of which changes a step, and by what it recognises configuration and images.
/// </summary>
/// <param name="End">When it ends.</param>
/// <param name="CheckpointEvery">How often it writes checkpoints.</param>
/// <param name="Best">By what the best epoch is chosen: a column of metrics.csv.</param>
public sealed record RunTerms(RunEnd End, CheckpointInterval CheckpointEvery, string Best)
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "run.json";

    private const int FormatVersion = 1;
    private const int LargestFile = 1 << 16;

    /// <summary>How often the run may go back and be mended after it diverged, unless something else is said.</summary>
    public const int DefaultRollbacks = 5;

    /// <summary>Most times that it may be said to.</summary>
    public const int MostRollbacks = 100;

    /// <summary>How often the run may go back and be mended after it diverged, from 0.</summary>
    public int Rollbacks { get; init; } = DefaultRollbacks;

    /// <summary>The SHA-256 of <c>config.json</c> as it was when the run started.</summary>
    public string Config { get; init; } = "";

    /// <summary>The fingerprint of the data (<see cref="DataSets.Fingerprint"/>).</summary>
    public string Images { get; init; } = "";

    /// <summary>Where the images are now, where the run went on with them from another place than its configuration says; else null.</summary>
    public string? Data { get; init; }

    /// <summary>The terms of a run that ends after the configuration's epochs.</summary>
    public static RunTerms Of(RunConfig config) => new(RunEnd.Of(config), CheckpointInterval.Default, RunFigures.Of(config).Best[0].Name);

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidInputException">There is none, or it cannot be used.</exception>
    public static RunTerms Read(string file)
    {
        try
        {
            FileInfo info = new(file);
            if (!info.Exists)
                throw new InvalidInputException($"There is no file {file}: the run was made by a Joule that could not resume yet. Start it again in a new folder: joule train --config {Path.Combine(Path.GetDirectoryName(file) ?? "", "config.json")}");
            if (info.Length > LargestFile)
                throw new InvalidInputException($"{file} has {info.Length} bytes; at most {LargestFile} belong there. It is damaged.");
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{file} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The file's content.</summary>
    public JsonObject ToJson() => new()
    {
        ["version"] = FormatVersion,
        ["epochs"] = End.Epochs,
        ["minutes"] = End.Minutes,
        ["checkpoint_every"] = CheckpointEvery.ToString(),
        ["best"] = Best,
        ["rollbacks"] = Rollbacks,
        ["config_sha256"] = Config,
        ["images_sha256"] = Images,
        ["data"] = Data,
    };

    private static RunTerms Read(JsonElement json)
    {
        if (json.GetProperty("version").GetInt32() is not FormatVersion and var version)
            throw new FormatException($"it has version {version}, and this Joule reads version {FormatVersion}");
        JsonElement epochs = json.GetProperty("epochs"), minutes = json.GetProperty("minutes");
        RunEnd end = new(epochs.ValueKind == JsonValueKind.Null ? null : epochs.GetInt32(), minutes.ValueKind == JsonValueKind.Null ? null : minutes.GetDouble());
        if (end.Epochs < 0 || end.Minutes is { } m && !(m >= 0))
            throw new FormatException("its end is below 0");
        if (!CheckpointInterval.TryParse(json.GetProperty("checkpoint_every").GetString() ?? "", out CheckpointInterval every))
            throw new FormatException("checkpoint_every is no interval");
        string best = json.GetProperty("best").GetString() ?? "";
        if (!FigureList.IsName(best))
            throw new FormatException("best is no column of metrics.csv");
        int rollbacks = json.TryGetProperty("rollbacks", out JsonElement most) ? most.GetInt32() : DefaultRollbacks;
        if (rollbacks is < 0 or > MostRollbacks)
            throw new FormatException($"rollbacks is {rollbacks}; it must lie between 0 and {MostRollbacks}");
        string? data = json.TryGetProperty("data", out JsonElement place) && place.ValueKind != JsonValueKind.Null ? place.GetString() : null;
        if (data is not null && string.IsNullOrWhiteSpace(data))
            throw new FormatException("data is empty");
        return new RunTerms(end, every, best)
        {
            Data = data,
            Rollbacks = rollbacks,
            Config = json.GetProperty("config_sha256").GetString() ?? "",
            Images = json.GetProperty("images_sha256").GetString() ?? "",
        };
    }
}
