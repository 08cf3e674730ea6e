using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Elementwise kernels. The rest that does not fill a vector is stored in parts, so that nothing past the end is written.
/// </summary>
internal static unsafe partial class PointwiseKernels
{
    private const int Lanes = 16;

    // Floats that one pass leaves in the first-level cache for the next.
    private const int Block = 1024;

    /// <summary>
    /// y = f(x), which may be in place, and slope = f′(x) unless it is null. The values are the same in both cases, bit for bit.
    /// </summary>
    public static void Apply(PointwiseFunction function, float parameter, float* x, float* y, float* slope, int n)
    {
        if (Vector512.IsHardwareAccelerated)
            Apply<Lanes512, Vector512<float>, Vector512<uint>>(function, parameter, x, y, slope, n);
        else if (Vector256.IsHardwareAccelerated)
            Apply<Lanes256, Vector256<float>, Vector256<uint>>(function, parameter, x, y, slope, n);
        else
            Apply<Lanes128, Vector128<float>, Vector128<uint>>(function, parameter, x, y, slope, n);
    }

    public static void Multiply(float* a, float* b, float* y, int n, bool accumulate)
    {
        int i = 0;
        if (accumulate)
        {
            for (; i <= n - Lanes; i += Lanes)
                (Vector512.Load(a + i) * Vector512.Load(b + i) + Vector512.Load(y + i)).Store(y + i);
            for (; i < n; i++)
                y[i] = a[i] * b[i] + y[i];
        }
        else
        {
            for (; i <= n - Lanes; i += Lanes)
                (Vector512.Load(a + i) * Vector512.Load(b + i)).Store(y + i);
            for (; i < n; i++)
                y[i] = a[i] * b[i];
        }
    }

    public static void Scale(float* x, float scale, float* y, int n, bool accumulate)
    {
        Vector512<float> s = Vector512.Create(scale);
        int i = 0;
        if (accumulate)
        {
            for (; i <= n - Lanes; i += Lanes)
                (Vector512.Load(x + i) * s + Vector512.Load(y + i)).Store(y + i);
            for (; i < n; i++)
                y[i] = x[i] * scale + y[i];
        }
        else
        {
            for (; i <= n - Lanes; i += Lanes)
                (Vector512.Load(x + i) * s).Store(y + i);
            for (; i < n; i++)
                y[i] = x[i] * scale;
        }
    }

    /// <summary>total[j] += Σᵢ rows[i·stride + j], i ascending, for j below <paramref name="width"/>.</summary>
    public static void AddRows(float* rows, nint stride, int count, int width, float* total)
    {
        int j = 0;
        for (; j <= width - Lanes; j += Lanes)
        {
            Vector512<float> sum = Vector512.Load(total + j);
            float* row = rows + j;
            for (int i = 0; i < count; i++, row += stride)
                sum += Vector512.Load(row);
            sum.Store(total + j);
        }
        for (; j < width; j++)
        {
            float* row = rows + j;
            for (int i = 0; i < count; i++, row += stride)
                total[j] += *row;
        }
    }

    internal static void Apply<TLanes, TFloat, TBits>(PointwiseFunction function, float parameter, float* x, float* y, float* slope, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (slope == null)
            Apply<TLanes, TFloat, TBits, ValuesAlone>(function, parameter, x, y, slope, n);
        else
            Apply<TLanes, TFloat, TBits, WithSlopes>(function, parameter, x, y, slope, n);
    }

    private static void Apply<TLanes, TFloat, TBits, TSlopes>(
        PointwiseFunction function, float parameter, float* x, float* y, float* slope, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TSlopes : struct
    {
        switch (function)
        {
            case PointwiseFunction.Relu: Plain<TLanes, TFloat, TBits, TSlopes, Relu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.LeakyRelu: Plain<TLanes, TFloat, TBits, TSlopes, LeakyRelu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Silu: Exponential<TLanes, TFloat, TBits, TSlopes, Silu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Softplus: Exponential<TLanes, TFloat, TBits, TSlopes, Softplus>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Elu: Exponential<TLanes, TFloat, TBits, TSlopes, Elu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Tanh: Exponential<TLanes, TFloat, TBits, TSlopes, Tanh>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Sigmoid: Exponential<TLanes, TFloat, TBits, TSlopes, Sigmoid>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Square: Plain<TLanes, TFloat, TBits, TSlopes, Square>(parameter, x, y, slope, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    private static void Plain<TLanes, TFloat, TBits, TSlopes, TFunction>(float parameter, float* x, float* y, float* slope, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TSlopes : struct
        where TFunction : struct, IPlain
    {
        TFloat p = TLanes.Spread(parameter), value, d;
        int i = 0;
        for (; i <= n - TLanes.Count; i += TLanes.Count)
        {
            value = TFunction.Apply<TLanes, TFloat, TBits>(TLanes.Load(x + i), p, out d);
            TLanes.Store(value, y + i);
            if (typeof(TSlopes) == typeof(WithSlopes))
                TLanes.Store(d, slope + i);
        }
        if (i == n)
            return;
        value = TFunction.Apply<TLanes, TFloat, TBits>(TLanes.Load(x + i), p, out d);
        TLanes.StoreFirst(value, y + i, n - i);
        if (typeof(TSlopes) == typeof(WithSlopes))
            TLanes.StoreFirst(d, slope + i, n - i);
    }

    // Two passes: first e^−|x|, to the slope's memory or into a separate block, then the rest. In a single pass each vector would be a
    // chain of twice as many dependent operations, and a processor looks ahead only so far: it would find too few independent ones.
    [SkipLocalsInit]
    private static void Exponential<TLanes, TFloat, TBits, TSlopes, TFunction>(float parameter, float* x, float* y, float* slope, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TSlopes : struct
        where TFunction : struct, IExponential
    {
        bool alone = typeof(TSlopes) == typeof(ValuesAlone);
        float* own = stackalloc float[alone ? Block : 1];
        for (; n > 0; n -= Block, x += Block, y += Block, slope += alone ? 0 : Block)
            TwoPasses<TLanes, TFloat, TBits, TSlopes, TFunction>(parameter, x, y, alone ? own : slope, Math.Min(n, Block));
    }

    private static void TwoPasses<TLanes, TFloat, TBits, TSlopes, TFunction>(float parameter, float* x, float* y, float* slope, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TSlopes : struct
        where TFunction : struct, IExponential
    {
        int whole = n & -TLanes.Count;
        for (int i = 0; i < whole; i += TLanes.Count)
            TLanes.Store(VectorMath.Exp<TLanes, TFloat, TBits>(TFunction.Exponent<TLanes, TFloat, TBits>(TLanes.Load(x + i))), slope + i);
        TFloat p = TLanes.Spread(parameter), value, d;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            value = TFunction.Apply<TLanes, TFloat, TBits>(TLanes.Load(x + i), TLanes.Load(slope + i), p, out d);
            TLanes.Store(value, y + i);
            if (typeof(TSlopes) == typeof(WithSlopes))
                TLanes.Store(d, slope + i);
        }
        if (whole == n)
            return;
        value = TLanes.Load(x + whole);
        d = VectorMath.Exp<TLanes, TFloat, TBits>(TFunction.Exponent<TLanes, TFloat, TBits>(value));
        value = TFunction.Apply<TLanes, TFloat, TBits>(value, d, p, out d);
        TLanes.StoreFirst(value, y + whole, n - whole);
        if (typeof(TSlopes) == typeof(WithSlopes))
            TLanes.StoreFirst(d, slope + whole, n - whole);
    }

    private readonly struct WithSlopes;

    private readonly struct ValuesAlone;

    /// <summary>A function and its derivative.</summary>
    private interface IPlain
    {
        static abstract TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>;
    }

    /// <summary>A function and its derivative, given e^−|x| or, for <see cref="Tanh"/>, e^−2|x|.</summary>
    private interface IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static virtual TFloat Exponent<TLanes, TFloat, TBits>(TFloat x)
            where TLanes : struct, ILanes<TFloat, TBits> => VectorMath.NegativeAbs<TLanes, TFloat, TBits>(x);

        static abstract TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>;
    }

    private readonly partial struct Relu : IPlain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            slope = TLanes.IfPositive(x, TLanes.Spread(1f), TLanes.Spread(0f));
            return TLanes.Max(TLanes.Spread(0f), x);
        }
    }

    private readonly partial struct LeakyRelu : IPlain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            slope = TLanes.IfPositive(x, TLanes.Spread(1f), parameter);
            return TLanes.Multiply(x, slope);
        }
    }

    private readonly partial struct Square : IPlain
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            slope = TLanes.Add(x, x);
            return TLanes.Multiply(x, x);
        }
    }

    // Below, r = 1 / (1 + e) is the logistic function of |x|, and e·r that of −|x|: neither is a difference of nearly equal numbers.
    private readonly partial struct Silu : IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Exponent<TLanes, TFloat, TBits>(TFloat x)
            where TLanes : struct, ILanes<TFloat, TBits> => VectorMath.NegativeAbsOfNumber<TLanes, TFloat, TBits>(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            // The logistic function's derivative is r·s. Where it is too small for a normal number, e is 0, so x need not be limited.
            TFloat r = VectorMath.Reciprocal<TLanes, TFloat, TBits>(e), s = TLanes.Multiply(e, r);
            TFloat logistic = TLanes.IfNegative(x, s, r);
            slope = TLanes.MultiplyAdd(x, TLanes.Multiply(r, s), logistic);
            return TLanes.Multiply(x, logistic);
        }
    }

    private readonly partial struct Softplus : IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            TFloat r = VectorMath.Reciprocal<TLanes, TFloat, TBits>(e);
            slope = TLanes.IfNegative(x, TLanes.Multiply(e, r), r);
            return TLanes.Add(TLanes.Max(TLanes.Spread(0f), x), VectorMath.LogOnePlus<TLanes, TFloat, TBits>(e));
        }
    }

    private readonly partial struct Elu : IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            slope = TLanes.IfPositive(x, TLanes.Spread(1f), TLanes.Multiply(parameter, e));
            return TLanes.IfPositive(x, x, TLanes.Multiply(parameter, TLanes.Add(e, TLanes.Spread(-1f))));
        }
    }

    private readonly partial struct Tanh : IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Exponent<TLanes, TFloat, TBits>(TFloat x)
            where TLanes : struct, ILanes<TFloat, TBits> => VectorMath.NegativeAbs<TLanes, TFloat, TBits>(TLanes.Add(x, x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            // tanh |x| = (1 − e)/(1 + e), and 1 − tanh² x = 4e/(1 + e)².
            TFloat r = VectorMath.Reciprocal<TLanes, TFloat, TBits>(e), twice = TLanes.Add(r, r);
            slope = TLanes.Multiply(TLanes.Multiply(e, twice), twice);
            TFloat y = TLanes.Multiply(TLanes.MultiplyAdd(e, TLanes.Spread(-1f), TLanes.Spread(1f)), r);
            return TLanes.AsFloat(TLanes.XorAnd(TLanes.AsBits(y), TLanes.AsBits(x), TLanes.Spread(0x80000000u)));
        }
    }

    private readonly partial struct Sigmoid : IExponential
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TFloat Apply<TLanes, TFloat, TBits>(TFloat x, TFloat e, TFloat parameter, out TFloat slope)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            TFloat r = VectorMath.Reciprocal<TLanes, TFloat, TBits>(e), s = TLanes.Multiply(e, r);
            slope = TLanes.Multiply(r, s);
            return TLanes.IfNegative(x, s, r);
        }
    }
}
