using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule;

/// <summary>
/// Converts option records to JSON and back: property names in snake_case, every property written, unknown keys refused with the nearest
/// known one. If a property's type is abstract, the key <c>type</c> names one of its <see cref="Catalogue"/>; it may be omitted if there is
/// a default (<see cref="DefaultTypeAttribute"/>).
/// </summary>
public static class OptionsJson
{
    private const string TypeKey = OptionKey.TypeKey;
    private const int MostProblems = 100; // the search stops there: a hostile file has millions

    /// <summary>An indented text that ends with a line feed.</summary>
    public static string Text(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a record.</summary>
    public static JsonObject Write(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        JsonObject json = [];
        if (Catalogue.NameOf(record.GetType()) is { } name)
            json[TypeKey] = name;
        foreach (OptionKey key in OptionKey.Of(record.GetType()))
            json[key.Name] = WriteValue(key.Get(record));
        return json;
    }

    /// <summary>Writes the value of an option.</summary>
    internal static JsonNode? Value(object? value) => WriteValue(value);

    /// <summary>Reads a record. Missing keys keep their defaults.</summary>
    /// <param name="json">The object.</param>
    /// <param name="source">The object's name in errors.</param>
    /// <exception cref="InvalidInputException">
    /// Keys are unknown or missing, or values of the wrong type; the message lists every violation.
    /// </exception>
    public static T Read<T>(JsonNode? json, string source) where T : class
    {
        List<string> problems = [];
        object? value = ReadValue(json, typeof(T), "", problems);
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
        return (T)value!;
    }

    private static JsonNode? WriteValue(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        string s => JsonValue.Create(s),
        Enum e => JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(e.ToString())),
        int i => JsonValue.Create(i),
        long l => JsonValue.Create(l),
        ulong u => JsonValue.Create(u),
        float f => JsonNode.Parse(f.ToString("R", CultureInfo.InvariantCulture)),
        double d => JsonNode.Parse(d.ToString("R", CultureInfo.InvariantCulture)),
        IDictionary map => WriteMap(map),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(WriteValue)]),
        _ => Write(value),
    };

    private static JsonObject WriteMap(IDictionary map)
    {
        JsonObject json = [];
        foreach (DictionaryEntry entry in map)
            json[(string)entry.Key] = WriteValue(entry.Value);
        return json;
    }

    private static object? ReadValue(JsonNode? json, Type type, string path, List<string> problems)
    {
        if (problems.Count >= MostProblems)
            return null;
        if (json is null)
        {
            problems.Add($"{Name(path)} is null; it must have a value");
            return null;
        }
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type.IsPrimitive || type.IsEnum)
            return ReadScalar(json, type, path, problems);
        if (OptionKey.ElementOf(type) is { } element)
            return ReadList(json, element, path, problems);
        if (OptionKey.ValueOf(type) is { } mapped)
            return ReadMap(json, mapped, path, problems);
        return ReadRecord(json, type, path, problems);
    }

    private static object? ReadScalar(JsonNode json, Type type, string path, List<string> problems)
    {
        object? value = null;
        JsonValueKind kind = json.GetValueKind();
        if (type == typeof(bool) && kind is JsonValueKind.True or JsonValueKind.False)
            value = kind == JsonValueKind.True;
        else if (type == typeof(string) && kind == JsonValueKind.String)
            value = json.GetValue<string>();
        else if (type.IsEnum && kind == JsonValueKind.String)
        {
            string given = json.GetValue<string>();
            string[] names = [.. Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
            int index = Array.IndexOf(names, given);
            if (index < 0)
            {
                string proposal = Proposal(given, names);
                problems.Add($"{Name(path)} is \"{MessageText.Of(given)}\"; it must be one of {string.Join(", ", names)}{proposal}");
                return null;
            }
            return Enum.GetValues(type).GetValue(index);
        }
        else if (kind == JsonValueKind.Number)
        {
            value = ReadNumber(NumberText(json), type);
        }
        if (value is null)
            problems.Add($"{Name(path)} is {Shorten(json.ToJsonString())}; it must be {Kind(type)}");
        return value;
    }

    // The text in the file. Formatting the number again would set up a writer, for which every program that loads a model would wait.
    private static string NumberText(JsonNode json) =>
        json is JsonValue value && value.TryGetValue(out JsonElement read) ? read.GetRawText() : json.ToJsonString();

    private static object? ReadNumber(string text, Type type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int i) ? i : null;
        if (type == typeof(ulong))
            return ulong.TryParse(text, NumberStyles.None, culture, out ulong u) ? u : null;
        if (type == typeof(float))
            return float.TryParse(text, NumberStyles.Float, culture, out float f) && float.IsFinite(f) ? f : null;
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? d : null;
        return null;
    }

    private static Array? ReadList(JsonNode json, Type element, string path, List<string> problems)
    {
        if (json is not JsonArray array)
        {
            problems.Add($"{Name(path)} is {Shorten(json.ToJsonString())}; it must be a list [ … ]");
            return null;
        }
        Array list = Array.CreateInstance(element, array.Count);
        for (int i = 0; i < array.Count && problems.Count < MostProblems; i++)
            list.SetValue(ReadValue(array[i], element, $"{path}.{i}".TrimStart('.'), problems), i);
        return list;
    }

    // Keys are the user's own names, for example those of columns.
    private static IDictionary? ReadMap(JsonNode json, Type element, string path, List<string> problems)
    {
        if (json is not JsonObject given)
        {
            problems.Add($"{Name(path)} is {Shorten(json.ToJsonString())}; it must be an object {{ … }}");
            return null;
        }
        Type kind = typeof(SortedDictionary<,>).MakeGenericType(typeof(string), element);
        IDictionary map = (IDictionary)Activator.CreateInstance(kind, StringComparer.Ordinal)!;
        foreach ((string name, JsonNode? value) in given)
        {
            if (problems.Count >= MostProblems)
                break;
            if (ReadValue(value, element, Join(path, MessageText.Of(name)), problems) is { } read)
                map.Add(name, read);
        }
        return map;
    }

    private static object? ReadRecord(JsonNode json, Type type, string path, List<string> problems)
    {
        if (json is not JsonObject given)
        {
            problems.Add($"{Name(path)} is {Shorten(json.ToJsonString())}; it must be an object {{ … }}{Parts(type)}");
            return null;
        }
        bool named = Catalogue.Has(type);
        if (named)
        {
            IEnumerable<NamedType> known = Catalogue.Of(type);
            string? name = given[TypeKey] is JsonValue v && v.GetValueKind() == JsonValueKind.String
                ? v.GetValue<string>()
                : given.ContainsKey(TypeKey) ? null : Catalogue.DefaultOf(type);
            if (name is null)
            {
                problems.Add($"{Name(path)} has no \"type\"; it must be one of {Names(known)}");
                return null;
            }
            Type? found = Catalogue.Find(type, name);
            if (found is null)
            {
                string proposal = Proposal(name, known.Select(k => k.Named.Name));
                problems.Add($"{Join(path, TypeKey)} is \"{MessageText.Of(name)}\"; it must be one of {Names(known)}{proposal}");
                return null;
            }
            type = found;
        }
        return Fill(given, type, path, named, problems);
    }

    // The keys of an object, for an error about a value that is not one.
    private static string Parts(Type type)
    {
        Type? meant = Catalogue.Has(type) ? Catalogue.DefaultOf(type) is { } name ? Catalogue.Find(type, name) : null : type;
        return meant is null ? "" : $" with the keys {string.Join(", ", OptionKey.Of(meant).Select(k => k.Name))}";
    }

    private static string Names(IEnumerable<NamedType> known) => string.Join(", ", known.Select(k => k.Named.Name));

    private static object Fill(JsonObject given, Type type, string path, bool named, List<string> problems)
    {
        object record = Activator.CreateInstance(type)!;
        IReadOnlyList<OptionKey> keys = OptionKey.Of(type);
        foreach ((string name, JsonNode? value) in given)
        {
            if (problems.Count >= MostProblems)
                break;
            if (named && name == TypeKey)
                continue;
            OptionKey? property = keys.FirstOrDefault(k => k.Name == name);
            if (property is null)
            {
                string proposal = Proposal(name, keys.Select(k => k.Name));
                problems.Add($"\"{Join(path, MessageText.Of(name))}\" is not a key{proposal}; "
                    + $"the keys there are {string.Join(", ", keys.Select(k => k.Name))}");
            }
            else if (value is null && property.MayBeNull)
                property.Set(record, null);
            else if (ReadValue(value, property.Property.PropertyType, Join(path, name), problems) is { } read)
                property.Set(record, read);
        }
        foreach (OptionKey key in keys)
        {
            if (key.IsRequired && !given.ContainsKey(key.Name))
                problems.Add($"\"{Join(path, key.Name)}\" is missing; it must be {Kind(key.Property.PropertyType)}");
        }
        return record;
    }

    private static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(int) ? "a whole number that fits 32 bits"
        : type == typeof(ulong) ? "a whole number from 0 to 2⁶⁴ − 1"
        : type == typeof(float) || type == typeof(double) ? "a finite number"
        : "given";

    private static string Proposal(string given, IEnumerable<string> known) =>
        NearestName.Find(given, known) is { } near ? $" (did you mean \"{near}\"?)" : "";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Name(string path) => path.Length == 0 ? "the configuration" : path;

    private static string Shorten(string text) => MessageText.Of(text);
}
