namespace Joule.Data;

/// <summary>An array's shape, read as images.</summary>
/// <param name="Layout">The meaning of the dimensions.</param>
/// <param name="Count">Images.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
internal sealed record ArrayLayout(ImageLayout Layout, int Count, int Channels, int Height, int Width)
{
    /// <summary>Values of one image.</summary>
    public long Length => (long)Channels * Height * Width;

    /// <summary>
    /// The reading of a shape in a layout with the same number of dimensions; <see cref="ImageLayout.Nd"/> becomes rows, square if
    /// possible.
    /// </summary>
    public static ArrayLayout Of(ImageLayout layout, IReadOnlyList<int> shape) => layout switch
    {
        ImageLayout.Nchw => new ArrayLayout(layout, shape[0], shape[1], shape[2], shape[3]),
        ImageLayout.Nhwc => new ArrayLayout(layout, shape[0], shape[3], shape[1], shape[2]),
        ImageLayout.Nhw => new ArrayLayout(layout, shape[0], 1, shape[1], shape[2]),
        ImageLayout.Chw => new ArrayLayout(layout, 1, shape[0], shape[1], shape[2]),
        ImageLayout.Hwc => new ArrayLayout(layout, 1, shape[2], shape[0], shape[1]),
        ImageLayout.Hw => new ArrayLayout(layout, 1, 1, shape[0], shape[1]),
        _ when IsSquare(shape[1], out int side) => new ArrayLayout(layout, shape[0], 1, side, side),
        _ => new ArrayLayout(layout, shape[0], 1, 1, shape[1]),
    };

    /// <summary>Number of dimensions of a layout.</summary>
    public static int Dimensions(ImageLayout layout) => layout.Name().Length;

    /// <summary>The reading in words, for the choice between several.</summary>
    public string Describe()
    {
        string kind = Kind(Channels);
        return $"{Layout.Name()}: {(Count == 1 ? $"one {kind} image" : $"{Count} {kind} images")} of {Height}×{Width}";
    }

    /// <summary>The name of images with a number of channels.</summary>
    public static string Kind(int channels) => channels switch { 1 => "grey", 3 => "colour", _ => $"{channels}-channel" };

    /// <summary>The position of a value, in words: the image is the row, the position in it, as stored, the column.</summary>
    /// <param name="index">The value's index in C order.</param>
    public string Place(int index)
    {
        if (!Layout.IsChannelsLast())
            return ImageSet.Place(index, Channels, Height, Width);
        (int row, int column) = (index / (int)Length, index % (int)Length);
        string channel = Channels == 1 ? "" : $"channel {column % Channels}, ";
        return $"row {row}, column {column} (image {row}, {channel}pixel row {column / Channels / Width}, pixel column "
            + $"{column / Channels % Width})";
    }

    private static bool IsSquare(int number, out int side)
    {
        side = (int)Math.Round(Math.Sqrt(number));
        return side > 0 && (long)side * side == number;
    }
}
