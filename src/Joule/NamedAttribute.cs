namespace Joule;

/// <summary>The name of a type in configurations, on the command line and in tables. Catalogues find types by it.</summary>
/// <param name="name">The name, in lower case.</param>
/// <param name="summary">A one-line description.</param>
/// <param name="paper">The publication: authors, year, and journal or arXiv number. May be empty.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NamedAttribute(string name, string summary, string paper = "") : Attribute
{
    /// <summary>The name, in lower case.</summary>
    public string Name { get; } = name;

    /// <summary>A one-line description.</summary>
    public string Summary { get; } = summary;

    /// <summary>The publication: authors, year, and journal or arXiv number. May be empty.</summary>
    public string Paper { get; } = paper;
}
