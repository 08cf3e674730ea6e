using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>
/// Options of the data: where they are and how they become states. To add a kind of data is to add one file: a record that derives from this and carries a
/// <see cref="NamedAttribute"/>.
/// </summary>
[DefaultType("images")]
public abstract record DataOptions
{
    /// <summary>A dataset's name, or a path.</summary>
    [NotEmpty("a dataset's name or a path")]
    public required string Source { get; init; }

    /// <summary>The share of the training rows that is set apart, drawn by the seed, to validate with and to choose the best epoch by.
    /// 0: the validation rows of the source, or else its test rows do that.</summary>
    [AtLeast(0), Below(1)]
    public double ValidationShare { get; init; }

    /// <summary>Reads the data and fits their transform on the training rows.</summary>
    /// <param name="request">How they are opened.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public abstract DataSets Open(DataRequest request);

    /// <summary>Restores the transform of a model.</summary>
    /// <param name="fitted">What <see cref="DataTransform.ToJson"/> gave.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidInputException">It cannot be used; every problem is listed.</exception>
    public abstract DataTransform Restore(JsonObject fitted, string source);

    /// <summary>The same data from any folder: a path is made whole, a dataset's name is left as it is.</summary>
    public virtual DataOptions FromAnyFolder() => string.IsNullOrEmpty(Source) ? this : this with { Source = DataSource.FromAnyFolder(Source) };

    /// <summary>The options without those that have no effect on these data.</summary>
    /// <param name="warn">Told what is left away, and why.</param>
    public virtual DataOptions WithoutUnused(Action<string> warn) => this;
}
