namespace Joule.Data;

/// <summary>The meaning of an array's dimensions: n images, c channels, h rows, w columns, d values of one image.</summary>
public enum ImageLayout
{
    /// <summary>(n, c, h, w): channels first, as PyTorch keeps images.</summary>
    Nchw,

    /// <summary>(n, h, w, c): channels last, as Keras and Pillow keep images.</summary>
    Nhwc,

    /// <summary>(n, h, w): grey images.</summary>
    Nhw,

    /// <summary>(c, h, w): one image, channels first.</summary>
    Chw,

    /// <summary>(h, w, c): one image, channels last.</summary>
    Hwc,

    /// <summary>(h, w): one grey image.</summary>
    Hw,

    /// <summary>(n, d): one row of values per image, channel by channel.</summary>
    Nd,
}

/// <summary>The layouts by their names in options and configurations.</summary>
public static class ImageLayouts
{
    /// <summary>The names, for help and messages.</summary>
    public static string Names => string.Join(", ", Enum.GetValues<ImageLayout>().Select(layout => layout.Name()));

    /// <summary>The name: a letter for each dimension, for example <c>nhwc</c>.</summary>
    /// <param name="layout">The layout.</param>
    public static string Name(this ImageLayout layout) => layout.ToString().ToLowerInvariant();

    /// <summary>Finds a layout by its name, ignoring case; null if there is none.</summary>
    /// <param name="name">The name.</param>
    public static ImageLayout? Find(string? name)
    {
        foreach (ImageLayout layout in Enum.GetValues<ImageLayout>())
        {
            if (layout.Name().Equals(name?.Trim(), StringComparison.OrdinalIgnoreCase))
                return layout;
        }
        return null;
    }

    /// <summary>Whether the channels vary fastest.</summary>
    internal static bool IsChannelsLast(this ImageLayout layout) => layout is ImageLayout.Nhwc or ImageLayout.Hwc;
}
