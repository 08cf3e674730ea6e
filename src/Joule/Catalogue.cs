using System.Reflection;

namespace Joule;

/// <summary>Finds the types that carry a <see cref="NamedAttribute"/>, so that nobody edits a list.</summary>
public static class Catalogue
{
    private static readonly Lazy<(Type Type, NamedAttribute Named)[]> All = new(() =>
        [.. typeof(Catalogue).Assembly.GetTypes()
            .Select(t => (Type: t, Named: t.GetCustomAttribute<NamedAttribute>(false)))
            .Where(e => e.Named is not null && !e.Type.IsAbstract)
            .Select(e => (e.Type, e.Named!))
            .OrderBy(e => e.Item2.Name, StringComparer.Ordinal)]);

    /// <summary>The named types that derive from a type, by name.</summary>
    public static IEnumerable<(Type Type, NamedAttribute Named)> Of(Type kind) => All.Value.Where(e => kind.IsAssignableFrom(e.Type));

    /// <summary>True where named types derive from a type.</summary>
    internal static bool Has(Type kind) => kind.IsAbstract && All.Value.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The name of a type, or null.</summary>
    internal static string? NameOf(Type type) => Array.Find(All.Value, e => e.Type == type).Named?.Name;
}
