using Joule.Compute;

namespace Joule.Energies;

/// <summary>Checks of the rows given to a pass of a timed energy.</summary>
internal static class TimedRows
{
    /// <summary>Checks states.</summary>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public static void Check(Rows states, int capacity, int width)
    {
        if (states.Count > capacity || states.Width != width)
        {
            throw new ArgumentException(
                $"The pass takes up to {capacity} rows of {width} floats; it was given {states.Count} of {states.Width}.");
        }
    }

    /// <summary>Checks rows of the shape of the states.</summary>
    /// <exception cref="ArgumentException">The rows do not fit.</exception>
    public static void CheckBeside(Rows rows, int count, int width)
    {
        if (rows.Count != count || rows.Width != width)
        {
            throw new ArgumentException($"The pass holds {count} states of {width} floats, and takes as many directions; "
                + $"it was given {rows.Count} of {rows.Width}.");
        }
    }
}
