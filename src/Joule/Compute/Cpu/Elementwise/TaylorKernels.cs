using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Elementwise kernels that mix the orders of Taylor coefficients. With s the slope of a pointwise function and its derivatives along the
/// path, the reverse of y = f(x) is dx″ = s·dy″, dx′ = s·dy′ + 2s′·dy″ and dx = s·dy + s′·dy′ + s″·dy″.
/// </summary>
internal static unsafe class TaylorKernels
{
    /// <summary>The reverse of a pointwise function along a path, given the reverse of its output; dx may be dy.</summary>
    public static void Reverse(in TaylorRows dy, in TaylorRows slope, in TaylorRows dx, bool accumulate)
    {
        TaylorPointers at = new(dy, dx, slope);
        if (Vector512.IsHardwareAccelerated)
            Reverse<Lanes512, Vector512<float>, Vector512<uint>>(at, dy.Zero.Length, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Reverse<Lanes256, Vector256<float>, Vector256<uint>>(at, dy.Zero.Length, accumulate);
        else
            Reverse<Lanes128, Vector128<float>, Vector128<uint>>(at, dy.Zero.Length, accumulate);
    }

    /// <summary>curvature ← curvature·x and, unless y is null, y (+)= slope·x; y may be x.</summary>
    public static void Follow(float* x, float* slope, float* curvature, float* y, int n, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated)
            Follow<Lanes512, Vector512<float>, Vector512<uint>>(x, slope, curvature, y, n, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Follow<Lanes256, Vector256<float>, Vector256<uint>>(x, slope, curvature, y, n, accumulate);
        else
            Follow<Lanes128, Vector128<float>, Vector128<uint>>(x, slope, curvature, y, n, accumulate);
    }

    /// <summary>dx (+)= slope·dy + bend; dx may be dy.</summary>
    public static void Close(float* dy, float* slope, float* bend, float* dx, int n, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated)
            Close<Lanes512, Vector512<float>, Vector512<uint>>(dy, slope, bend, dx, n, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Close<Lanes256, Vector256<float>, Vector256<uint>>(dy, slope, bend, dx, n, accumulate);
        else
            Close<Lanes128, Vector128<float>, Vector128<uint>>(dy, slope, bend, dx, n, accumulate);
    }

    internal static void Reverse<TLanes, TFloat, TBits>(in TaylorPointers at, int n, bool accumulate)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        bool second = at.X2 != null;
        for (int i = 0; i < n; i += TLanes.Count)
        {
            TFloat slope = TLanes.Load(at.S0 + i), slope1 = TLanes.Load(at.S1 + i);
            TFloat d0 = TLanes.Load(at.X0 + i), d1 = TLanes.Load(at.X1 + i);
            TFloat first = TLanes.Multiply(slope, d1), zero = TLanes.MultiplyAdd(slope, d0, TLanes.Multiply(slope1, d1));
            if (second)
            {
                TFloat d2 = TLanes.Load(at.X2 + i);
                first = TLanes.MultiplyAdd(TLanes.Add(slope1, slope1), d2, first);
                zero = TLanes.MultiplyAdd(TLanes.Load(at.S2 + i), d2, zero);
                if (at.Y2 != null)
                    Put<TLanes, TFloat, TBits>(TLanes.Multiply(slope, d2), at.Y2 + i, n - i, accumulate);
            }
            if (at.Y1 != null)
                Put<TLanes, TFloat, TBits>(first, at.Y1 + i, n - i, accumulate);
            Put<TLanes, TFloat, TBits>(zero, at.Y0 + i, n - i, accumulate);
        }
    }

    internal static void Follow<TLanes, TFloat, TBits>(float* x, float* slope, float* curvature, float* y, int n, bool accumulate)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        for (int i = 0; i < n; i += TLanes.Count)
        {
            TFloat value = TLanes.Load(x + i);
            Put<TLanes, TFloat, TBits>(TLanes.Multiply(TLanes.Load(curvature + i), value), curvature + i, n - i, false);
            if (y != null)
                Put<TLanes, TFloat, TBits>(TLanes.Multiply(TLanes.Load(slope + i), value), y + i, n - i, accumulate);
        }
    }

    internal static void Close<TLanes, TFloat, TBits>(float* dy, float* slope, float* bend, float* dx, int n, bool accumulate)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        for (int i = 0; i < n; i += TLanes.Count)
        {
            TFloat sum = TLanes.MultiplyAdd(TLanes.Load(slope + i), TLanes.Load(dy + i), TLanes.Load(bend + i));
            Put<TLanes, TFloat, TBits>(sum, dx + i, n - i, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, TFloat, TBits>(TFloat value, float* target, int left, bool accumulate)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (accumulate)
            value = TLanes.Add(value, TLanes.Load(target));
        if (left >= TLanes.Count)
            TLanes.Store(value, target);
        else
            TLanes.StoreFirst(value, target, left);
    }
}
