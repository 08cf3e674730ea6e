using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Joule;

/// <summary>A key of an option record in JSON.</summary>
/// <param name="Name">The property's name in snake_case.</param>
/// <param name="Property">The property.</param>
/// <param name="IsRequired">Whether it has no default.</param>
public sealed record OptionKey(string Name, PropertyInfo Property, bool IsRequired)
{
    private static readonly ConcurrentDictionary<Type, OptionKey[]> Known = new();

    /// <summary>The keys of a record, those of base records first.</summary>
    public static IReadOnlyList<OptionKey> Of(Type type) => Known.GetOrAdd(type, Find);

    private static OptionKey[] Find(Type type)
    {
        List<Type> chain = [];
        for (Type? t = type; t is not null && t != typeof(object); t = t.BaseType)
            chain.Insert(0, t);
        List<OptionKey> keys = [];
        foreach (Type t in chain)
        {
            foreach (PropertyInfo p in t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (p.CanRead && p.SetMethod is { IsPublic: true })
                    keys.Add(new OptionKey(JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name), p, p.IsDefined(typeof(RequiredMemberAttribute), false)));
            }
        }
        return [.. keys];
    }
}
