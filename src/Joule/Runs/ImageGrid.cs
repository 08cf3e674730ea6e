using Joule.Compute;
using Joule.Data;
using Joule.States;

namespace Joule.Runs;

/// <summary>States as one picture: a grid of images with a line of grey between them.</summary>
public static class ImageGrid
{
    private const byte Line = 60;

    /// <summary>Draws states as a grid.</summary>
    /// <param name="states">Rows laid out by <paramref name="space"/>, with 1 or 3 channels.</param>
    /// <param name="space">A box: its lower wall is black, its upper one white.</param>
    /// <param name="columns">Images in a row; a square where it is 0.</param>
    /// <param name="scale">Pixels of the picture for each pixel of an image, at least 1.</param>
    public static PngImage Draw(Rows states, StateSpace space, int columns = 0, int scale = 2)
    {
        ArgumentNullException.ThrowIfNull(space);
        int channels = space.Shape.Channels, height = space.Shape.Height, width = space.Shape.Width;
        if (channels is not (1 or 3))
            throw new InvalidInputException($"A picture needs images of 1 or 3 channels; these have {channels}. Write them as .npy instead.");
        columns = Math.Min(states.Count, columns > 0 ? columns : (int)Math.Ceiling(Math.Sqrt(states.Count)));
        int rows = (states.Count + columns - 1) / columns;
        int cellHeight = height * scale + 1, cellWidth = width * scale + 1;
        PngImage picture = new(columns * cellWidth + 1, rows * cellHeight + 1, channels, new byte[checked((columns * cellWidth + 1) * (rows * cellHeight + 1) * channels)]);
        picture.Pixels.AsSpan().Fill(Line);
        for (int i = 0; i < states.Count; i++)
        {
            ReadOnlySpan<float> state = states[i];
            int top = i / columns * cellHeight + 1, left = i % columns * cellWidth + 1;
            for (int y = 0; y < height * scale; y++)
                for (int x = 0; x < width * scale; x++)
                    for (int c = 0; c < channels; c++)
                    {
                        float value = state[(c * height + y / scale) * width + x / scale];
                        picture.Pixels[((top + y) * picture.Width + left + x) * channels + c] = Level(value, space);
                    }
        }
        return picture;
    }

    private static byte Level(float value, StateSpace space) =>
        (byte)Math.Clamp((value - space.Low) / (space.High - space.Low) * 255f + 0.5f, 0, 255);
}
