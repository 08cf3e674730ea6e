using Joule.Compute;
using Joule.Data;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Chooses how large a grid of samples is drawn.</summary>
internal static class SampleGrid
{
    private const int Comfortable = 2048; // pixels a side, to which images are drawn twice as large

    /// <summary>Raises an error where samples cannot be drawn as one picture.</summary>
    /// <exception cref="InvalidInputException">They have channels that are no colours, or the picture would be too large.</exception>
    public static void Check(Shape shape, int count)
    {
        if (shape.Channels is not (1 or 3))
            throw new InvalidInputException($"A picture needs states of 1 or 3 channels; this model's have {shape.Channels}. Write --out FILE.npy instead.");
        if (Side(shape, count, 1) > ImageSet.MaxSide)
            throw new InvalidInputException($"A picture of {count:N0} images would have {Side(shape, count, 1):N0} pixels a side; at most {ImageSet.MaxSide:N0} can be written. Draw fewer, or write --out FILE.npy.");
    }

    /// <summary>Draws all states.</summary>
    public static PngImage Draw(Rows states, StateSpace space) =>
        ImageGrid.Draw(states, space, scale: Side(space.Shape, states.Count, 2) <= Comfortable ? 2 : 1);

    /// <summary>The longer side of the picture, in pixels.</summary>
    public static long Side(Shape shape, int count, int scale) => (long)Math.Ceiling(Math.Sqrt(count)) * (Math.Max(shape.Height, shape.Width) * scale + 1) + 1;
}
