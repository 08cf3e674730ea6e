using System.Reflection;

namespace Joule;

/// <summary>A type with its name.</summary>
/// <param name="Type">The type.</param>
/// <param name="Named">What it is called.</param>
public sealed record NamedType(Type Type, NamedAttribute Named);

/// <summary>Finds the public types that carry a <see cref="NamedAttribute"/>, so that nobody edits a list.</summary>
public static class Catalogue
{
    private static readonly Lazy<NamedType[]> All = new(Find);

    /// <summary>The named types that derive from a type, by name.</summary>
    public static IEnumerable<NamedType> Of(Type kind) => All.Value.Where(e => kind.IsAssignableFrom(e.Type));

    /// <summary>True where named types derive from a type.</summary>
    internal static bool Has(Type kind) => kind.IsAbstract && All.Value.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The name of a type, or null.</summary>
    internal static string? NameOf(Type type) => Array.Find(All.Value, e => e.Type == type)?.Named.Name;

    // Loops, not queries: every program that loads a model waits for this.
    private static NamedType[] Find()
    {
        List<NamedType> found = [];
        foreach (Type type in typeof(Catalogue).Assembly.GetExportedTypes())
        {
            if (!type.IsAbstract && type.GetCustomAttribute<NamedAttribute>(false) is { } named)
                found.Add(new NamedType(type, named));
        }
        found.Sort((a, b) => string.CompareOrdinal(a.Named.Name, b.Named.Name));
        return [.. found];
    }
}
