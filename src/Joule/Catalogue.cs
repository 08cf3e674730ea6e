using System.Reflection;

namespace Joule;

/// <summary>A type with its name.</summary>
/// <param name="Type">The type.</param>
/// <param name="Named">What it is called.</param>
public sealed record NamedType(Type Type, NamedAttribute Named);

/// <summary>Finds the types that carry a <see cref="NamedAttribute"/>, so that nobody edits a list.</summary>
public static class Catalogue
{
    private static readonly Lazy<NamedType[]> All = new(() =>
        [.. typeof(Catalogue).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsDefined(typeof(NamedAttribute), false))
            .Select(t => new NamedType(t, t.GetCustomAttribute<NamedAttribute>(false)!))
            .OrderBy(e => e.Named.Name, StringComparer.Ordinal)]);

    /// <summary>The named types that derive from a type, by name.</summary>
    public static IEnumerable<NamedType> Of(Type kind) => All.Value.Where(e => kind.IsAssignableFrom(e.Type));

    /// <summary>True where named types derive from a type.</summary>
    internal static bool Has(Type kind) => kind.IsAbstract && All.Value.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The name of a type, or null.</summary>
    internal static string? NameOf(Type type) => Array.Find(All.Value, e => e.Type == type)?.Named.Name;
}
