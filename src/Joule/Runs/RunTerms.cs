using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Objectives;

namespace Joule.Runs;

/// <summary>
/// What a run keeps besides its configuration, in <c>run.json</c>: settings that change no training step, and hashes of its configuration
/// and data.
/// </summary>
/// <param name="End">When the run ends.</param>
/// <param name="CheckpointEvery">The interval between checkpoints.</param>
/// <param name="Best">The column of metrics.csv that decides which epoch is best.</param>
public sealed record RunTerms(RunEnd End, CheckpointInterval CheckpointEvery, string Best)
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "run.json";

    private const int FormatVersion = 1;
    private const int LargestFile = 1 << 16;

    /// <summary>Default of <see cref="Rollbacks"/>.</summary>
    public const int DefaultRollbacks = 5;

    /// <summary>Largest value of <see cref="Rollbacks"/>.</summary>
    public const int MostRollbacks = 100;

    /// <summary>How often a diverged run may roll back: 0 to 100, default 5.</summary>
    public int Rollbacks { get; init; } = DefaultRollbacks;

    /// <summary>The SHA-256 of <c>config.json</c> as it was when the run started.</summary>
    public string Config { get; init; } = "";

    /// <summary>The fingerprint of the data (<see cref="DataSets.Fingerprint"/>).</summary>
    public string Images { get; init; } = "";

    /// <summary>The data source of a resumed run whose data have moved; null: the configuration's.</summary>
    public string? Data { get; init; }

    /// <summary>The terms of a run that ends after the configuration's epochs.</summary>
    public static RunTerms Of(RunConfig config) =>
        new(RunEnd.Of(config), CheckpointInterval.Default, RunFigures.Of(config).Best[0].Name);

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidInputException">The file is missing or cannot be used.</exception>
    public static RunTerms Read(string file)
    {
        try
        {
            FileInfo info = new(file);
            if (!info.Exists)
            {
                string config = Path.Combine(Path.GetDirectoryName(file) ?? "", "config.json");
                throw new InvalidInputException(
                    $"There is no file {file}: the run was made by a version of Joule that could not resume. "
                    + $"Start it again in a new folder: joule train --config {config}");
            }
            if (info.Length > LargestFile)
                throw new InvalidInputException($"{file} has {info.Length} bytes; the largest size is {LargestFile}. It is damaged.");
            JsonDocumentOptions options = new() { MaxDepth = 4, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), options);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or IOException or UnauthorizedAccessException)
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
        RunEnd end = new(
            epochs.ValueKind == JsonValueKind.Null ? null : epochs.GetInt32(),
            minutes.ValueKind == JsonValueKind.Null ? null : minutes.GetDouble());
        if (end.Epochs < 0 || end.Minutes is { } m && !(m >= 0))
            throw new FormatException("its end is negative");
        if (!CheckpointInterval.TryParse(json.GetProperty("checkpoint_every").GetString() ?? "", out CheckpointInterval every))
            throw new FormatException("checkpoint_every is not an interval");
        string best = json.GetProperty("best").GetString() ?? "";
        if (!FigureList.IsName(best))
            throw new FormatException("best is not a column of metrics.csv");
        int rollbacks = json.TryGetProperty("rollbacks", out JsonElement most) ? most.GetInt32() : DefaultRollbacks;
        if (rollbacks is < 0 or > MostRollbacks)
            throw new FormatException($"rollbacks is {rollbacks}; it must lie between 0 and {MostRollbacks}");
        string? data = json.TryGetProperty("data", out JsonElement place) && place.ValueKind != JsonValueKind.Null
            ? place.GetString()
            : null;
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
