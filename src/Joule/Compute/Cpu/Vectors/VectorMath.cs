using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Elementary functions on vectors of any width. They avoid division, which would take longer than all the rest, and the processor's
/// reciprocal estimates, which differ between makers: results are the same on every width and on every machine with fused multiply-add.
/// </summary>
internal static class VectorMath
{
    // Below it 2ⁿ is not a normal number, and its bits are those of 0.
    private const float Least = -88;

    /// <summary>a·b + c, fused if the processor can, never emulated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    /// <summary>
    /// x limited to [low, high]. NaN stays NaN: the constant comes first, and a native minimum or maximum gives its second operand then.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Clamp(Vector512<float> x, Vector512<float> low, Vector512<float> high) =>
        Vector512.MinNative(high, Vector512.MaxNative(low, x));

    /// <summary>−|x|, but no less than −88: what <see cref="Exp"/> takes. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat NegativeAbs<TLanes, TFloat, TBits>(TFloat x)
        where TLanes : struct, ILanes<TFloat, TBits> => TLanes.Max(TLanes.Spread(Least), TLanes.NegativeAbs(x));

    /// <summary>
    /// The same, but NaN becomes −88: for functions that multiply by x at the end, which restores NaN. Integer comparison is faster.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat NegativeAbsOfNumber<TLanes, TFloat, TBits>(TFloat x)
        where TLanes : struct, ILanes<TFloat, TBits> =>
        TLanes.AsFloat(TLanes.MinUnsigned(TLanes.AsBits(TLanes.NegativeAbs(x)), TLanes.AsBits(TLanes.Spread(Least))));

    /// <summary>
    /// eˣ for x in [−88, 0]; relative error below 1.8·10⁻⁷ + 3·10⁻⁹·|x| down to −87.3, without fused multiply-add below 2.1·10⁻⁷; 1 at 0,
    /// and 0 below −87.7, where the result is not a normal number. NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Exp<TLanes, TFloat, TBits>(TFloat x)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // Adding and subtracting 1.5·2²³ + 127 rounds to the nearest integer n and leaves n + 127, the exponent of 2ⁿ, in the low bits.
        TFloat shifted = TLanes.MultiplyAdd(x, TLanes.Spread(1.44269504f), TLanes.Spread(12583039f));
        TFloat n = TLanes.Add(shifted, TLanes.Spread(-12583039f));
        // x − n ln 2: fused, the only error is that of ln 2 as a float; otherwise ln 2 is split in two parts, the first with so few bits
        // that its product is exact.
        TFloat r = TLanes.MultiplyAdd(n, TLanes.Spread(TLanes.Fuses ? -0.693147182f : -0.693359375f), x);
        if (!TLanes.Fuses)
            r = TLanes.MultiplyAdd(n, TLanes.Spread(2.12194440e-4f), r);
        // Minimax on [−½ ln 2, ½ ln 2], with value and slope fixed at 1 at 0; error 1.2·10⁻⁷.
        TFloat p = TLanes.MultiplyAdd(TLanes.Spread(0.00833938923f), r, TLanes.Spread(0.0418962613f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(0.166668057f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(0.499991596f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(1f));
        // A product instead of a sum of exponents: every NaN stays NaN, whatever its payload.
        return TLanes.Multiply(p, TLanes.AsFloat(TLanes.ShiftLeft23(TLanes.AsBits(shifted))));
    }

    /// <summary>1 / (1 + e) for e in [0, 1], relative error below 1.5·10⁻⁷. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Reciprocal<TLanes, TFloat, TBits>(TFloat e)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // A quadratic with a relative error of 1/99, then two Newton steps, each of which squares the error.
        TFloat one = TLanes.Spread(1f), negative = TLanes.NegativeAbs(TLanes.Add(e, one));
        TFloat r = TLanes.MultiplyAdd(TLanes.Spread(0.323232323f), e, TLanes.Spread(-0.808080808f));
        r = TLanes.MultiplyAdd(r, e, TLanes.Spread(0.989898990f));
        r = TLanes.MultiplyAdd(TLanes.MultiplyAdd(negative, r, one), r, r);
        return TLanes.MultiplyAdd(TLanes.MultiplyAdd(negative, r, one), r, r);
    }

    /// <summary>ln(1 + e) for e in [0, 1], relative error below 3·10⁻⁷. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat LogOnePlus<TLanes, TFloat, TBits>(TFloat e)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // Minimax for ln(1 + e)/e, with value 1 at 0; error 3.4·10⁻⁸.
        TFloat p = TLanes.MultiplyAdd(TLanes.Spread(0.00536544668f), e, TLanes.Spread(-0.0300683621f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(0.0792088807f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(-0.13754189f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(0.191538483f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(-0.248572171f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(0.3332133f));
        p = TLanes.MultiplyAdd(p, e, TLanes.Spread(-0.499996483f));
        return TLanes.MultiplyAdd(TLanes.Multiply(p, e), e, e);
    }
}
