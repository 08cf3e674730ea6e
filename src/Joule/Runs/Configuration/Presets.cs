using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Joule.Runs;

/// <summary>
/// The configurations built into Joule and registered assemblies: one embedded JSON file each, <c>Joule.Presets.NAME.json</c>.
/// </summary>
public static class Presets
{
    private const string Prefix = "Joule.Presets.";
    private const string Suffix = ".json";

    private static readonly ConcurrentDictionary<string, JsonObject> Known = new();

    /// <summary>The preset that <c>train</c> runs by default.</summary>
    public const string Default = "digits";

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Catalogue.Assemblies.SelectMany(a => a.GetManifestResourceNames())
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>A preset as JSON, with every key.</summary>
    /// <exception cref="InvalidInputException">There is no such preset; the message suggests the nearest name.</exception>
    public static JsonObject Json(string name) => (JsonObject)Known.GetOrAdd(name, static name => Load(name).ToJson()).DeepClone();

    /// <summary>A preset.</summary>
    /// <exception cref="InvalidInputException">There is no such preset; the message suggests the nearest name.</exception>
    public static RunConfig Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = Catalogue.Assemblies
            .Select(a => a.GetManifestResourceStream(Prefix + name + Suffix))
            .FirstOrDefault(s => s is not null);
        if (stream is null)
        {
            string near = NearestName.Find(name, Names) is { } n ? $" Did you mean \"{n}\"?" : "";
            throw new InvalidInputException($"There is no preset \"{name}\".{near} The presets are {string.Join(", ", Names)}.");
        }
        return RunConfig.FromJson((JsonObject)JsonNode.Parse(stream)!, $"The preset \"{name}\"");
    }
}
