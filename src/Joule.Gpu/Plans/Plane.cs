namespace Joule.Gpu.Plans;

/// <summary>
/// The numbers of one chain between two layers, in shared memory: rows of pixels with a border of zeros, all channels of a pixel together,
/// padded to a multiple of four. A plane of one channel has one float per pixel. A vector is one pixel.
/// </summary>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Pixels of a column.</param>
/// <param name="Width">Pixels of a row.</param>
internal sealed record Plane(int Channels, int Height, int Width)
{
    /// <summary>Pixels of zeros above.</summary>
    public int Top { get; private set; }

    /// <summary>Pixels of zeros to the left.</summary>
    public int Left { get; private set; }

    /// <summary>Pixels of zeros below.</summary>
    public int Bottom { get; private set; }

    /// <summary>Pixels of zeros to the right.</summary>
    public int Right { get; private set; }

    /// <summary>The byte of the first chain's plane.</summary>
    public int At { get; set; } = -1;

    /// <summary>Whether a pixel is one float.</summary>
    public bool IsScalar => Channels == 1 && Height * Width > 1;

    /// <summary>Floats of a pixel.</summary>
    public int PixelFloats => IsScalar ? 1 : (Channels + 3) / 4 * 4;

    /// <summary>Floats of a row of pixels, the border included.</summary>
    public int RowFloats => (Left + Width + Right) * PixelFloats;

    /// <summary>Floats of a chain's plane, a multiple of four.</summary>
    public int Floats => ((Top + Height + Bottom) * RowFloats + 3) / 4 * 4;

    /// <summary>Floats without the border.</summary>
    public int InnerFloats => Height * Width * PixelFloats;

    /// <summary>Whether pixels follow each other without a border.</summary>
    public bool IsDense => Top + Left + Bottom + Right == 0;

    /// <summary>The float of a pixel's first channel; it may lie in the border.</summary>
    public int Pixel(int y, int x) => (Top + y) * RowFloats + (Left + x) * PixelFloats;

    /// <summary>Makes the border wide enough for pixels that lie outside.</summary>
    public void Widen(int firstRow, int lastRow, int firstColumn, int lastColumn)
    {
        Top = Math.Max(Top, -firstRow);
        Bottom = Math.Max(Bottom, lastRow - Height + 1);
        Left = Math.Max(Left, -firstColumn);
        Right = Math.Max(Right, lastColumn - Width + 1);
    }
}
