using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule.Runs;

/// <summary>A configuration key.</summary>
/// <param name="Key">Its full name; <c>N</c> stands for an index of a list.</param>
/// <param name="Of">The <c>type</c> that has it; null: every type.</param>
/// <param name="Kind">The type of its values, in words.</param>
/// <param name="Range">Its range, in words; empty: any value of that type.</param>
/// <param name="Default">Its default as JSON; empty for objects, lists and required keys.</param>
/// <param name="Meaning">What it means.</param>
public sealed record ConfigKey(string Key, string? Of, string Kind, string Range, string Default, string Meaning)
{
    /// <summary>The full name of the object that has the key; empty for the whole configuration.</summary>
    public string Owner => Key.LastIndexOf('.') is var dot and > 0 ? Key[..dot] : "";
}

/// <summary>Every key of a configuration, for every <c>type</c> in the catalogue, read from the option records.</summary>
public static class ConfigKeys
{
    /// <summary>All keys, in the order of a configuration.</summary>
    public static IReadOnlyList<ConfigKey> All()
    {
        List<ConfigKey> keys =
        [
            new(ConfigVersion.Key, null, "whole number", "", $"{ConfigVersion.Number}", "The version of the configuration format."),
        ];
        AddRecord(keys, typeof(RunConfig), "", []);
        return keys;
    }

    /// <summary>The keys of a preset, with its values as defaults.</summary>
    /// <param name="preset">The preset's name.</param>
    /// <exception cref="InvalidInputException">There is no such preset; the message suggests the nearest name.</exception>
    public static IReadOnlyList<ConfigKey> Of(string preset)
    {
        JsonObject json = Presets.Json(preset);
        List<ConfigKey> keys = [];
        foreach (ConfigKey key in All())
        {
            if (At(json, key.Owner) is not JsonObject owner || !owner.TryGetPropertyValue(Last(key.Key), out JsonNode? value))
                continue;
            if (key.Of is null || (string?)owner[OptionKey.TypeKey] == key.Of)
                keys.Add(key with { Default = Shown(value) });
        }
        return keys;
    }

    private static void AddRecord(List<ConfigKey> keys, Type declared, string path, Dictionary<Type, string> known)
    {
        if (!Catalogue.Has(declared))
        {
            AddKeys(keys, declared, OptionKey.Of(declared), path, null, known);
            return;
        }
        NamedType[] types = [.. Catalogue.Of(declared)];
        string summary = string.Join("; ", types.Select(t => $"`{t.Named.Name}`: {t.Named.Summary}"));
        string byDefault = Catalogue.DefaultOf(declared) is { } name ? $"\"{name}\"" : "";
        keys.Add(new ConfigKey(path + OptionKey.TypeKey, null, "name of a type", "", byDefault, Sentence(summary)));
        string[] common = declared.IsAbstract ? [.. OptionKey.Of(declared).Select(k => k.Name)] : [];
        if (common.Length > 0)
            AddKeys(keys, types[0].Type, OptionKey.Of(types[0].Type).Where(k => common.Contains(k.Name)), path, null, known);
        // The default first: what several types share, such as the layers of networks, is listed with its keys.
        foreach (NamedType type in types.OrderByDescending(t => t.Named.Name == Catalogue.DefaultOf(declared)))
            AddKeys(keys, type.Type, OptionKey.Of(type.Type).Where(k => !common.Contains(k.Name)), path, type.Named.Name, known);
    }

    private static void AddKeys(
        List<ConfigKey> keys,
        Type record,
        IEnumerable<OptionKey> own,
        string path,
        string? of,
        Dictionary<Type, string> known)
    {
        object defaults = Activator.CreateInstance(record)!;
        foreach (OptionKey key in own)
        {
            Type type = Nullable.GetUnderlyingType(key.Property.PropertyType) ?? key.Property.PropertyType;
            Type inner = type;
            string at = path + key.Name;
            while (OptionKey.ElementOf(inner) is { } element)
                (inner, at) = (element, at + ".N");
            bool isRecord = IsRecord(inner);
            string kind = isRecord && known.TryGetValue(inner, out string? seen) ? $"{Kind(type)}, with the keys of {seen}" : Kind(type);
            string range = key.RangeText + (key.MayBeNull ? key.RangeText.Length > 0 ? ", or null" : "may be null" : "");
            string byDefault = key.IsRequired || isRecord ? "" : Shown(OptionsJson.Value(key.Get(defaults)));
            keys.Add(new ConfigKey(path + key.Name, of, kind, range, byDefault, OptionSummaries.Of(key)));
            if (isRecord && known.TryAdd(inner, at))
                AddRecord(keys, inner, at + ".", known);
        }
    }

    private static bool IsRecord(Type type) =>
        type != typeof(string) && !type.IsPrimitive && !type.IsEnum && !type.IsGenericType;

    private static string Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (OptionKey.ElementOf(type) is { } element)
            return $"list of {Plural(Kind(element))}";
        return type == typeof(bool) ? "true or false" : type == typeof(string) ? "text"
            : type == typeof(int) || type == typeof(ulong) ? "whole number" : type == typeof(float) || type == typeof(double) ? "number"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))}"
            : type.IsGenericType ? $"object: name to {Kind(type.GetGenericArguments()[1])}" : "object";
    }

    private static string Plural(string kind) => kind.StartsWith("list", StringComparison.Ordinal) ? "lists" + kind[4..] : kind + "s";

    private static string Sentence(string text) => text.Length == 0 ? "" : text + ".";

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..];

    private static JsonNode? At(JsonObject json, string owner)
    {
        JsonNode? node = json;
        foreach (string name in owner.Length == 0 ? [] : owner.Split('.'))
            node = (node as JsonObject)?[name];
        return node;
    }

    private static string Shown(JsonNode? value) => value switch
    {
        null => "null",
        JsonArray { Count: > 0 } or JsonObject => "",
        _ => value.ToJsonString(),
    };
}
