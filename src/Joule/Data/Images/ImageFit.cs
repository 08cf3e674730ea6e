namespace Joule.Data;

/// <summary>What a model keeps of its training images: their size, and how they were stored.</summary>
public sealed record ImageFit
{
    private const int LargestState = 1 << 22;

    /// <summary>Channels of an image.</summary>
    public required int Channels { get; init; }

    /// <summary>Rows of an image, without padding.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of an image, without padding.</summary>
    public required int Width { get; init; }

    /// <summary>The type of what was read: NumPy's name of a type, or <c>PNG</c>; null if it is not known.</summary>
    public string? Type { get; init; }

    /// <summary>The name of the layout; <c>pictures</c> if every image had its own file; null if it is not known.</summary>
    public string? Layout { get; init; }

    /// <summary>The size and the reading of images.</summary>
    internal static ImageFit Of(ImageSet images) => new()
    {
        Channels = images.Channels,
        Height = images.Height,
        Width = images.Width,
        Type = images.Reading?.Type,
        Layout = images.Reading?.Layout,
    };

    /// <summary>Checks all ranges.</summary>
    internal void Validate(ICollection<string> problems, int pad)
    {
        long length = Channels is >= 1 and <= LargestState && Height is >= 1 and <= LargestState && Width is >= 1 and <= LargestState
            ? Math.BigMul(Height + 2 * pad, Width + 2 * pad) : long.MaxValue;
        if (length > LargestState / Math.Max(1, Channels))
            problems.Add($"channels, height and width are {Channels}×{Height}×{Width}; sides must be at least 1, and a state must have at "
                + $"most {LargestState} numbers");
    }
}
