using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>The pixel kinds of PNG.</summary>
internal enum PngColor
{
    /// <summary>One grey sample.</summary>
    Grey = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>An index into a palette.</summary>
    Palette = 3,

    /// <summary>Grey and alpha.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue and alpha.</summary>
    Rgba = 6,
}

/// <summary>The IHDR chunk, checked.</summary>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColor Color, bool Interlaced)
{
    private const long MaxPixels = ImageSet.MaxValues; // in colour 48 MiB, so that every picture stays within the rule for readers

    /// <summary>Samples in one pixel.</summary>
    public int Samples => Color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.Rgba => 4, _ => 1 };

    /// <summary>Bits in one pixel.</summary>
    public int PixelBits => Samples * Depth;

    /// <summary>Channels of the resulting picture.</summary>
    public int Channels => Color is PngColor.Grey or PngColor.GreyAlpha ? 1 : 3;

    /// <summary>The passes over the picture: one, or the seven of Adam7.</summary>
    public IEnumerable<PngPass> Passes()
    {
        if (!Interlaced)
        {
            yield return new PngPass(0, 0, 1, 1, Width, Height);
            yield break;
        }
        foreach ((int x, int y, int dx,
            int dy) in new[] { (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2) })
        {
            PngPass pass = new(x, y, dx, dy, (Width - x + dx - 1) / dx, (Height - y + dy - 1) / dy);
            if (pass.Width > 0 && pass.Height > 0)
                yield return pass;
        }
    }

    /// <summary>Bytes in a row of pixels, without the filter byte.</summary>
    public int RowBytes(int pixels) => (int)(((long)pixels * PixelBits + 7) / 8);

    /// <summary>Reads and checks the chunk.</summary>
    /// <exception cref="InvalidInputException">The header is not that of a readable PNG.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data, string name)
    {
        if (data.Length != 13)
            throw Bad(name, $"has {data.Length} bytes where 13 are expected");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int depth = data[8];
        PngColor color = (PngColor)data[9];
        if (width is 0 or > ImageSet.MaxSide || height is 0 or > ImageSet.MaxSide || (long)width * height > MaxPixels)
            throw Bad(name, $"claims {width}×{height} pixels; sides of 1 to {ImageSet.MaxSide} and at most {MaxPixels} pixels are read");
        bool depths = color switch
        {
            PngColor.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GreyAlpha or PngColor.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!depths)
            throw Bad(name, $"claims colour type {data[9]} with {depth} bits, which PNG does not have");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw Bad(name, "claims a compression, filter or interlace method that PNG does not have");
        return new PngHeader((int)width, (int)height, depth, color, data[12] == 1);
    }

    private static InvalidInputException Bad(string name, string why) =>
        InvalidInputException.At(name, PngChunks.Signature.Length, $"the PNG header {why}. Save the picture again, smaller if need be.");
}

/// <summary>One pass of an interlaced picture: its start, the spacing of its pixels, and its size.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY, int Width, int Height);
