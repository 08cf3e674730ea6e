using System.Text.Json.Nodes;

namespace Joule.Data;

/// <summary>How the training images were read and split.</summary>
[Named("images", "how images were read and shared out")]
public sealed record ImageDataReport : DataReport
{
    /// <summary>Channels of an image.</summary>
    public int Channels { get; init; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; init; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; init; }

    /// <summary>How the training images were read.</summary>
    public ImageReading Reading { get; init; } = new();

    /// <inheritdoc/>
    public override string Describe() =>
        $"{MessageText.Printable(Name)}: {Images(Rows, Channels, Height, Width)}, {Reading.Describe()}; "
            + $"{Shares("image")}{Further(Reading)}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => Reading.Warnings;

    /// <inheritdoc/>
    public override JsonObject Details()
    {
        JsonObject report = OptionsJson.Write(this);
        report["reading"]!["left_out"] = Reading.LeftOutJson();
        return report;
    }

    /// <inheritdoc/>
    public override JsonObject ReadingDetails() => Reading.ToJson();

    /// <summary>Images in words, for example <c>140 grey images of 8×8</c>.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="height">Their rows.</param>
    /// <param name="width">Their columns.</param>
    internal static string Images(int count, int channels, int height, int width) =>
        $"{count:N0} {ArrayLayout.Kind(channels)} {(count == 1 ? "image" : "images")} of {height}×{width}";

    /// <summary>Notes of a reading, in words that follow its description.</summary>
    /// <param name="reading">The reading.</param>
    internal static string Further(ImageReading reading)
    {
        string notes = string.Concat(reading.Notes.Select(note => $"; {note}"));
        IEnumerable<string> left = reading.LeftOut.Select(
            left => left.Count == 1 && !left.What.StartsWith('*') ? left.What : $"{left.Count} {left.What}");
        return notes + (reading.LeftOut.Count > 0 ? $"; left out: {string.Join(", ", left)}" : "");
    }
}
