using System.Numerics.Tensors;

namespace Joule.Data;

/// <summary>
/// How an image becomes a state: pixels are padded on every side and brightness [0, 1] is mapped to [<see cref="Low"/>,
/// <see cref="High"/>].
/// </summary>
public sealed record ImageTransform
{
    /// <summary>Black pixels added on every side, 0 to 64.</summary>
    public int Pad { get; init; }

    /// <summary>The value that black is mapped to.</summary>
    public float Low { get; init; }

    /// <summary>The value that white is mapped to, above <see cref="Low"/>.</summary>
    public float High { get; init; } = 1;

    /// <summary>
    /// Whether 8-bit pixels are moved by uniform noise of one grey level (<see cref="DequantizedPixels"/>). Floats stay as they are.
    /// </summary>
    public bool Dequantize { get; init; }

    /// <summary>The domain of the states.</summary>
    internal ValueRange Domain => new(Low, High);

    /// <summary>Floats of a state made from an image of this size.</summary>
    public int StateLength(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Channels * (images.Height + 2 * Pad) * (images.Width + 2 * Pad);
    }

    /// <summary>Writes one image as a state, [channels, height + 2·pad, width + 2·pad].</summary>
    public void Read(ImageSet images, int index, Span<float> state)
    {
        ArgumentNullException.ThrowIfNull(images);
        int length = images.Length;
        // Brightness is read to the end of the state and moved row by row to its place, so that no other memory is needed.
        Span<float> pixels = state[(StateLength(images) - length)..StateLength(images)];
        // Floats already in the states' domain, such as samples, are copied without rounding.
        bool isState = images.Stored == Domain;
        if (isState)
            images.ReadStored(index, pixels);
        else
            images.Read(index, pixels);
        if (Dequantize && images.IsQuantized)
            DequantizedPixels.Apply(pixels);
        float range = High - Low;
        if (!isState && (range != 1 || Low != 0))
        {
            TensorPrimitives.Multiply(pixels, range, pixels);
            TensorPrimitives.Add(pixels, Low, pixels);
        }
        if (Pad == 0)
            return;
        int width = images.Width, padded = width + 2 * Pad, at = 0, source = state.Length - length;
        for (int c = 0; c < images.Channels; c++)
        {
            Fill(state, ref at, Pad * padded);
            for (int y = 0; y < images.Height; y++)
            {
                Fill(state, ref at, Pad);
                state.Slice(source, width).CopyTo(state[at..]);
                at += width;
                source += width;
                Fill(state, ref at, Pad);
            }
            Fill(state, ref at, Pad * padded);
        }
    }

    // Never reaches pixels not yet moved: what is written so far is at most what was read plus all the padding.
    private void Fill(Span<float> state, ref int at, int count)
    {
        state.Slice(at, count).Fill(Low);
        at += count;
    }
}
