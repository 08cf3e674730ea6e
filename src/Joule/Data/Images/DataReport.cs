namespace Joule.Data;

/// <summary>How the images of a training were read and shared out. A model keeps it.</summary>
public sealed record DataReport
{
    /// <summary>Where the images came from.</summary>
    public string Name { get; init; } = "";

    /// <summary>Channels of an image.</summary>
    public int Channels { get; init; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; init; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; init; }

    /// <summary>The number of training images.</summary>
    public int Train { get; init; }

    /// <summary>The number of test images.</summary>
    public int Test { get; init; }

    /// <summary>The number of validation images; 0 where the test images validate.</summary>
    public int Validation { get; init; }

    /// <summary>The seed that the test images were drawn by; null where the source has its own.</summary>
    public ulong? TestSeed { get; init; }

    /// <summary>The seed that the validation images were drawn by; null where the source has its own, or there are none.</summary>
    public ulong? ValidationSeed { get; init; }

    /// <summary>How the training images were read.</summary>
    public ImageReading Reading { get; init; } = new();

    /// <summary>The report in one line.</summary>
    public string Describe()
    {
        string drawn = ValidationSeed is null ? " of their own" : Drawn(ValidationSeed);
        string judges = Validation == 0 ? "the test images" : $"{Counted.Of(Validation, "image")}{drawn}";
        return $"{MessageText.Printable(Name)}: {Images(Train + Test + Validation, Channels, Height, Width)}, {Reading.Describe()}; "
            + $"{Train:N0} to train on, {Test:N0}{Drawn(TestSeed)} to test with; validated on {judges}{Further(Reading)}";
    }

    /// <summary>Images in words, for example <c>140 grey images of 8×8</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    public static string Images(int count, int channels, int height, int width) =>
        $"{count:N0} {ArrayLayout.Kind(channels)} {(count == 1 ? "image" : "images")} of {height}×{width}";

    /// <summary>Notes of a reading, to go after what describes it.</summary>
    /// <param name="reading">The reading.</param>
    public static string Further(ImageReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        string notes = string.Concat(reading.Notes.Select(note => $"; {note}"));
        IEnumerable<string> left = reading.LeftOut.Select(
            left => left.Count == 1 && !left.What.StartsWith('*') ? left.What : $"{left.Count} {left.What}");
        return notes + (reading.LeftOut.Count > 0 ? $"; left out: {string.Join(", ", left)}" : "");
    }

    private static string Drawn(ulong? seed) => seed is null ? "" : $" drawn by seed {seed}";
}
