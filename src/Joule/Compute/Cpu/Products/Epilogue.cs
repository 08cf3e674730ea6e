namespace Joule.Compute;

/// <summary>What a product does to the numbers just written, while they are in the nearest cache.</summary>
internal readonly unsafe struct Epilogue
{
    private readonly PointwiseFunction? _function;
    private readonly float _parameter;
    private readonly float* _slope;
    private readonly bool _multiply;

    private Epilogue(PointwiseFunction? function, float parameter, float* slope, bool multiply)
    {
        _function = function;
        _parameter = parameter;
        _slope = slope;
        _multiply = multiply;
    }

    /// <summary>y = f(z), and slope = f′(z) at the same offsets unless it is null.</summary>
    public static Epilogue Activate(PointwiseFunction function, float parameter, float* slope) => new(function, parameter, slope, false);

    /// <summary>y = z · slope, with the slope at the same offsets.</summary>
    public static Epilogue MultiplyBy(float* slope) => new(null, 0, slope, true);

    /// <summary>The factor that the tiles apply as they store, or null.</summary>
    public float* Factor => _multiply ? _slope : null;

    /// <summary>The same for memory that starts some floats later.</summary>
    public Epilogue Offset(nint floats) => _slope == null ? this : new(_function, _parameter, _slope + floats, _multiply);

    /// <summary>Processes rows [first, first + count) of n numbers.</summary>
    public void Apply(float* c, RowOffsets rows, int first, int count, int n)
    {
        if (_function is not { } function)
            return;
        if (rows.Table == null && rows.Stride == n)
        {
            One(function, c, first * rows.Stride, count * n);
            return;
        }
        for (int i = first; i < first + count; i++)
            One(function, c, rows.Table == null ? i * rows.Stride : rows.Table[i], n);
    }

    private void One(PointwiseFunction function, float* c, nint offset, int length) =>
        PointwiseKernels.Apply(function, _parameter, c + offset, c + offset, _slope == null ? null : _slope + offset, length);
}
