namespace Joule;

/// <summary>The named type that is meant where a configuration leaves <c>type</c> out.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DefaultTypeAttribute(string name) : Attribute
{
    /// <summary>The name, as <see cref="NamedAttribute"/> has it.</summary>
    public string Name { get; } = name;
}
