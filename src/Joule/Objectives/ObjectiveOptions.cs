namespace Joule.Objectives;

/// <summary>Options of an objective. To add an objective is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the objective.</summary>
[DefaultType("contrastive_divergence")]
public abstract record ObjectiveOptions
{
    /// <summary>Adds to a list whatever is out of range.</summary>
    public abstract void Validate(IList<string> problems);
}
