using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule;

/// <summary>Edits a configuration in JSON: lays a file over it, and sets single keys.</summary>
public static class OptionsEdit
{
    /// <summary>
    /// Lays an object over another: objects are merged key by key, other values are replaced. An object with another <c>type</c> is
    /// replaced.
    /// </summary>
    public static void Merge(JsonObject target, JsonObject changes)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(changes);
        foreach ((string key, JsonNode? value) in changes)
        {
            if (value is JsonObject inner && target[key] is JsonObject existing && SameType(existing, inner))
                Merge(existing, inner);
            else
                target[key] = value?.DeepClone();
        }
    }

    /// <summary>
    /// Sets one key, for example <c>training.batch</c> or <c>energy.layers.0.outputs</c>. The value is JSON, or else a string. If
    /// the value has a <c>type</c>, a name alone stands for that type with its defaults: <c>objective=NAME</c>.
    /// </summary>
    /// <param name="target">The configuration, with every key.</param>
    /// <param name="key">Names from the outside in, separated by dots; list indices are numbers.</param>
    /// <param name="value">The value.</param>
    /// <param name="kind">
    /// The type of the configuration. If <c>type</c> is changed, keys that the new type does not have are dropped, or all keys
    /// (<see cref="DefaultTypeAttribute.SharesKeys"/>).
    /// </param>
    /// <exception cref="InvalidInputException">The key does not exist; the message suggests the full name of the nearest one.</exception>
    public static void Set(JsonObject target, string key, string value, Type kind)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(key);
        string[] names = key.Split('.');
        JsonNode node = target;
        Type? type = kind;
        for (int i = 0; i < names.Length - 1; i++)
        {
            // Keys of a dictionary are the user's own names, dots included.
            if (type is not null && OptionKey.ValueOf(type) is not null && node is JsonObject map)
            {
                map[string.Join('.', names[i..])] = Parse(value);
                return;
            }
            JsonNode next = Step(node, names[i], key) ?? throw Unknown(target, node, names[i], key);
            type = OptionKey.TypeOf(type, node as JsonObject, names[i]);
            node = next;
        }
        string last = names[^1];
        JsonNode? parsed = Parse(value);
        if (node is JsonArray array)
        {
            if (!int.TryParse(last, out int index) || index < 0 || index >= array.Count)
                throw new InvalidInputException($"\"{key}\" is not a key: the list has the indices 0 to {array.Count - 1}.");
            array[index] = parsed;
            return;
        }
        bool isMap = type is not null && OptionKey.ValueOf(type) is not null;
        if (node is not JsonObject owner || (!isMap && !owner.ContainsKey(last)))
            throw Unknown(target, node, last, key);
        if (last == OptionKey.TypeKey && type is not null && parsed?.GetValueKind() == JsonValueKind.String
            && Catalogue.Find(type, parsed.GetValue<string>()) is { } named)
        {
            IReadOnlyList<OptionKey> kept = Catalogue.SharesKeys(type) ? OptionKey.Of(named) : [];
            string[] dropped = [.. owner.Select(p => p.Key).Where(k => k != OptionKey.TypeKey && kept.All(o => o.Name != k))];
            foreach (string old in dropped)
                owner.Remove(old);
        }
        Type? declared = OptionKey.TypeOf(type, owner, last);
        bool isName = parsed?.GetValueKind() == JsonValueKind.String && declared is not null && Catalogue.Has(declared);
        owner[last] = isName ? new JsonObject { [OptionKey.TypeKey] = parsed } : parsed;
    }

    private static bool SameType(JsonObject existing, JsonObject changes) =>
        !changes.ContainsKey("type") || (existing["type"]?.ToJsonString() == changes["type"]?.ToJsonString());

    private static JsonNode? Step(JsonNode node, string name, string key) => node switch
    {
        JsonObject inner => inner[name],
        JsonArray array => int.TryParse(name, out int index) && index >= 0 && index < array.Count
            ? array[index]
            : throw new InvalidInputException(
                $"\"{key}\" is not a key: the list has the indices 0 to {array.Count - 1}, it was given \"{name}\"."),
        _ => null,
    };

    /// <summary>A value given as text: JSON, or else the text itself.</summary>
    internal static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }

    private static InvalidInputException Unknown(JsonObject target, JsonNode node, string name, string key)
    {
        string[] known = node is JsonObject inner ? [.. inner.Select(p => p.Key)] : [];
        string[] full = [.. KeySearch.WithLastNamesOf(target, key)];
        string near = full.Length > 0
            ? $" Did you mean {string.Join(" or ", full.Select(k => $"\"{k}\""))}?"
            : NearestName.Find(name, known) is { } n ? $" Did you mean \"{n}\"?" : "";
        string there = known.Length > 0 ? $" The keys there are {string.Join(", ", known)}." : "";
        return new InvalidInputException($"\"{MessageText.Of(key)}\" is not a key of the configuration: "
            + $"there is no \"{MessageText.Of(name)}\".{near}{there}");
    }
}
