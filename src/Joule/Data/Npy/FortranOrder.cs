namespace Joule.Data;

/// <summary>Takes values in the order of a Fortran array, the first index running fastest, to their places in C order.</summary>
internal sealed class FortranOrder
{
    private readonly int[] shape;
    private readonly int[] index;
    private readonly int[] strides;
    private int to;

    /// <summary>Starts with the first value.</summary>
    /// <param name="shape">The length of each dimension.</param>
    public FortranOrder(int[] shape)
    {
        // Dimensions of length 1 change no place, and thirty of them would be turned over at every value.
        this.shape = [.. shape.Where(side => side != 1)];
        index = new int[this.shape.Length];
        strides = StridesOf(this.shape);
    }

    /// <summary>Places the next values.</summary>
    public void Place<T>(ReadOnlySpan<T> values, Span<T> ordered)
    {
        foreach (var value in values) ordered[Next()] = value;
    }

    /// <summary>The place of the next value.</summary>
    public int Next()
    {
        var place = to;
        for (var d = 0; d < shape.Length; d++)
        {
            to += strides[d];
            if (++index[d] < shape[d]) break;
            to -= strides[d] * shape[d];
            index[d] = 0;
        }
        return place;
    }

    /// <summary>The place of a value by its number in the file.</summary>
    public int PlaceOf(int number)
    {
        var place = 0;
        for (var d = 0; d < shape.Length; d++)
        {
            place += number % shape[d] * strides[d];
            number /= shape[d];
        }
        return place;
    }

    private static int[] StridesOf(int[] shape)
    {
        var strides = new int[shape.Length];
        var stride = 1;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Math.Max(1, shape[d]);
        }
        return strides;
    }
}
