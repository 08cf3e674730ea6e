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

    /// <summary>The type of a name among those that derive from a type, or null.</summary>
    public static Type? Find(Type kind, string name) => Array.Find(All.Value, e => e.Named.Name == name && kind.IsAssignableFrom(e.Type))?.Type;

    /// <summary>True where a type is named, or named types derive from it.</summary>
    internal static bool Has(Type kind) => kind != typeof(object) && All.Value.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The name that is meant where none is given, or null: see <see cref="DefaultTypeAttribute"/>.</summary>
    internal static string? DefaultOf(Type kind) => kind.GetCustomAttribute<DefaultTypeAttribute>(false)?.Name ?? NameOf(kind);

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
