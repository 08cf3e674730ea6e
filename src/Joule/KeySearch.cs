using System.Text.Json.Nodes;

namespace Joule;

/// <summary>Finds the full keys that a shortened or outdated key most likely means, by its last names.</summary>
internal static class KeySearch
{
    private const int Most = 3;

    /// <summary>
    /// The keys of a configuration that share the most of a key's last names, at most three. For example <c>objective.negatives.steps</c>
    /// for <c>negatives.steps</c>, and <c>data.pad</c> for <c>images.pad</c>.
    /// </summary>
    /// <param name="target">The configuration, with every key.</param>
    /// <param name="key">The key that does not exist.</param>
    public static IEnumerable<string> WithLastNamesOf(JsonObject target, string key)
    {
        string[] names = key.Split('.');
        List<string> all = [];
        Collect(target, "", all);
        for (int first = 0; first < names.Length; first++)
        {
            string tail = '.' + string.Join('.', names[first..]);
            string[] found = [.. all.Where(k => ('.' + k).EndsWith(tail, StringComparison.Ordinal))];
            // Last names that occur everywhere, such as "type", say nothing.
            if (found.Length > 0)
                return found.Length <= Most ? found : [];
        }
        return [];
    }

    private static void Collect(JsonNode node, string path, List<string> keys)
    {
        IEnumerable<(string Name, JsonNode? Value)> inner = node switch
        {
            JsonObject owner => owner.Select(p => (p.Key, p.Value)),
            JsonArray list => list.Select((value, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        foreach ((string name, JsonNode? value) in inner)
        {
            string key = path.Length == 0 ? name : $"{path}.{name}";
            keys.Add(key);
            if (value is not null)
                Collect(value, key, keys);
        }
    }
}
