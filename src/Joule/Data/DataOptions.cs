namespace Joule.Data;

/// <summary>
/// Options of the data: where they are and how they become states. To add a kind of data is to add one file: a record that derives from this and carries a
/// <see cref="NamedAttribute"/>.
/// </summary>
[DefaultType("images")]
public abstract record DataOptions
{
    /// <summary>A dataset's name, or a path.</summary>
    public required string Source { get; init; }

    /// <summary>The share of the training rows that is set apart, drawn by the seed, to validate with and to choose the best epoch by; from 0 to below 1.
    /// 0: the validation rows of the source, or else its test rows do that.</summary>
    public double ValidationShare { get; init; }

    /// <summary>Adds to a list whatever is out of range.</summary>
    public virtual void Validate(IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (string.IsNullOrWhiteSpace(Source))
            problems.Add("data.source is empty; it must name a dataset or a path");
        if (!(ValidationShare is >= 0 and < 1))
            problems.Add($"data.validation_share is {ValidationShare}; it must be at least 0 and below 1");
    }
}
