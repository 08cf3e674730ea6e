namespace Joule.Data;

/// <summary>What a set of images is for.</summary>
internal enum SplitPart
{
    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To see, at the end, what was learned.</summary>
    Test,

    /// <summary>To choose the best epoch by.</summary>
    Validation,
}

/// <summary>The parts by the names that folders, files and arrays give them.</summary>
internal static class SplitParts
{
    /// <summary>The part that a word means, letter case ignored, or null.</summary>
    public static SplitPart? Find(string word) => word.ToLowerInvariant() switch
    {
        "train" or "training" => SplitPart.Train,
        "test" or "testing" or "t10k" => SplitPart.Test,
        "val" or "valid" or "validation" or "dev" => SplitPart.Validation,
        _ => null,
    };
}

/// <summary>The sets that a source has of its own.</summary>
/// <param name="Name">Where they came from.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images, or null.</param>
/// <param name="Validation">The validation images, or null.</param>
internal sealed record ImageParts(string Name, ImageSet Train, ImageSet? Test, ImageSet? Validation)
{
    /// <summary>What lies beside the sets and is not read.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>What is to be known about all sets.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What may not have been meant so.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>One of the sets, with what is to be said of the source.</summary>
    /// <param name="set">The set.</param>
    /// <param name="others">What else is left out, where the set alone is used.</param>
    public ImageSet Told(ImageSet set, params IReadOnlyList<LeftOut> others) =>
        set.Reading is not { } reading ? set : set.With(reading: reading with
    {
        LeftOut = [.. reading.LeftOut, .. LeftOut.Except(reading.LeftOut), .. others],
        Notes = [.. reading.Notes, .. Notes.Except(reading.Notes)],
        Warnings = [.. reading.Warnings, .. Warnings.Except(reading.Warnings)],
    });
}
