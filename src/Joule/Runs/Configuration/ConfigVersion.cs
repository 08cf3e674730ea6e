using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Runs;

/// <summary>The version of the configuration format. Files of other versions are refused by name.</summary>
internal static class ConfigVersion
{
    /// <summary>The key.</summary>
    public const string Key = "version";

    /// <summary>The version that this Joule writes and reads.</summary>
    public const int Number = 2;

    /// <summary>What to do with a file of another version.</summary>
    public const string Advice = "Train the model again: joule train PRESET, or write a new configuration from: joule presets show PRESET";

    // Top-level keys of version 1, which had no "version".
    private static readonly string[] Earlier = ["images", "network", "negatives", "optimizer", "schedule", "sentinel"];

    /// <summary>The object without its version.</summary>
    /// <exception cref="InvalidInputException">The object is of another version.</exception>
    public static JsonObject Without(JsonObject json, string source)
    {
        if (Problem(json) is { } problem)
            throw new InvalidInputException($"{source} {problem.Text}");
        if (!json.ContainsKey(Key))
            return json;
        JsonObject rest = (JsonObject)json.DeepClone();
        rest.Remove(Key);
        return rest;
    }

    /// <summary>
    /// The key that shows another version, and the error text after the object's name; null for this version. An object without a version
    /// is of this one, unless it has keys of version 1.
    /// </summary>
    public static (string Key, string Text)? Problem(JsonObject json)
    {
        if (json[Key] is { } given)
        {
            if (given.GetValueKind() != JsonValueKind.Number)
            {
                return (Key, $"has the version {MessageText.Of(given.ToJsonString())}, which is not a number. "
                    + $"This Joule reads version {Number}. {Advice}");
            }
            return given.AsValue().TryGetValue(out int number) && number == Number
                ? null
                : (Key, $"is a Joule configuration of version {MessageText.Of(given.ToJsonString())}. "
                    + $"This Joule reads version {Number}. {Advice}");
        }
        string[] earlier = [.. Earlier.Where(json.ContainsKey)];
        return earlier.Length == 0
            ? null
            : (earlier[0], $"is a Joule configuration of version 1 (its parts are {string.Join(", ", earlier)}). "
                + $"This Joule reads version {Number} (data, energy, objective, training, sampling). {Advice}");
    }
}
