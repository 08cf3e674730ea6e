using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The second and third derivatives of the pointwise functions, and what they do to Taylor coefficients. Those of ReLU and leaky ReLU are 0
/// at 0, as they are elsewhere; those of ELU at 0 are the ones from the left.
/// </summary>
internal static unsafe partial class PointwiseKernels
{
    /// <summary>
    /// y = f(x) with its derivatives along the path of x, and the derivatives of f′(x) along it as slopes. y may be x.
    /// </summary>
    public static void ApplyAlong(PointwiseFunction function, float parameter, in TaylorPointers at, int n)
    {
        if (Vector512.IsHardwareAccelerated)
            ApplyAlong<Lanes512, Vector512<float>, Vector512<uint>>(function, parameter, at, n);
        else if (Vector256.IsHardwareAccelerated)
            ApplyAlong<Lanes256, Vector256<float>, Vector256<uint>>(function, parameter, at, n);
        else
            ApplyAlong<Lanes128, Vector128<float>, Vector128<uint>>(function, parameter, at, n);
    }

    internal static void ApplyAlong<TLanes, TFloat, TBits>(PointwiseFunction function, float parameter, in TaylorPointers at, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (at.X1 == null)
            ApplyAlong<TLanes, TFloat, TBits, Curvatures>(function, parameter, at, n);
        else if (at.X2 == null)
            ApplyAlong<TLanes, TFloat, TBits, OrderOne>(function, parameter, at, n);
        else
            ApplyAlong<TLanes, TFloat, TBits, OrderTwo>(function, parameter, at, n);
    }

    private static void ApplyAlong<TLanes, TFloat, TBits, TMode>(PointwiseFunction function, float p, in TaylorPointers at, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TMode : struct
    {
        switch (function)
        {
            case PointwiseFunction.Relu: PlainAlong<TLanes, TFloat, TBits, TMode, Relu>(p, at, n); break;
            case PointwiseFunction.LeakyRelu: PlainAlong<TLanes, TFloat, TBits, TMode, LeakyRelu>(p, at, n); break;
            case PointwiseFunction.Silu: ExponentialAlong<TLanes, TFloat, TBits, TMode, Silu>(p, at, n); break;
            case PointwiseFunction.Softplus: ExponentialAlong<TLanes, TFloat, TBits, TMode, Softplus>(p, at, n); break;
            case PointwiseFunction.Elu: ExponentialAlong<TLanes, TFloat, TBits, TMode, Elu>(p, at, n); break;
            case PointwiseFunction.Tanh: ExponentialAlong<TLanes, TFloat, TBits, TMode, Tanh>(p, at, n); break;
            case PointwiseFunction.Sigmoid: ExponentialAlong<TLanes, TFloat, TBits, TMode, Sigmoid>(p, at, n); break;
            case PointwiseFunction.Square: PlainAlong<TLanes, TFloat, TBits, TMode, Square>(p, at, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    private static void PlainAlong<TLanes, TFloat, TBits, TMode, TFunction>(float parameter, in TaylorPointers at, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TMode : struct
        where TFunction : struct, IPlain, ICurved
    {
        TFloat p = TLanes.Spread(parameter);
        for (int i = 0; i < n; i += TLanes.Count)
        {
            TFloat x = TLanes.Load(at.X0 + i), value = TFunction.Apply<TLanes, TFloat, TBits>(x, p, out TFloat slope);
            TFunction.Curve<TLanes, TFloat, TBits>(x, x, p, value, slope, out TFloat second, out TFloat third);
            Write<TLanes, TFloat, TBits, TMode>(at, i, n - i, value, slope, second, third);
        }
    }

    // Two passes, as for the values alone: first e^−|x|, into a block of its own.
    [SkipLocalsInit]
    private static void ExponentialAlong<TLanes, TFloat, TBits, TMode, TFunction>(float parameter, in TaylorPointers at, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TMode : struct
        where TFunction : struct, IExponential, ICurved
    {
        float* exponentials = stackalloc float[Block];
        TFloat p = TLanes.Spread(parameter);
        for (int start = 0; start < n; start += Block)
        {
            int end = Math.Min(n, start + Block);
            for (int i = start; i < end; i += TLanes.Count)
            {
                TLanes.Store(VectorMath.Exp<TLanes, TFloat, TBits>(TFunction.Exponent<TLanes, TFloat, TBits>(TLanes.Load(at.X0 + i))),
                    exponentials + i - start);
            }
            for (int i = start; i < end; i += TLanes.Count)
            {
                TFloat x = TLanes.Load(at.X0 + i), e = TLanes.Load(exponentials + i - start);
                TFloat value = TFunction.Apply<TLanes, TFloat, TBits>(x, e, p, out TFloat slope);
                TFunction.Curve<TLanes, TFloat, TBits>(x, e, p, value, slope, out TFloat second, out TFloat third);
                Write<TLanes, TFloat, TBits, TMode>(at, i, n - i, value, slope, second, third);
            }
        }
    }

    // With g = f′(x): y′ = g·x′, g′ = f″·x′, y″ = g·x″ + g′·x′, g″ = f‴·x′² + f″·x″.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TLanes, TFloat, TBits, TMode>(
        in TaylorPointers at, int i, int left, TFloat value, TFloat slope, TFloat second, TFloat third)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TMode : struct
    {
        if (typeof(TMode) == typeof(Curvatures))
        {
            Put<TLanes, TFloat, TBits>(value, at.Y0 + i, left);
            Put<TLanes, TFloat, TBits>(slope, at.S0 + i, left);
            Put<TLanes, TFloat, TBits>(second, at.S1 + i, left);
            return;
        }
        TFloat x1 = TLanes.Load(at.X1 + i), slope1 = TLanes.Multiply(second, x1);
        if (typeof(TMode) == typeof(OrderTwo))
        {
            TFloat x2 = TLanes.Load(at.X2 + i);
            Put<TLanes, TFloat, TBits>(TLanes.MultiplyAdd(slope, x2, TLanes.Multiply(slope1, x1)), at.Y2 + i, left);
            Put<TLanes, TFloat, TBits>(
                TLanes.MultiplyAdd(TLanes.Multiply(third, x1), x1, TLanes.Multiply(second, x2)), at.S2 + i, left);
        }
        Put<TLanes, TFloat, TBits>(value, at.Y0 + i, left);
        Put<TLanes, TFloat, TBits>(slope, at.S0 + i, left);
        Put<TLanes, TFloat, TBits>(TLanes.Multiply(slope, x1), at.Y1 + i, left);
        Put<TLanes, TFloat, TBits>(slope1, at.S1 + i, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, TFloat, TBits>(TFloat value, float* target, int left)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (left >= TLanes.Count)
            TLanes.Store(value, target);
        else
            TLanes.StoreFirst(value, target, left);
    }

    /// <summary>Values, slopes and second derivatives of the function; no path.</summary>
    private readonly struct Curvatures;

    private readonly struct OrderOne;

    private readonly struct OrderTwo;

    /// <summary>The second and third derivative, given the value, the slope and e of <see cref="IExponential"/>.</summary>
    private interface ICurved
    {
        static abstract void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>;
    }

    private readonly partial struct Relu : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits> => second = third = TLanes.Spread(0f);
    }

    private readonly partial struct LeakyRelu : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits> => second = third = TLanes.Spread(0f);
    }

    private readonly partial struct Square : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            second = TLanes.Spread(2f);
            third = TLanes.Spread(0f);
        }
    }

    // Below, σ is the logistic function, σ′ = r·s and 1 − 2σ = ±(s − r), with r and s as for the values.
    private readonly partial struct Silu : ICurved
    {
        // f″ = 2σ′ + xσ″ and f‴ = 3σ″ + xσ‴.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            TFloat density = Density<TLanes, TFloat, TBits>(x, e, out TFloat tilt);
            TFloat shape = TLanes.MultiplyAdd(density, TLanes.Spread(-6f), TLanes.Spread(1f));
            second = TLanes.Multiply(density, TLanes.MultiplyAdd(x, tilt, TLanes.Spread(2f)));
            third = TLanes.Multiply(density, TLanes.MultiplyAdd(x, shape, TLanes.Multiply(tilt, TLanes.Spread(3f))));
        }
    }

    private readonly partial struct Softplus : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            second = Density<TLanes, TFloat, TBits>(x, e, out TFloat tilt);
            third = TLanes.Multiply(second, tilt);
        }
    }

    private readonly partial struct Elu : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits> =>
            second = third = TLanes.IfPositive(x, TLanes.Spread(0f), TLanes.Multiply(parameter, e));
    }

    private readonly partial struct Tanh : ICurved
    {
        // With u = f′ = 1 − f²: f″ = −2f·u and f‴ = (4 − 6u)·u.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            second = TLanes.Multiply(TLanes.Multiply(value, TLanes.Spread(-2f)), slope);
            third = TLanes.Multiply(TLanes.MultiplyAdd(slope, TLanes.Spread(-6f), TLanes.Spread(4f)), slope);
        }
    }

    private readonly partial struct Sigmoid : ICurved
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Curve<TLanes, TFloat, TBits>(
            TFloat x, TFloat e, TFloat parameter, TFloat value, TFloat slope, out TFloat second, out TFloat third)
            where TLanes : struct, ILanes<TFloat, TBits>
        {
            TFloat density = Density<TLanes, TFloat, TBits>(x, e, out TFloat tilt);
            second = TLanes.Multiply(density, tilt);
            third = TLanes.Multiply(density, TLanes.MultiplyAdd(density, TLanes.Spread(-6f), TLanes.Spread(1f)));
        }
    }

    /// <summary>σ′ = σ(1 − σ), and the tilt 1 − 2σ, with which σ″ = σ′·tilt and σ‴ = σ′·(1 − 6σ′).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Density<TLanes, TFloat, TBits>(TFloat x, TFloat e, out TFloat tilt)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TFloat r = VectorMath.Reciprocal<TLanes, TFloat, TBits>(e), s = TLanes.Multiply(e, r);
        TFloat difference = TLanes.MultiplyAdd(r, TLanes.Spread(-1f), s); // 1 − 2σ(|x|)
        tilt = TLanes.IfNegative(x, TLanes.Multiply(difference, TLanes.Spread(-1f)), difference);
        return TLanes.Multiply(r, s);
    }
}

/// <summary>The Taylor coefficients of a pointwise function's input, output and slope; those of higher orders may be null.</summary>
internal readonly unsafe struct TaylorPointers(TaylorRows x, TaylorRows y, TaylorRows slope)
{
    public readonly float* X0 = x.Zero.Pointer;
    public readonly float* X1 = PointerOf(x.First);
    public readonly float* X2 = PointerOf(x.Second);
    public readonly float* Y0 = y.Zero.Pointer;
    public readonly float* Y1 = PointerOf(y.First);
    public readonly float* Y2 = PointerOf(y.Second);
    public readonly float* S0 = slope.Zero.Pointer;
    public readonly float* S1 = PointerOf(slope.First);
    public readonly float* S2 = PointerOf(slope.Second);

    private static float* PointerOf(Rows rows) => rows.Count == 0 ? null : rows.Pointer;
}
