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

    /// <summary>Sets one key, for example <c>training.batch</c> or <c>network.0.outputs</c>. The value is JSON, or else a text.</summary>
    /// <param name="target">The configuration.</param>
    /// <param name="key">Names from the outside in, with dots; numbers for the places of a list.</param>
    /// <param name="value">The value.</param>
    /// <param name="keysOfType">The keys that a named type has, for when <c>type</c> is changed: other keys of the old type are dropped.</param>
    /// <exception cref="InvalidInputException">The key does not exist.</exception>
    public static void Set(JsonObject target, string key, string value, Func<string, string, IReadOnlyCollection<string>?> keysOfType)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(keysOfType);
        string[] names = key.Split('.');
        JsonNode node = target;
        for (int i = 0; i < names.Length - 1; i++)
            node = Step(node, names[i], key) ?? throw Unknown(node, names[i], key);
        string last = names[^1];
        JsonNode? parsed = Parse(value);
        if (node is JsonArray array)
        {
            if (!int.TryParse(last, out int index) || index < 0 || index >= array.Count)
                throw new InvalidInputException($"\"{key}\" is no key: the list has the places 0 to {array.Count - 1}.");
            array[index] = parsed;
            return;
        }
        if (node is not JsonObject owner || !owner.ContainsKey(last))
            throw Unknown(node, last, key);
        if (last == "type" && parsed?.GetValueKind() == JsonValueKind.String && keysOfType(string.Join('.', names[..^1]), parsed.GetValue<string>()) is { } kept)
        {
            foreach (string old in owner.Select(p => p.Key).Where(k => k != "type" && !kept.Contains(k)).ToArray())
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

    private static InvalidInputException Unknown(JsonNode node, string name, string key)
    {
        string[] known = node is JsonObject inner ? [.. inner.Select(p => p.Key)] : [];
        string near = NearestName.Find(name, known) is { } n ? $" Did you mean \"{n}\"?" : "";
        string there = known.Length > 0 ? $" The keys there are {string.Join(", ", known)}." : "";
        return new InvalidInputException($"\"{key}\" is no key of the configuration: there is no \"{name}\".{near}{there}");
    }
}
