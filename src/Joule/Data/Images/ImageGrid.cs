using Joule.States;

namespace Joule.Data;

/// <summary>States as one picture: a grid of images with a line of grey between them.</summary>
public static class ImageGrid
{
    private const byte Line = 60;
    private const int Comfortable = 2048; // pixels a side, to which images are drawn twice as large

    /// <summary>Draws states as a grid.</summary>
    /// <param name="states">States laid out by <paramref name="space"/>, concatenated, with 1 or 3 channels.</param>
    /// <param name="space">A box: its lower wall is black, its upper one white.</param>
    /// <param name="columns">Images in a row; 0: about a square.</param>
    /// <param name="scale">
    /// Pixels of the picture per pixel of an image; 0: two if the picture then fits a screen, or else one.
    /// </param>
    /// <exception cref="InvalidInputException">The states' channels are not colours, or the picture would be too large.</exception>
    public static PngImage Draw(ReadOnlySpan<float> states, StateSpace space, int columns = 0, int scale = 0)
    {
        ArgumentNullException.ThrowIfNull(space);
        int count = states.Length / space.Width;
        Check(space, count);
        if (scale == 0)
            scale = Side(space.Shape, count, 2) <= Comfortable ? 2 : 1;
        int channels = space.Shape.Channels, height = space.Shape.Height, width = space.Shape.Width;
        columns = Math.Min(count, columns > 0 ? columns : (int)Math.Ceiling(Math.Sqrt(count)));
        int rows = (count + columns - 1) / columns;
        int cellHeight = height * scale + 1, cellWidth = width * scale + 1;
        int pictureWidth = columns * cellWidth + 1, pictureHeight = rows * cellHeight + 1;
        PngImage picture = new(pictureWidth, pictureHeight, channels, new byte[checked(pictureWidth * pictureHeight * channels)]);
        picture.Pixels.AsSpan().Fill(Line);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> state = states.Slice(i * space.Width, space.Width);
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

    /// <summary>Whether states can be drawn as images: a box of 1 or 3 channels.</summary>
    public static bool CanDraw(StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.HasWalls && space.Shape.Channels is 1 or 3;
    }

    /// <summary>Checks that states can be drawn as one picture.</summary>
    /// <param name="space">The state space.</param>
    /// <param name="count">Number of states, at least 1.</param>
    /// <exception cref="InvalidInputException">The states' channels are not colours, or the picture would be too large.</exception>
    public static void Check(StateSpace space, int count)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (!CanDraw(space))
            throw new InvalidInputException(
                $"A picture needs states of 1 or 3 channels in a box; these are {space}. Write FILE.npy instead.");
        if (Side(space.Shape, count, 1) is > ImageSet.MaxSide and long side)
            throw new InvalidInputException($"A picture of {count:N0} images would have {side:N0} pixels a side; at most "
                + $"{ImageSet.MaxSide:N0} can be written. Draw fewer, or write FILE.npy.");
    }

    /// <summary>The longer side of a square picture, in pixels.</summary>
    /// <param name="shape">The shape of a state.</param>
    /// <param name="count">Number of states.</param>
    /// <param name="scale">Pixels of the picture per pixel of an image.</param>
    public static long Side(Shape shape, int count, int scale) =>
        (long)Math.Ceiling(Math.Sqrt(count)) * (Math.Max(shape.Height, shape.Width) * scale + 1) + 1;

    private static byte Level(float value, StateSpace space) =>
        (byte)Math.Clamp((value - space.Low) / (space.High - space.Low) * 255f + 0.5f, 0, 255);
}
