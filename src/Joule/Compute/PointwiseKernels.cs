using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>A pointwise function and its derivative on sixteen floats.</summary>
internal interface IPointwise
{
    static abstract Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope);
}

/// <summary>Element-by-element kernels. A tail shorter than a vector is done in a vector of its own, so that nothing past the end is written.</summary>
internal static unsafe class PointwiseKernels
{
    private const int Lanes = 16;

    public static void Apply(PointwiseFunction function, float parameter, float* x, float* y, float* slope, int n)
    {
        switch (function)
        {
            case PointwiseFunction.Relu: Map<Relu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.LeakyRelu: Map<LeakyRelu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Silu: Map<Silu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Softplus: Map<Softplus>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Elu: Map<Elu>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Tanh: Map<Tanh>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Sigmoid: Map<Sigmoid>(parameter, x, y, slope, n); break;
            case PointwiseFunction.Square: Map<Square>(parameter, x, y, slope, n); break;
            default: throw new ArgumentOutOfRangeException(nameof(function));
        }
    }

    public static void Multiply(float* a, float* b, float* y, int n, bool accumulate)
    {
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> product = Vector512.Load(a + i) * Vector512.Load(b + i);
            (accumulate ? product + Vector512.Load(y + i) : product).Store(y + i);
        }
        for (; i < n; i++)
            y[i] = accumulate ? a[i] * b[i] + y[i] : a[i] * b[i];
    }

    public static void Scale(float* x, float scale, float* y, int n, bool accumulate)
    {
        Vector512<float> s = Vector512.Create(scale);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> product = Vector512.Load(x + i) * s;
            (accumulate ? product + Vector512.Load(y + i) : product).Store(y + i);
        }
        for (; i < n; i++)
            y[i] = accumulate ? x[i] * scale + y[i] : x[i] * scale;
    }

    private static void Map<T>(float parameter, float* x, float* y, float* slope, int n) where T : struct, IPointwise
    {
        Vector512<float> p = Vector512.Create(parameter);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            T.Apply(Vector512.Load(x + i), p, out Vector512<float> d).Store(y + i);
            d.Store(slope + i);
        }
        if (i == n)
            return;
        float* tail = stackalloc float[3 * Lanes];
        for (int j = i; j < n; j++)
            tail[j - i] = x[j];
        T.Apply(Vector512.Load(tail), p, out Vector512<float> last).Store(tail + Lanes);
        last.Store(tail + 2 * Lanes);
        for (int j = i; j < n; j++)
        {
            y[j] = tail[Lanes + j - i];
            slope[j] = tail[2 * Lanes + j - i];
        }
    }

    private readonly struct Relu : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            // "Not below or at zero" keeps NaN.
            Vector512<float> off = Vector512.LessThanOrEqual(x, Vector512<float>.Zero);
            slope = Vector512.AndNot(Vector512<float>.One, off);
            return Vector512.AndNot(x, off);
        }
    }

    private readonly struct LeakyRelu : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            slope = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), Vector512<float>.One, parameter);
            return x * slope;
        }
    }

    private readonly struct Silu : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            Vector512<float> s = VectorMath.Sigmoid(x);
            Vector512<float> y = x * s;
            slope = VectorMath.MultiplyAdd(y, Vector512<float>.One - s, s);
            return y;
        }
    }

    private readonly struct Softplus : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            slope = VectorMath.Sigmoid(x);
            // max(x, 0) + ln(1 + e^−|x|)
            Vector512<float> e = VectorMath.Exp(-Vector512.Abs(x));
            return Vector512.MaxNative(Vector512<float>.Zero, x) + VectorMath.Log(Vector512<float>.One + e);
        }
    }

    private readonly struct Elu : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            Vector512<float> positive = Vector512.GreaterThan(x, Vector512<float>.Zero);
            Vector512<float> scaled = parameter * VectorMath.Exp(Vector512.MinNative(Vector512<float>.Zero, x));
            slope = Vector512.ConditionalSelect(positive, Vector512<float>.One, scaled);
            return Vector512.ConditionalSelect(positive, x, scaled - parameter);
        }
    }

    private readonly struct Tanh : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            // tanh x = 2·sigmoid(2x) − 1
            Vector512<float> y = VectorMath.MultiplyAdd(Vector512.Create(2f), VectorMath.Sigmoid(x + x), Vector512.Create(-1f));
            slope = Vector512<float>.One - y * y;
            return y;
        }
    }

    private readonly struct Sigmoid : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            Vector512<float> y = VectorMath.Sigmoid(x);
            slope = y * (Vector512<float>.One - y);
            return y;
        }
    }

    private readonly struct Square : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Apply(Vector512<float> x, Vector512<float> parameter, out Vector512<float> slope)
        {
            slope = x + x;
            return x * x;
        }
    }
}
