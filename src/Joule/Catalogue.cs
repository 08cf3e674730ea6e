using System.Reflection;

namespace Joule;

/// <summary>A type with its name.</summary>
/// <param name="Type">The type.</param>
/// <param name="Named">What it is called.</param>
public sealed record NamedType(Type Type, NamedAttribute Named);

/// <summary>
/// Finds the public types that carry a <see cref="NamedAttribute"/>, in Joule and in every registered assembly, so that nobody edits a list.
/// </summary>
public static class Catalogue
{
    private static readonly Lock Registering = new();
    private static NamedType[]? _all;
    private static Assembly[] _assemblies = [typeof(Catalogue).Assembly];

    private static NamedType[] All
    {
        get
        {
            lock (Registering)
            {
                return _all ??= Find(_assemblies);
            }
        }
    }

    /// <summary>Adds the named types of an assembly. To add one twice changes nothing.</summary>
    public static void Register(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (Registering)
        {
            if (_assemblies.Contains(assembly))
                return;
            Assembly[] assemblies = [.. _assemblies, assembly];
            // Nothing is searched before somebody asks: every program that loads a model waits for this.
            if (_all is not null)
                _all = Find(assemblies);
            _assemblies = assemblies;
        }
    }

    /// <summary>The named types that derive from a type, by name.</summary>
    public static IEnumerable<NamedType> Of(Type kind) => All.Where(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The type of a name among those that derive from a type, or null.</summary>
    public static Type? Find(Type kind, string name) => Array.Find(All, e => e.Named.Name == name && kind.IsAssignableFrom(e.Type))?.Type;

    /// <summary>True where a type is named, or named types derive from it.</summary>
    internal static bool Has(Type kind) => kind != typeof(object) && All.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The name that is meant where none is given, or null: see <see cref="DefaultTypeAttribute"/>.</summary>
    internal static string? DefaultOf(Type kind) => kind.GetCustomAttribute<DefaultTypeAttribute>(false)?.Name ?? NameOf(kind);

    /// <summary>Whether keys stay where <c>type</c> is changed alone: see <see cref="DefaultTypeAttribute.SharesKeys"/>.</summary>
    internal static bool SharesKeys(Type kind) => kind.GetCustomAttribute<DefaultTypeAttribute>(false)?.SharesKeys ?? true;

    /// <summary>The name of a type, or null.</summary>
    internal static string? NameOf(Type type) => Array.Find(All, e => e.Type == type)?.Named.Name;

    // Loops, not queries, for the same reason.
    private static NamedType[] Find(Assembly[] assemblies)
    {
        List<NamedType> found = [];
        foreach (Assembly assembly in assemblies)
        {
            foreach (Type type in assembly.GetExportedTypes())
            {
                if (!type.IsAbstract && type.GetCustomAttribute<NamedAttribute>(false) is { } named)
                    found.Add(new NamedType(type, named));
            }
        }
        found.Sort((a, b) => string.CompareOrdinal(a.Named.Name, b.Named.Name));
        return [.. found];
    }
}
