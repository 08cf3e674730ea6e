namespace Joule.Data;

/// <summary>What data are opened with, beside their own options.</summary>
/// <param name="Seed">The seed of every draw: of rows that are set apart, for example.</param>
/// <param name="Log">Told one line for each thing that takes a while, as a fetch does.</param>
/// <param name="Cancellation">Stops it.</param>
public sealed record DataRequest(ulong Seed, Action<string> Log, CancellationToken Cancellation = default)
{
    /// <summary>The transform of a model, which its own data are read with again; null: one is fitted on the training rows.</summary>
    public DataTransform? Transform { get; init; }

    /// <summary>Whether the reading is settled, as for a run that goes on: errors then give no options.</summary>
    public bool IsSettled { get; init; }

    /// <summary>The values of black and white in arrays of images, asked for; null: by the model and the array's type. For images alone.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>The meaning of the dimensions of arrays of images, asked for; null: by the shape and the model. For images alone.</summary>
    public ImageLayout? Layout { get; init; }
}
