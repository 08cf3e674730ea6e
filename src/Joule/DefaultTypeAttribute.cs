namespace Joule;

/// <summary>The named type that is used when a configuration omits <c>type</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DefaultTypeAttribute(string name) : Attribute
{
    /// <summary>The type's <see cref="NamedAttribute"/> name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Whether keys that two types share mean the same, and so stay when <c>type</c> alone is changed. If false, the new type starts from
    /// its own defaults: for example, the step size of one sampler says nothing about that of another.
    /// </summary>
    public bool SharesKeys { get; init; } = true;
}
