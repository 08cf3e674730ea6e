namespace Joule.Data;

/// <summary>How to open data, besides their own options.</summary>
/// <param name="Seed">The seed of all draws, for example of rows set apart.</param>
/// <param name="Log">Receives one line for each slow operation, such as a fetch.</param>
/// <param name="Cancellation">Cancels the reading.</param>
public sealed record DataRequest(ulong Seed, Action<string> Log, CancellationToken Cancellation = default)
{
    /// <summary>A model's transform, with which its own data are read again; null: one is fitted on the training rows.</summary>
    public DataTransform? Transform { get; init; }

    /// <summary>Whether the reading is fixed, as for a resumed run: errors then suggest no options.</summary>
    public bool IsSettled { get; init; }

    /// <summary>
    /// The requested values of black and white in arrays of images; null: by the model and the array's type. For images only.
    /// </summary>
    public ValueRange? Range { get; init; }

    /// <summary>The requested meaning of the dimensions of arrays of images; null: by the shape and the model. For images only.</summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>
    /// Whether columns that the model was not trained on, and levels that no training row had, are errors instead of warnings. For tables
    /// only.
    /// </summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether missing values are integrated over later, so that they need no warning. For tables only.</summary>
    public bool IntegratesMissing { get; init; }
}
