using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>
/// Options of the data: where they are and how they become states. To add a kind of data, add one file: a record that derives from this and
/// has a <see cref="NamedAttribute"/>.
/// </summary>
[DefaultType("images")]
public abstract record DataOptions
{
    /// <summary>A dataset's name, or a path.</summary>
    [NotEmpty("a dataset's name or a path")]
    public required string Source { get; init; }

    /// <summary>
    /// The share of the training rows that is set apart for validation and for choosing the best epoch, drawn by the seed. 0: the source's
    /// validation rows, or else its test rows.
    /// </summary>
    [AtLeast(0), Below(1)]
    public double ValidationShare { get; init; }

    /// <summary>
    /// Normal rows that calibrate the trained model's p-values: a dataset's name or a path. None of them may be a training row. Null: the
    /// rows of <see cref="CalibrationShare"/>.
    /// </summary>
    [NotEmpty("a dataset's name or a path")]
    public string? Calibration { get; init; }

    /// <summary>
    /// The share of the training rows that is kept out of training and calibrates the trained model's p-values, drawn by the seed. 0: none.
    /// </summary>
    [AtLeast(0), Below(1)]
    public double CalibrationShare { get; init; }

    /// <summary>Reads the data and fits their transform on the training rows.</summary>
    /// <param name="request">How to open them.</param>
    /// <exception cref="InvalidInputException">There is nothing of that name, or it cannot be used.</exception>
    /// <exception cref="JouleException">A dataset cannot be fetched.</exception>
    public abstract DataSets Open(DataRequest request);

    /// <summary>Restores the transform of a model.</summary>
    /// <param name="fitted">What <see cref="DataTransform.ToJson"/> gave.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="InvalidInputException">It cannot be used; every problem is listed.</exception>
    public abstract DataTransform Restore(JsonObject fitted, string source);

    /// <summary>The same data seen from any folder: a path becomes absolute, a dataset's name is kept.</summary>
    public virtual DataOptions FromAnyFolder() => this with
    {
        Source = string.IsNullOrEmpty(Source) ? Source : DataSource.FromAnyFolder(Source),
        Calibration = string.IsNullOrEmpty(Calibration) ? Calibration : DataSource.FromAnyFolder(Calibration),
    };

    /// <summary>The options without those that have no effect on these data.</summary>
    /// <param name="warn">Receives what is dropped, and why.</param>
    public virtual DataOptions WithoutUnused(Action<string> warn) => this;
}
