namespace Joule;

/// <summary>The named type that is meant where a configuration leaves <c>type</c> out.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DefaultTypeAttribute(string name) : Attribute
{
    /// <summary>The name, as <see cref="NamedAttribute"/> has it.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Whether keys that two types share mean the same, so that they stay where <c>type</c> is changed alone. False where they do not: then
    /// the new type starts from its own defaults, as a sampler does, whose step size says nothing of another's.
    /// </summary>
    public bool SharesKeys { get; init; } = true;
}
