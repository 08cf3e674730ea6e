using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;

namespace Joule.Runs;

/// <summary>Composes a configuration from a preset, a file laid over it, and single changes.</summary>
public static class ConfigSources
{
    private const int LargestFile = 1 << 20;

    /// <summary>Composes a configuration.</summary>
    /// <param name="preset">The preset to start from; null: the file's, or else the default.</param>
    /// <param name="file">A JSON file whose keys replace those of the preset, or null.</param>
    /// <param name="changes">Single keys and their values, in order.</param>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public static RunConfig Compose(string? preset, string? file, IEnumerable<KeyValuePair<string, string>> changes) =>
        Change(file is null ? Presets.Json(preset ?? Presets.Default) : Overlay(ReadFile(file), file, preset), changes);

    /// <summary>Makes single changes to a configuration.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="changes">Single keys and their values, in order.</param>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public static RunConfig Change(JsonObject json, IEnumerable<KeyValuePair<string, string>> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        foreach ((string key, string value) in changes)
        {
            StartSampler(json, key);
            OptionsEdit.Set(json, key, value, typeof(RunConfig));
            // Checks all keys, also those of an object that was null, and fills in the defaults of a new type.
            string source = $"The change {key}={value}";
            RunConfig config = OptionsJson.Read<RunConfig>(ConfigVersion.Without(json, source), source);
            json = (key == "objective" ? Suited(config) : config).ToJson();
        }
        return RunConfig.FromJson(json, "The configuration");
    }

    // An objective that is named alone brings the kind of energy that it trains, and the chains that its models are sampled with.
    private static RunConfig Suited(RunConfig config) => config with
    {
        Energy = config.Objective.Suited(config.Energy),
        Sampling = config.Objective.ListSamples() is not { } samples ? config.Sampling
            : config.Sampling with { Sampler = samples.Sampler, Steps = samples.Steps ?? config.Sampling.Steps },
    };

    // Most presets have no sampler for sampling: setting one of its keys starts from a copy of the training sampler.
    private static void StartSampler(JsonObject json, string key)
    {
        if (key.StartsWith("sampling.sampler.", StringComparison.Ordinal) && json["sampling"] is JsonObject sampling
            && sampling["sampler"] is null)
        {
            sampling["sampler"] = json["objective"]?["negatives"]?["sampler"]?.DeepClone();
        }
    }

    /// <summary>Lays a configuration file over a preset, and checks the result.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="file">Its name.</param>
    /// <param name="preset">The preset; null: the file's, or else the default.</param>
    /// <exception cref="InvalidInputException">The text is not a configuration; the message names the place.</exception>
    internal static JsonObject Overlay(ReadOnlySpan<byte> text, string file, string? preset)
    {
        text = TextEncoding.ToUtf8(text, file);
        JsonText parser = new(file, 0, inLines: true);
        JsonObject overlay = parser.Parse(text);
        string start = preset ?? (overlay["preset"] is JsonValue named && named.GetValueKind() == JsonValueKind.String
            && Presets.Has(named.GetValue<string>())
                ? named.GetValue<string>()
                : Presets.Default);
        if (ConfigVersion.Problem(overlay) is { } problem)
            throw parser.Bad(text, JsonText.Find(text, problem.Key), $"this {problem.Text}");
        JsonObject json = Presets.Json(start);
        OptionsEdit.Merge(json, overlay);
        try
        {
            // As a whole: a file may give another type without its keys, which single changes then find.
            return RunConfig.FromJson(json, $"The configuration {file}").ToJson();
        }
        catch (InvalidInputException e) when (e.Problems.Count > 0)
        {
            throw parser.Located(text, e);
        }
    }

    private static byte[] ReadFile(string file)
    {
        if (!File.Exists(file) && !Directory.Exists(file))
            throw new InvalidInputException($"There is no configuration file {file}. Write one with: joule presets show digits > my.json");
        return InputFile.ReadAll(file, LargestFile, "a configuration", mayBePipe: true);
    }
}
