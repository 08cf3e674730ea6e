using System.Collections.Concurrent;
using System.Reflection;

namespace Joule;

/// <summary>A type with its name.</summary>
/// <param name="Type">The type.</param>
/// <param name="Named">Its name.</param>
public sealed record NamedType(Type Type, NamedAttribute Named);

/// <summary>
/// Finds the public types with a <see cref="NamedAttribute"/>, in Joule and in every registered assembly, so that there is no list to edit.
/// </summary>
public static class Catalogue
{
    // In the order of registration; two threads at once may add one twice. A queue, since a dictionary of assemblies takes longer to start.
    private static readonly ConcurrentQueue<Assembly> Registered = new([typeof(Catalogue).Assembly]);
    private static Found? s_found;

    // Searched on first use, not at startup: every program that loads a model waits for this.
    private static NamedType[] All
    {
        get
        {
            Found? found = s_found;
            if (found is null || found.Assemblies != Registered.Count)
                s_found = found = Found.In([.. Registered]);
            return found.Types;
        }
    }

    /// <summary>Adds the named types of an assembly to configurations, lists and tables. Repeated calls have no effect.</summary>
    public static void Register(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        if (!Registered.Contains(assembly))
            Registered.Enqueue(assembly);
    }

    /// <summary>The registered assemblies, Joule included, by name.</summary>
    public static IReadOnlyList<Assembly> Assemblies => [.. Registered.Distinct().OrderBy(a => a.GetName().Name, StringComparer.Ordinal)];

    /// <summary>The named types that derive from a type, by name.</summary>
    public static IEnumerable<NamedType> Of(Type kind) => All.Where(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The type with a name among those that derive from a type, or null. A hyphen may stand for an underscore.</summary>
    public static Type? Find(Type kind, string name) =>
        Array.Find(All, e => e.Named.Name == name && kind.IsAssignableFrom(e.Type))?.Type
            ?? (name.Contains('-') ? Find(kind, name.Replace('-', '_')) : null);

    /// <summary>Whether a type is named, or named types derive from it.</summary>
    internal static bool Has(Type kind) => kind != typeof(object) && All.Any(e => kind.IsAssignableFrom(e.Type));

    /// <summary>The default name, or null (<see cref="DefaultTypeAttribute"/>).</summary>
    internal static string? DefaultOf(Type kind) => kind.GetCustomAttribute<DefaultTypeAttribute>(false)?.Name ?? NameOf(kind);

    /// <summary>Whether keys stay when <c>type</c> alone is changed (<see cref="DefaultTypeAttribute.SharesKeys"/>).</summary>
    internal static bool SharesKeys(Type kind) => kind.GetCustomAttribute<DefaultTypeAttribute>(false)?.SharesKeys ?? true;

    /// <summary>The name of a type, or null.</summary>
    internal static string? NameOf(Type type) => Array.Find(All, e => e.Type == type)?.Named.Name;

    /// <summary>The named types of a number of assemblies.</summary>
    private sealed record Found(int Assemblies, NamedType[] Types)
    {
        // Loops, not queries: every program that loads a model waits for this.
        public static Found In(Assembly[] assemblies)
        {
            List<NamedType> types = [];
            foreach (Assembly assembly in assemblies.Distinct())
            {
                foreach (Type type in assembly.GetExportedTypes())
                {
                    if (!type.IsAbstract && type.GetCustomAttribute<NamedAttribute>(false) is { } named)
                        types.Add(new NamedType(type, named));
                }
            }
            types.Sort((a, b) => string.CompareOrdinal(a.Named.Name, b.Named.Name));
            for (int i = 1; i < types.Count; i++)
            {
                for (int j = i - 1; j >= 0 && types[j].Named.Name == types[i].Named.Name; j--)
                {
                    if (Root(types[j].Type) == Root(types[i].Type))
                    {
                        throw new JouleException($"Two types are called \"{types[i].Named.Name}\": {Place(types[j].Type)} and "
                            + $"{Place(types[i].Type)}. Give one of them another name.");
                    }
                }
            }
            return new Found(assemblies.Length, [.. types]);
        }

        private static Type Root(Type type)
        {
            while (type.BaseType is { } parent && parent != typeof(object))
                type = parent;
            return type;
        }

        private static string Place(Type type) => $"{type.FullName} of {type.Assembly.GetName().Name}";
    }
}
