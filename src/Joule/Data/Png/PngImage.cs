namespace Joule.Data;

/// <summary>A picture with 8 bits per channel, rows from the top, as in a PNG file.</summary>
public sealed class PngImage
{
    /// <summary>Wraps pixels; the array is kept, not copied.</summary>
    /// <param name="width">Columns, 1 to 16384.</param>
    /// <param name="height">Rows, 1 to 16384.</param>
    /// <param name="channels">1 (grey) or 3 (red, green, blue).</param>
    /// <param name="pixels">height × width × channels bytes, channels last; 0 is black.</param>
    /// <exception cref="InvalidInputException">The sizes do not fit together.</exception>
    public PngImage(int width, int height, int channels, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width is < 1 or > ImageSet.MaxSide || height is < 1 or > ImageSet.MaxSide || channels is not (1 or 3)
            || pixels.Length != (long)width * height * channels)
            throw new InvalidInputException(
                $"A picture of {width}×{height} with {channels} channels cannot have {pixels.Length} bytes. "
                + $"Expected sides of 1 to {ImageSet.MaxSide}, 1 or 3 channels, and width × height × channels bytes.");
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (red, green, blue).</summary>
    public int Channels { get; }

    /// <summary>height × width × channels bytes, channels last.</summary>
    public byte[] Pixels { get; }
}
