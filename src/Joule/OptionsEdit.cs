using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule;

/// <summary>Changes to a configuration in JSON: a file laid over it, and single keys.</summary>
public static class OptionsEdit
{
    /// <summary>Lays an object over another: objects are merged key by key, everything else is replaced. A changed <c>type</c> replaces its object.</summary>
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

    /// <summary>Sets one key, for example <c>training.batch</c> or <c>energy.layers.0.outputs</c>. The value is JSON, or else a text.</summary>
    /// <param name="target">The configuration, every key of it.</param>
    /// <param name="key">Names from the outside in, with dots; numbers for the places of a list.</param>
    /// <param name="value">The value.</param>
    /// <param name="kind">The record that the configuration is of. Where <c>type</c> is changed, keys that the new type does not have are
    /// dropped, or all: see <see cref="DefaultTypeAttribute.SharesKeys"/>.</param>
    /// <exception cref="InvalidInputException">The key does not exist; the full name of the nearest one is proposed.</exception>
    public static void Set(JsonObject target, string key, string value, Type kind)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(key);
        string[] names = key.Split('.');
        JsonNode node = target;
        Type? type = kind;
        for (int i = 0; i < names.Length - 1; i++)
        {
            // Keys of a dictionary are names of the user's own, dots and all.
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
                throw new InvalidInputException($"\"{key}\" is no key: the list has the places 0 to {array.Count - 1}.");
            array[index] = parsed;
            return;
        }
        bool isMap = type is not null && OptionKey.ValueOf(type) is not null;
        if (node is not JsonObject owner || (!isMap && !owner.ContainsKey(last)))
            throw Unknown(target, node, last, key);
        if (last == OptionKey.TypeKey && type is not null && parsed?.GetValueKind() == JsonValueKind.String && Catalogue.Find(type, parsed.GetValue<string>()) is { } named)
        {
            IReadOnlyList<OptionKey> kept = Catalogue.SharesKeys(type) ? OptionKey.Of(named) : [];
            foreach (string old in owner.Select(p => p.Key).Where(k => k != OptionKey.TypeKey && kept.All(o => o.Name != k)).ToArray())
                owner.Remove(old);
        }
        owner[last] = parsed;
    }

    private static bool SameType(JsonObject existing, JsonObject changes) =>
        !changes.ContainsKey("type") || (existing["type"]?.ToJsonString() == changes["type"]?.ToJsonString());

    private static JsonNode? Step(JsonNode node, string name, string key) => node switch
    {
        JsonObject inner => inner[name],
        JsonArray array => int.TryParse(name, out int index) && index >= 0 && index < array.Count ? array[index]
            : throw new InvalidInputException($"\"{key}\" is no key: the list has the places 0 to {array.Count - 1}, it was given \"{name}\"."),
        _ => null,
    };

    private static JsonNode? Parse(string value)
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
        string near = full.Length > 0 ? $" Did you mean {string.Join(" or ", full.Select(k => $"\"{k}\""))}?"
            : NearestName.Find(name, known) is { } n ? $" Did you mean \"{n}\"?" : "";
        string there = known.Length > 0 ? $" The keys there are {string.Join(", ", known)}." : "";
        return new InvalidInputException($"\"{MessageText.Of(key)}\" is no key of the configuration: there is no \"{MessageText.Of(name)}\".{near}{there}");
    }
}
