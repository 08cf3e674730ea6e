namespace Joule;

/// <summary>The name by which configurations, the command line and tables call a type. Catalogues find types by it.</summary>
/// <param name="name">The name, in lower case.</param>
/// <param name="summary">One line that says what it is.</param>
/// <param name="paper">Where it was published: authors, year, and journal or arXiv number. Empty where that needs no saying.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NamedAttribute(string name, string summary, string paper = "") : Attribute
{
    /// <summary>The name, in lower case.</summary>
    public string Name { get; } = name;

    /// <summary>One line that says what it is.</summary>
    public string Summary { get; } = summary;

    /// <summary>Where it was published: authors, year, and journal or arXiv number. Empty where that needs no saying.</summary>
    public string Paper { get; } = paper;
}
