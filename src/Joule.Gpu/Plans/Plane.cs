namespace Joule.Gpu.Plans;

/// <summary>
/// The numbers of one chain between two layers, in shared memory: rows of pixels with a border of zeros, all channels of a pixel together,
/// padded to a multiple of four. States of one channel have one float per pixel. A vector is one pixel.
/// </summary>
/// <param name="channels">Channels.</param>
/// <param name="height">Pixels of a column.</param>
/// <param name="width">Pixels of a row.</param>
internal sealed class Plane(int channels, int height, int width)
{
    /// <summary>Channels.</summary>
    public int Channels => channels;

    /// <summary>Pixels of a column.</summary>
    public int Height => height;

    /// <summary>Pixels of a row.</summary>
    public int Width => width;

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
    public bool IsScalar { get; init; }

    /// <summary>Pixels without the border.</summary>
    public int Pixels => Height * Width;

    /// <summary>Groups of four channels of a pixel; 1 if a pixel is one float.</summary>
    public int Quads => (PixelFloats + 3) / 4;

    /// <summary>Pixels times <see cref="Quads"/>: what elementwise operations take at a time.</summary>
    public int Cells => Pixels * Quads;

    /// <summary>Numbers of a chain, without padding.</summary>
    public int Numbers => Channels * Pixels;

    /// <summary>Floats of a pixel.</summary>
    public int PixelFloats => IsScalar ? 1 : (Channels + 3) / 4 * 4;

    /// <summary>Floats of a row of pixels, the border included.</summary>
    public int RowFloats => (Left + Width + Right) * PixelFloats;

    /// <summary>Floats of a chain's plane, a multiple of four.</summary>
    public int Floats => ((Top + Height + Bottom) * RowFloats + 3) / 4 * 4;

    /// <summary>Floats without the border.</summary>
    public int InnerFloats => Height * Width * PixelFloats;

    /// <summary>The float of a pixel's first channel; it may lie in the border.</summary>
    public int Pixel(int y, int x) => (Top + y) * RowFloats + (Left + x) * PixelFloats;

    /// <summary>Another plane with the same cells, without a border.</summary>
    public Plane Alike() => new(Channels, Height, Width) { IsScalar = IsScalar };

    /// <summary>Whether two planes have the same cells; their borders may differ.</summary>
    public bool HasCellsOf(Plane other) =>
        (Channels, Height, Width, IsScalar) == (other.Channels, other.Height, other.Width, other.IsScalar);

    /// <summary>The number, in the public order with channels first, of a float without the border; −1 for padding.</summary>
    public int Number(int inner)
    {
        int pixel = inner / PixelFloats, channel = inner % PixelFloats;
        return channel < Channels && pixel < Pixels ? channel * Pixels + pixel : -1;
    }

    /// <summary>Makes the border wide enough for pixels that lie outside.</summary>
    public void Widen(int firstRow, int lastRow, int firstColumn, int lastColumn)
    {
        Top = Math.Max(Top, -firstRow);
        Bottom = Math.Max(Bottom, lastRow - Height + 1);
        Left = Math.Max(Left, -firstColumn);
        Right = Math.Max(Right, lastColumn - Width + 1);
    }

    /// <summary>Gives two planes with the same cells the same border, so that they can lie in one place.</summary>
    public static void Unite(Plane a, Plane b)
    {
        (a.Top, a.Left) = (b.Top, b.Left) = (Math.Max(a.Top, b.Top), Math.Max(a.Left, b.Left));
        (a.Bottom, a.Right) = (b.Bottom, b.Right) = (Math.Max(a.Bottom, b.Bottom), Math.Max(a.Right, b.Right));
    }
}
