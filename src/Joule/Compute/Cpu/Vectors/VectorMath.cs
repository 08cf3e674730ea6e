using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Elementary functions on vectors of any width. There is no division among them, which takes longer than all the rest, and no estimate of
/// a reciprocal by the processor, of which every maker has another: the result is the same on every width and on every machine that has
/// fused multiply-add.
/// </summary>
internal static class VectorMath
{
    // Below it 2ⁿ has no place among normal numbers, and its bits are those of 0.
    private const float Least = -88;

    /// <summary>a·b + c, fused where the processor can, without a slow emulation where it cannot.</summary>
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
    /// The same, but NaN becomes −88: for functions that multiply by x at last, which leaves it NaN. Whole numbers are compared faster.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat NegativeAbsOfNumber<TLanes, TFloat, TBits>(TFloat x)
        where TLanes : struct, ILanes<TFloat, TBits> =>
        TLanes.AsFloat(TLanes.MinUnsigned(TLanes.AsBits(TLanes.NegativeAbs(x)), TLanes.AsBits(TLanes.Spread(Least))));

    /// <summary>
    /// eˣ for x in [−88, 0], relative error below 1.8·10⁻⁷ + 3·10⁻⁹·|x| down to −87.3, without fused multiply-add below 2.1·10⁻⁷; 1 at 0,
    /// and 0 below −87.7, where no normal number holds it. NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Exp<TLanes, TFloat, TBits>(TFloat x)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // Adding and taking away 1.5·2²³ + 127 rounds to the nearest whole number n and leaves n + 127, the exponent of 2ⁿ, in the low
        // bits.
        TFloat shifted = TLanes.MultiplyAdd(x, TLanes.Spread(1.44269504f), TLanes.Spread(12583039f));
        TFloat n = TLanes.Add(shifted, TLanes.Spread(-12583039f));
        // x − n ln 2: fused, the error of ln 2 as a float is all there is; otherwise in two parts, of which the first has so few bits that
        // its product is exact.
        TFloat r = TLanes.MultiplyAdd(n, TLanes.Spread(TLanes.Fuses ? -0.693147182f : -0.693359375f), x);
        if (!TLanes.Fuses)
            r = TLanes.MultiplyAdd(n, TLanes.Spread(2.12194440e-4f), r);
        // Minimax on [−½ ln 2, ½ ln 2] among those with value and slope 1 at 0, to 1.2·10⁻⁷.
        TFloat p = TLanes.MultiplyAdd(TLanes.Spread(0.00833938923f), r, TLanes.Spread(0.0418962613f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(0.166668057f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(0.499991596f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Spread(1f));
        // A product, not a sum of exponents: it leaves every NaN a NaN, whatever its payload.
        return TLanes.Multiply(p, TLanes.AsFloat(TLanes.ShiftLeft23(TLanes.AsBits(shifted))));
    }

    /// <summary>1 / (1 + e) for e in [0, 1], relative error below 1.5·10⁻⁷. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloat Reciprocal<TLanes, TFloat, TBits>(TFloat e)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // A quadratic that is right to 1/99 of the value, and two steps by Newton, of which each squares that.
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
        // Minimax for ln(1 + e)/e with value 1 at 0, to 3.4·10⁻⁸.
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
