using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Runs;

/// <summary>The version of configurations. A file of another version is refused by name.</summary>
internal static class ConfigVersion
{
    /// <summary>The key.</summary>
    public const string Key = "version";

    /// <summary>The version that this Joule writes and reads.</summary>
    public const int Number = 2;

    /// <summary>What to do with a file of another version.</summary>
    public const string Advice = "Train the model again: joule train PRESET, or write a new configuration from: joule presets show PRESET";

    // Parts of version 1, which had no key "version"; two of them have the same name in every version.
    private static readonly string[] Earlier = ["images", "network", "negatives", "optimizer", "schedule", "sentinel"];

    /// <summary>The object without its version.</summary>
    /// <exception cref="InvalidInputException">It is of another version.</exception>
    public static JsonObject Without(JsonObject json, string source)
    {
        Check(json, source);
        if (!json.ContainsKey(Key))
            return json;
        JsonObject rest = (JsonObject)json.DeepClone();
        rest.Remove(Key);
        return rest;
    }

    /// <summary>Refuses an object of another version. One without a version is of this one, unless it has parts of version 1.</summary>
    /// <exception cref="InvalidInputException">It is of another version.</exception>
    public static void Check(JsonObject json, string source)
    {
        if (json[Key] is { } given)
        {
            if (given.GetValueKind() == JsonValueKind.Number && given.AsValue().TryGetValue(out int number) && number == Number)
                return;
            string said = given.GetValueKind() == JsonValueKind.Number ? $"is a Joule configuration of version {MessageText.Of(given.ToJsonString())}"
                : $"has the version {MessageText.Of(given.ToJsonString())}, which is no number";
            throw new InvalidInputException($"{source} {said}. This Joule reads version {Number}. {Advice}");
        }
        string[] earlier = [.. Earlier.Where(json.ContainsKey)];
        if (earlier.Length > 0)
            throw new InvalidInputException($"{source} is a Joule configuration of version 1 (its parts are {string.Join(", ", earlier)}). This Joule reads version {Number} "
                + $"(data, energy, objective, training, sampling). {Advice}");
    }
}
