namespace Joule.Data;

/// <summary>Converts images from channels-last to channels-first, in place.</summary>
internal static class ChannelOrder
{
    /// <summary>Converts every image, with memory for one more.</summary>
    public static void ToFirst(PixelValues values, ArrayLayout layout)
    {
        if (layout.Channels == 1)
            return;
        if (values.Bytes is not null)
            Turn(values.Bytes, layout);
        else
            Turn(values.Floats!, layout);
    }

    private static void Turn<T>(T[] values, ArrayLayout layout)
    {
        (int length, int channels) = ((int)layout.Length, layout.Channels);
        int plane = length / channels;
        T[] image = new T[length];
        for (int start = 0; start < values.Length; start += length)
        {
            values.AsSpan(start, length).CopyTo(image);
            for (int c = 0; c < channels; c++)
            {
                Span<T> to = values.AsSpan(start + (c * plane), plane);
                for (int i = 0; i < plane; i++)
                    to[i] = image[(i * channels) + c];
            }
        }
    }
}
