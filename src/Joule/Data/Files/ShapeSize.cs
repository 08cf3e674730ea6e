namespace Joule.Data;

/// <summary>The number of values of a shape, without overflow.</summary>
internal static class ShapeSize
{
    /// <summary>
    /// The product of the dimensions; <see cref="UInt128.MaxValue"/> if it exceeds 2⁹⁶ or a dimension is negative. A shape without
    /// dimensions holds one value.
    /// </summary>
    public static UInt128 Of(IReadOnlyList<int> shape)
    {
        if (shape.Any(side => side < 0))
            return UInt128.MaxValue;
        if (shape.Contains(0))
            return 0;
        UInt128 size = 1;
        foreach (int side in shape)
        {
            if (size > ulong.MaxValue)
                return UInt128.MaxValue;
            size *= (uint)side;
        }
        return size;
    }

    /// <summary>Whether a shape holds exactly this many values.</summary>
    public static bool Is(IReadOnlyList<int> shape, long values)
    {
        bool empty = false;
        foreach (int side in shape)
        {
            if (side < 0)
                return false;
            empty |= side == 0;
        }
        if (empty)
            return values == 0;
        foreach (int side in shape)
        {
            if (values % side != 0)
                return false;
            values /= side;
        }
        return values == 1;
    }
}
