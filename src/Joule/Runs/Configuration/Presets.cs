using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Joule.Energies;

namespace Joule.Runs;

/// <summary>
/// The configurations built into Joule and registered assemblies: one embedded JSON file each, <c>Joule.Presets.NAME.json</c>. The preset
/// <see cref="Points"/> also has the name of every known energy in the plane (<see cref="OfPoints"/>), which is then its data.
/// </summary>
public static class Presets
{
    private const string Prefix = "Joule.Presets.";
    private const string Suffix = ".json";

    private static readonly ConcurrentDictionary<string, JsonObject> Known = new();

    /// <summary>The preset that <c>train</c> runs by default.</summary>
    public const string Default = "digits";

    /// <summary>The preset of points in the plane.</summary>
    public const string Points = "points";

    /// <summary>The names of the embedded files, in order.</summary>
    public static IReadOnlyList<string> Names =>
        [.. Catalogue.Assemblies.SelectMany(a => a.GetManifestResourceNames())
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];

    /// <summary>Other names of <see cref="Points"/>: those of the energies whose draws it then learns, in order.</summary>
    public static IReadOnlyList<string> OfPoints => DrawnEnergies.Planar;

    /// <summary>Whether there is a preset of that name.</summary>
    internal static bool Has(string name) => Names.Contains(name) || PointsOf(name) is not null;

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
            if (PointsOf(name) is { } source)
            {
                RunConfig points = Load(Points);
                return points with { Preset = source, Data = points.Data with { Source = source } };
            }
            string near = NearestName.Find(name, [.. Names, .. OfPoints]) is { } n
                ? $" Did you mean \"{n}\"?" : "";
            throw new InvalidInputException($"There is no preset \"{name}\".{near} The presets are {string.Join(", ", Names)}; "
                + $"for points in the plane also {string.Join(", ", OfPoints)}.");
        }
        return RunConfig.FromJson((JsonObject)JsonNode.Parse(stream)!, $"The preset \"{name}\"");
    }

    // The catalogue is searched for names that no file has, so that other presets start faster.
    private static string? PointsOf(string name) =>
        DrawnEnergies.NameOf(name) is { } full && OfPoints.Contains(full) ? full : null;
}
