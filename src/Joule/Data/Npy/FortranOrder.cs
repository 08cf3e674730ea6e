namespace Joule.Data;

/// <summary>Maps values in Fortran order, the first index varying fastest, to their places in C order.</summary>
internal sealed class FortranOrder
{
    private readonly int[] _shape;
    private readonly int[] _index;
    private readonly int[] _strides;
    private int _to;

    /// <summary>Starts with the first value.</summary>
    /// <param name="shape">The length of each dimension.</param>
    public FortranOrder(int[] shape)
    {
        // Dimensions of length 1 do not change places, and thirty of them would be handled for every value.
        _shape = [.. shape.Where(side => side != 1)];
        _index = new int[_shape.Length];
        _strides = StridesOf(_shape);
    }

    /// <summary>Places the next values.</summary>
    public void Place<T>(ReadOnlySpan<T> values, Span<T> ordered)
    {
        foreach (T value in values)
            ordered[Next()] = value;
    }

    /// <summary>The place of the next value.</summary>
    public int Next()
    {
        int place = _to;
        for (int d = 0; d < _shape.Length; d++)
        {
            _to += _strides[d];
            if (++_index[d] < _shape[d])
                break;
            _to -= _strides[d] * _shape[d];
            _index[d] = 0;
        }
        return place;
    }

    /// <summary>The place of a value by its index in the file.</summary>
    public int PlaceOf(int number)
    {
        int place = 0;
        for (int d = 0; d < _shape.Length; d++)
        {
            place += number % _shape[d] * _strides[d];
            number /= _shape[d];
        }
        return place;
    }

    private static int[] StridesOf(int[] shape)
    {
        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Math.Max(1, shape[d]);
        }
        return strides;
    }
}
