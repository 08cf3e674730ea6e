using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Joule;

/// <summary>A key of an option record in JSON.</summary>
/// <param name="Name">The property's name in snake_case.</param>
/// <param name="Property">The property.</param>
/// <param name="IsRequired">Whether it has no default.</param>
public sealed record OptionKey(string Name, PropertyInfo Property, bool IsRequired)
{
    /// <summary>The key that names the type of a record.</summary>
    internal const string TypeKey = "type";

    private static readonly ConcurrentDictionary<Type, OptionKey[]> Known = new();

    private OptionRangeAttribute[]? _ranges;

    /// <summary>The ranges of its value; empty: any value of its type.</summary>
    public IReadOnlyList<OptionRangeAttribute> Ranges => _ranges ??= [.. Property.GetCustomAttributes<OptionRangeAttribute>(false)];

    /// <summary>The range in words, for example <c>at least 0 and below 1</c>; empty: any value of its type.</summary>
    public string RangeText => string.Join(" and ", Ranges.Select(r => r.Text));

    /// <summary>The rule for its value, in words that follow "must", for example <c>be above 0 and finite</c>.</summary>
    internal string Rule
    {
        get
        {
            Type type = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;
            bool open = (type == typeof(float) || type == typeof(double)) && !Ranges.Any(r => r is BelowAttribute or BetweenAttribute);
            string verb = Ranges[0] is BetweenAttribute ? "lie" : "be";
            return $"{verb} {RangeText}{(open ? " and finite" : "")}{(MayBeNull ? ", or null" : "")}";
        }
    }

    /// <summary>Whether its value may be null.</summary>
    public bool MayBeNull => Property.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(Property.PropertyType) is not null
        : new NullabilityInfoContext().Create(Property).WriteState == NullabilityState.Nullable;

    /// <summary>The value in a record.</summary>
    // A new invoker for each call: one that is called again, such as that of PropertyInfo.GetValue, compiles code first, which takes longer
    // than many calls.
    internal object? Get(object record) => MethodInvoker.Create(Property.GetMethod!).Invoke(record);

    /// <summary>Sets the value in a record.</summary>
    internal void Set(object record, object? value) => MethodInvoker.Create(Property.SetMethod!).Invoke(record, value);

    /// <summary>The keys of a record, base records first.</summary>
    public static IReadOnlyList<OptionKey> Of(Type type) => Known.GetOrAdd(type, Find);

    /// <summary>The declared type of the value of a key or list item, or null.</summary>
    /// <param name="declared">The declared type of the owner: a record, an abstract record or a list.</param>
    /// <param name="owner">The owner, whose <see cref="TypeKey"/> names the record; null for a list.</param>
    /// <param name="name">The key.</param>
    internal static Type? TypeOf(Type? declared, JsonObject? owner, string name)
    {
        if (declared is null)
            return null;
        if ((ElementOf(declared) ?? ValueOf(declared)) is { } element)
            return element;
        Type? type = declared;
        if (Catalogue.Has(declared))
        {
            string? given = owner?[TypeKey] is JsonValue value && value.GetValueKind() == JsonValueKind.String
                ? value.GetValue<string>()
                : Catalogue.DefaultOf(declared);
            type = given is null ? null : Catalogue.Find(declared, given);
        }
        return type is null ? null : Of(type).FirstOrDefault(k => k.Name == name)?.Property.PropertyType;
    }

    /// <summary>The type of a list's items; null for other types.</summary>
    internal static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The type of a dictionary's values; null for other types.</summary>
    internal static Type? ValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

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
                if (!p.CanRead || p.SetMethod is not { IsPublic: true })
                    continue;
                bool isRequired = p.IsDefined(typeof(RequiredMemberAttribute), false);
                keys.Add(new OptionKey(JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name), p, isRequired));
            }
        }
        return [.. keys];
    }
}
