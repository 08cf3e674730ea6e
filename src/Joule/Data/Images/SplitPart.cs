namespace Joule.Data;

/// <summary>The purpose of a set of images.</summary>
internal enum SplitPart
{
    /// <summary>Training.</summary>
    Train,

    /// <summary>Testing at the end.</summary>
    Test,

    /// <summary>Choosing the best epoch.</summary>
    Validation,
}

/// <summary>The parts by their names in folders, files and arrays.</summary>
internal static class SplitParts
{
    /// <summary>The part that a word means, ignoring case, or null.</summary>
    public static SplitPart? Find(string word) => word.ToLowerInvariant() switch
    {
        "train" or "training" => SplitPart.Train,
        "test" or "testing" or "t10k" => SplitPart.Test,
        "val" or "valid" or "validation" or "dev" => SplitPart.Validation,
        _ => null,
    };
}

/// <summary>A source's own sets.</summary>
/// <param name="Name">Where they came from.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images, or null.</param>
/// <param name="Validation">The validation images, or null.</param>
internal sealed record ImageParts(string Name, ImageSet Train, ImageSet? Test, ImageSet? Validation)
{
    /// <summary>What was found next to the sets and not read.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Notes about all sets.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Warnings about what may be unintended.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>One of the sets, with the notes and warnings of the source.</summary>
    /// <param name="set">The set.</param>
    /// <param name="others">What else is left out if only this set is used.</param>
    public ImageSet Told(ImageSet set, params IReadOnlyList<LeftOut> others) =>
        set.Reading is not { } reading ? set : set.With(reading: reading with
        {
            LeftOut = [.. reading.LeftOut, .. LeftOut.Except(reading.LeftOut), .. others],
            Notes = [.. reading.Notes, .. Notes.Except(reading.Notes)],
            Warnings = [.. reading.Warnings, .. Warnings.Except(reading.Warnings)],
        });
}
