using System.Numerics.Tensors;

namespace Joule.Data;

/// <summary>The values of images in memory: bytes or floats.</summary>
/// <param name="Bytes">Bytes, or null.</param>
/// <param name="Levels">The brightness of every byte; null: byte b is b/255.</param>
/// <param name="Floats">Floats, or null.</param>
/// <param name="Stored">The values of black and white among the floats.</param>
internal sealed record PixelValues(byte[]? Bytes, float[]? Levels, float[]? Floats, ValueRange Stored);

/// <summary>Values outside the range that they are read in.</summary>
/// <param name="Index">The index of the first of them in C order.</param>
/// <param name="Value">That value.</param>
/// <param name="Least">The smallest value of all.</param>
/// <param name="Most">The largest value of all.</param>
internal readonly record struct OutsideRange(int Index, double Value, double Least, double Most);

/// <summary>
/// Receives the values of an array, checks them against its range, and stores them compactly: integers in 0..255 of any width as bytes, so
/// that the same image has the same bits; other one-byte types as bytes with a table; all others as floats.
/// </summary>
internal sealed class PixelSink
{
    /// <summary>
    /// How far a float may lie beyond a wall of its range by rounding, as a share of the range. Such a value becomes the wall.
    /// </summary>
    public const double Tolerance = 1e-5;

    /// <summary>The same for 16-bit floats: the distance from 1 to the next one.</summary>
    public const double HalfTolerance = 1.0 / 1024;

    private readonly ElementType _type;
    private readonly ValueRange _range;
    private readonly Func<OutsideRange, InvalidInputException> _outside;
    private readonly bool _keepsFloats;
    private readonly byte[]? _bytes;
    private readonly float[]? _levels;
    private readonly float[]? _floats;
    private readonly double _slack;
    private int _outsideAt = -1;
    private double _outsideValue;

    /// <summary>Allocates the memory.</summary>
    /// <param name="count">Number of values.</param>
    /// <param name="type">Their type.</param>
    /// <param name="range">The values of black and white.</param>
    /// <param name="domain">The domain of the model's states: floats in it are kept as they are.</param>
    /// <param name="outside">Creates the error of values outside the range.</param>
    public PixelSink(int count, ElementType type, ValueRange range, ValueRange domain, Func<OutsideRange, InvalidInputException> outside)
    {
        (_type, _range, _outside) = (type, range, outside);
        // 16-bit floats are coarser than the tolerance: one unit in the last place is rounding too.
        _slack = type.IsWhole ? 0 : (type.Size == 2 ? HalfTolerance : Tolerance) * (range.High - range.Low);
        if (type.Size == 1 && range != ValueRange.Bytes)
            _levels = LevelsOf(type, range);
        if (_levels is not null || (type.IsWhole && range == ValueRange.Bytes))
            _bytes = new byte[count];
        else
            _floats = new float[count];
        _keepsFloats = !type.IsWhole && (range == ValueRange.Unit || range == domain);
    }

    /// <summary>Whether some value lies below 0.</summary>
    public bool HasNegative { get; private set; }

    /// <summary>The largest value; of bytes in 0..255, whether it is 0, 1 or more.</summary>
    public double Most { get; private set; } = double.NegativeInfinity;

    /// <summary>The smallest value, if values are noted one by one.</summary>
    private double Least { get; set; } = double.PositiveInfinity;

    /// <summary>All values.</summary>
    public PixelValues Values => new(_bytes, _levels, _floats, _keepsFloats ? _range : ValueRange.Unit);

    /// <summary>
    /// The memory of bytes that need no change, for a reader to fill before <see cref="CheckBytes"/>; null if there are none.
    /// </summary>
    public byte[]? RawBytes => _type.Size == 1 ? _bytes : null;

    /// <summary>The memory of floats, for a reader to fill with floats of 32 bits before <see cref="CheckFloats"/>.</summary>
    public float[]? RawFloats => _type.IsWhole ? null : _floats;

    /// <summary>Adds some values.</summary>
    /// <param name="values">The values in the order of the file.</param>
    /// <param name="first">The index of the first in that order.</param>
    /// <param name="order">The order of the file, if it is not C order.</param>
    public void Put(ReadOnlySpan<double> values, int first, FortranOrder? order)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            if (!(value >= _range.Low && value <= _range.High))
                value = Rounded(value, order?.PlaceOf(first + i) ?? first + i);
            Note(values[i]);
            int at = order is null ? first + i : order.Next();
            if (_floats is not null)
                _floats[at] = _keepsFloats ? (float)value : _range.Brightness(value);
            else
                _bytes![at] = (byte)(int)value;
        }
    }

    /// <summary>Checks bytes that were read unchanged.</summary>
    public void CheckBytes()
    {
        if (_type.Kind == ElementKind.Unsigned && _levels is null)
        {
            // Every byte lies in 0..255; only whether there is more than 0 and 1 matters.
            Most = _bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0
                ? byte.MaxValue
                : _bytes.AsSpan().Contains((byte)1) ? 1 : 0;
            return;
        }
        Span<bool> seen = stackalloc bool[256];
        foreach (byte value in _bytes!)
            seen[value] = true;
        for (int b = 0; b < seen.Length; b++)
        {
            if (!seen[b])
                continue;
            double value = ValueOf(_type, (byte)b);
            if (!(value >= _range.Low && value <= _range.High))
                Outside(_bytes.AsSpan().IndexOf((byte)b), value);
            Note(value);
        }
    }

    /// <summary>Ends the reading: only after all values is it known how far they lie outside.</summary>
    /// <exception cref="InvalidInputException">Some value lies outside the range.</exception>
    public void Finish()
    {
        if (_outsideAt >= 0)
            throw _outside(new OutsideRange(_outsideAt, _outsideValue, Math.Min(Least, _outsideValue), Math.Max(Most, _outsideValue)));
    }

    /// <summary>Checks floats that were read unchanged, and moves values outside by rounding to the wall.</summary>
    public void CheckFloats()
    {
        (float low, float high) = ((float)_range.Low, (float)_range.High);
        for (int from = 0; from < _floats!.Length;)
        {
            int found = _floats.AsSpan(from).IndexOfAnyExceptInRange(low, high);
            if (found < 0)
                break;
            from += found;
            Note(_floats[from]);
            _floats[from] = (float)Rounded(_floats[from], from);
            from++;
        }
        HasNegative |= _floats.AsSpan().IndexOfAnyInRange(float.MinValue, -float.Epsilon) >= 0;
        Least = Math.Min(Least, TensorPrimitives.Min<float>(_floats));
        Most = Math.Max(Most, TensorPrimitives.Max<float>(_floats));
        if (_keepsFloats)
            return;
        for (int i = 0; i < _floats.Length; i++)
            _floats[i] = _range.Brightness(_floats[i]);
    }

    /// <summary>The number of a one-byte type for this byte.</summary>
    private static double ValueOf(ElementType type, byte value) => type.Kind == ElementKind.Signed ? (sbyte)value : value;

    private static float[] LevelsOf(ElementType type, ValueRange range)
    {
        float[] levels = new float[256];
        for (int b = 0; b < levels.Length; b++)
            levels[b] = Math.Clamp(range.Brightness(ValueOf(type, (byte)b)), 0f, 1f);
        return levels;
    }

    private double Rounded(double value, int index)
    {
        if (!(value >= _range.Low - _slack && value <= _range.High + _slack))
            Outside(index, value);
        return Math.Clamp(value, _range.Low, _range.High);
    }

    /// <summary>Keeps the first value outside; a non-finite number is an immediate error.</summary>
    private void Outside(int index, double value)
    {
        if (!double.IsFinite(value))
            throw _outside(new OutsideRange(index, value, value, value));
        if (_outsideAt < 0 || index < _outsideAt)
            (_outsideAt, _outsideValue) = (index, value);
    }

    private void Note(double value)
    {
        HasNegative |= value < 0;
        if (value > Most)
            Most = value;
        if (value < Least)
            Least = value;
    }
}
