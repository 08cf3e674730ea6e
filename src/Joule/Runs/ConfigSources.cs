using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Runs;

/// <summary>Puts a configuration together: a preset, a file laid over it, and single changes.</summary>
public static class ConfigSources
{
    private const long LargestFile = 1 << 20;

    /// <summary>Puts a configuration together.</summary>
    /// <param name="preset">The preset to start from; where it is null, the one that the file names, else the default one.</param>
    /// <param name="file">A JSON file whose keys replace those of the preset, or null.</param>
    /// <param name="changes">Single keys and their values, in order.</param>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public static RunConfig Compose(string? preset, string? file, IEnumerable<KeyValuePair<string, string>> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        JsonObject? overlay = file is null ? null : ReadFile(file);
        string start = preset ?? (overlay?["preset"] is JsonValue named && named.GetValueKind() == JsonValueKind.String && Presets.Names.Contains(named.GetValue<string>())
            ? named.GetValue<string>() : Presets.Default);
        JsonObject json = Presets.Json(start);
        if (overlay is not null)
        {
            OptionsEdit.Merge(json, overlay);
            RunConfig.FromJson((JsonObject)json.DeepClone(), $"The configuration {file}");
        }
        foreach ((string key, string value) in changes)
        {
            StartSamplingChain(json, key);
            OptionsEdit.Set(json, key, value, KeysOfType);
            // Names of keys are checked against every key there is, also those of an object that was null; defaults of a new type are filled in.
            json = OptionsJson.Read<RunConfig>(json, $"The change {key}={value}").ToJson();
        }
        return RunConfig.FromJson(json, "The configuration");
    }

    // A chain of its own for sampling is null in most presets: setting one of its keys starts it as a copy of the training's.
    private static void StartSamplingChain(JsonObject json, string key)
    {
        if (key.StartsWith("sampling.chain.", StringComparison.Ordinal) && json["sampling"] is JsonObject sampling && sampling["chain"] is null)
            sampling["chain"] = json["negatives"]?["chain"]?.DeepClone();
    }

    private static IReadOnlyCollection<string>? KeysOfType(string owner, string name)
    {
        Type? kind = owner.StartsWith("network", StringComparison.Ordinal) ? typeof(Networks.Layer) : owner switch
        {
            "negatives" => typeof(Objectives.NegativesOptions),
            "optimizer" => typeof(Training.OptimizerOptions),
            "schedule" => typeof(Training.Schedule),
            _ => null,
        };
        Type? type = kind is null ? null : Catalogue.Of(kind).FirstOrDefault(e => e.Named.Name == name)?.Type;
        return type is null ? null : [.. OptionKey.Of(type).Select(k => k.Name)];
    }

    private static JsonObject ReadFile(string file)
    {
        FileInfo info = new(file);
        if (!info.Exists)
            throw new InvalidInputException($"There is no configuration file {file}. Write one with: joule presets show digits > my.json");
        if (info.Length > LargestFile)
            throw new InvalidInputException($"{file} has {info.Length} bytes; a configuration has at most {LargestFile}. Is it a configuration?");
        try
        {
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 }) as JsonObject
                ?? throw new InvalidInputException($"{file} holds no JSON object; a configuration is an object {{ … }}.");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{file}, line {e.LineNumber + 1}: this is no JSON. {e.Message.Split(" LineNumber")[0]}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The configuration file {file} cannot be read: {e.Message}", e);
        }
    }
}
