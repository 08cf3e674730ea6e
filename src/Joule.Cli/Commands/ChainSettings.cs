using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>
/// What <c>joule chain</c> runs: everything that its draws depend on. <c>--out</c> keeps it as <c>chain.json</c>, from which a stopped run
/// is resumed.
/// </summary>
internal sealed record ChainSettings
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "chain.json";

    private const int FormatVersion = 1;
    private const int LargestFile = 1 << 24; // inverse masses of a large model

    /// <summary>The energy as the user named it.</summary>
    public required string Name { get; init; }

    /// <summary>The options of a built-in energy; null for a model.</summary>
    public KnownEnergyOptions? Known { get; init; }

    /// <summary>The model's file, from any folder; null for a built-in energy.</summary>
    public string? Model { get; init; }

    /// <summary>The SHA-256 of the model's file.</summary>
    public string? ModelHash { get; init; }

    /// <summary>The clamped parameters, with their values.</summary>
    public IReadOnlyList<KeyValuePair<string, float>> Clamped { get; init; } = [];

    /// <summary>The sampler, before its adaptation.</summary>
    public required SamplerOptions Sampler { get; init; }

    /// <summary>The chains.</summary>
    public required ChainPlan Plan { get; init; }

    /// <summary>The interval between checkpoints.</summary>
    public CheckpointInterval CheckpointEvery { get; init; } = CheckpointInterval.Default;

    /// <summary>What identifies the energy: its options or the hash of its model, and the clamped values.</summary>
    public string EnergyIdentity
    {
        get
        {
            JsonObject energy = EnergyJson();
            energy.Remove("name");
            energy.Remove("model");
            return new JsonObject { ["energy"] = energy, ["clamp"] = ClampJson() }.ToJsonString();
        }
    }

    /// <summary>Names an energy.</summary>
    /// <param name="name">A built-in energy, or the path of a run or a model.</param>
    /// <param name="changes">Keys of the built-in energy's options, and their values.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="plan">The chains.</param>
    /// <exception cref="InvalidInputException">There is no such energy, or a key or value cannot be used.</exception>
    public static ChainSettings Of(string name, IReadOnlyList<KeyValuePair<string, string>> changes, SamplerOptions sampler, ChainPlan plan)
    {
        KnownEnergyOptions? known = ChainEnergy.Options(name, changes);
        string? model = known is null ? Path.GetFullPath(Runs.Model.Find(name)) : null;
        return new ChainSettings
        {
            Name = name,
            Known = known,
            Model = model,
            ModelHash = model is null ? null : HashOf(model),
            Sampler = sampler,
            Plan = plan,
        };
    }

    /// <summary>Reads the settings of a folder.</summary>
    /// <exception cref="InvalidInputException">The folder holds no run of chains, or the file cannot be used.</exception>
    public static ChainSettings Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (File.Exists(folder))
        {
            throw new InvalidInputException(
                $"{folder} is a file, and a run of chains is a folder. Give the folder that 'joule chain --out' wrote.");
        }
        if (!File.Exists(file))
        {
            string training = RunFiles.IsRun(folder) ? $" It holds a training: resume it with: {TrainCommand.Command(folder)}" : "";
            throw new InvalidInputException($"{folder} holds no run of chains: there is no {FileName} in it.{training} "
                + $"Start one with: joule chain ENERGY --out {TrainCommand.Quoted(folder)}");
        }
        try
        {
            FileInfo info = new(file);
            if (info.Length > LargestFile)
                throw new InvalidInputException($"{file} has {info.Length} bytes; the largest size is {LargestFile}. It is damaged.");
            JsonNode? json = JsonNode.Parse(File.ReadAllBytes(file), documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
            return Read(json as JsonObject ?? throw new FormatException("it is not an object"), file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{file} cannot be read: {e.Message.TrimEnd('.')}. "
                + "Restore the file, or start the run again in a new folder.", e);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string folder)
    {
        JsonObject json = new()
        {
            ["version"] = FormatVersion,
            ["energy"] = EnergyJson(),
            ["clamp"] = ClampJson(),
            ["sampler"] = OptionsJson.Write(Sampler),
            ["plan"] = OptionsJson.Write(Plan),
            ["checkpoint_every"] = CheckpointEvery.ToString(),
        };
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(OptionsJson.Text(json))));
    }

    /// <summary>Creates the energy.</summary>
    /// <param name="device">The device of a model.</param>
    /// <exception cref="InvalidInputException">The model is missing or another one, or a parameter cannot be clamped.</exception>
    public ChainEnergy Open(Device device)
    {
        if (Model is not null && !File.Exists(Model))
        {
            throw new InvalidInputException(
                $"The model {Model} of this run is missing. Put it back to resume the run, or start another one.");
        }
        if (Model is not null && HashOf(Model) != ModelHash)
        {
            throw new InvalidInputException($"The model {Model} has changed since the run started, and chains on it would be another run. "
                + "Put the old model back, or start a new run in another folder.");
        }
        return ChainEnergy.Open(Known, Model, Clamped, device);
    }

    private static ChainSettings Read(JsonObject json, string file)
    {
        string? version = json["version"]?.ToJsonString();
        if (version != $"{FormatVersion}")
            throw new FormatException($"it has version {version ?? "?"}, and this Joule reads version {FormatVersion}");
        JsonObject energy = json["energy"] as JsonObject ?? throw new FormatException("it names no energy");
        if (!CheckpointInterval.TryParse((string?)json["checkpoint_every"] ?? "", out CheckpointInterval every) || every.Seconds is null)
            throw new FormatException("checkpoint_every is not a time");
        string? model = (string?)energy["model"];
        return new ChainSettings
        {
            Name = (string?)energy["name"] ?? throw new FormatException("its energy has no name"),
            Known = model is null ? OptionsJson.Read<KnownEnergyOptions>(energy["options"], $"The energy in {file}") : null,
            Model = model,
            ModelHash = (string?)energy["sha256"],
            Clamped = [.. (json["clamp"] as JsonObject ?? []).Select(c => KeyValuePair.Create(c.Key, (float?)c.Value ?? float.NaN))],
            Sampler = OptionsJson.Read<SamplerOptions>(json["sampler"], $"The sampler in {file}"),
            Plan = OptionsJson.Read<ChainPlan>(json["plan"], $"The plan in {file}"),
            CheckpointEvery = every,
        };
    }

    private static string HashOf(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private JsonObject EnergyJson() => Known is not null
        ? new JsonObject { ["name"] = Name, ["options"] = OptionsJson.Write(Known) }
        : new JsonObject { ["name"] = Name, ["model"] = Model, ["sha256"] = ModelHash };

    private JsonObject ClampJson()
    {
        JsonObject json = [];
        foreach ((string name, float value) in Clamped)
            json[name] = JsonValue.Create(value);
        return json;
    }
}
