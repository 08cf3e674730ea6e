using System.Runtime.CompilerServices;

namespace Joule.Compute;

/// <summary>
/// Pairs of independent standard normals from pairs of random words (Box and Muller 1958): radius √(−2 ln u) of the first word, angle of
/// the second.
/// </summary>
/// <remarks>
/// <para>
/// The first word a gives u = (a + ½)/2³² with all 32 bits, so the tails reach 6.76 standard deviations. As a signed number it is small
/// both near u = 0 and near u = 1, so the largest and the smallest radii are both accurate to a few parts in 10⁷: no digits are lost near u
/// = 1.
/// </para>
/// <para>
/// Bits 1 to 22 of the second word are an angle in (−π/2, π/2), an odd multiple of π/2²³, and its top bit mirrors it to the other half
/// circle. These are 2²³ equally spaced angles: over them, the mean of every trigonometric polynomial of degree below 2²³ is the mean over
/// the circle, so all moments and mixed moments up to that order are those of a continuous angle.
/// </para>
/// <para>
/// The polynomials are minimax: −2 ln(1 + f)/f has a relative error of 2.3·10⁻⁸ on [−½, 0], sin(πx)/x a relative error of 5.3·10⁻⁹ and cos
/// πx an absolute error of 4.7·10⁻⁸ on [−½, ½].
/// </para>
/// </remarks>
internal static class BoxMuller
{
    /// <summary>
    /// Converts the words of one set of blocks to normals while computing the next set of blocks. The two are independent, and each alone
    /// is a chain of dependent operations: interleaved, they fill each other's gaps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next<TLanes, TFloat, TBits>(
        in PhiloxSchedule next, uint first, ref TBits w0, ref TBits w1, ref TBits w2, ref TBits w3, out TFloat n0, out TFloat n1,
        out TFloat n2, out TFloat n3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TBits m0 = TLanes.Spread(Philox.M0), m1 = TLanes.Spread(Philox.M1), counters = TLanes.Add(TLanes.Spread(first), TLanes.Indices);
        TFloat scale = TLanes.Spread(1f / 4294967296f), half = TLanes.Spread(0.5f / 4294967296f), ln4 = TLanes.Spread(-1.38629436f);
        next.Start<TLanes, TFloat, TBits>(counters, m0, m1, out TBits e0, out TBits e1, out TBits e2, out TBits e3);
        TFloat ya = TLanes.MultiplyAdd(TLanes.FromSigned(w0), scale, half), xa = Angle<TLanes, TFloat, TBits>(w1);
        next.Start<TLanes, TFloat, TBits>(TLanes.OddToEven(counters), m0, m1, out TBits o0, out TBits o1, out TBits o2, out TBits o3);
        TFloat yb = TLanes.MultiplyAdd(TLanes.FromSigned(w2), scale, half), xb = Angle<TLanes, TFloat, TBits>(w3);
        next.Round<TLanes, TFloat, TBits>(4, m0, m1, ref e0, ref e1, ref e2, ref e3);
        TFloat fa = Split<TLanes, TFloat, TBits>(ya, out TFloat ta), sa = TLanes.Multiply(xa, xa);
        next.Round<TLanes, TFloat, TBits>(4, m0, m1, ref o0, ref o1, ref o2, ref o3);
        TFloat fb = Split<TLanes, TFloat, TBits>(yb, out TFloat tb), sb = TLanes.Multiply(xb, xb);
        next.Round<TLanes, TFloat, TBits>(6, m0, m1, ref e0, ref e1, ref e2, ref e3);
        ta = TLanes.MultiplyAdd(ta, ln4, ln4);
        TFloat pa = Term<TLanes, TFloat, TBits>(TLanes.Spread(-2.8822155f), fa, -3.39162326f);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, -2.5153389f);
        next.Round<TLanes, TFloat, TBits>(6, m0, m1, ref o0, ref o1, ref o2, ref o3);
        tb = TLanes.MultiplyAdd(tb, ln4, ln4);
        TFloat pb = Term<TLanes, TFloat, TBits>(TLanes.Spread(-2.8822155f), fb, -3.39162326f);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, -2.5153389f);
        next.Round<TLanes, TFloat, TBits>(8, m0, m1, ref e0, ref e1, ref e2, ref e3);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, -0.40707761f);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, -0.539225459f);
        TFloat qa = Term<TLanes, TFloat, TBits>(TLanes.Spread(0.0775603876f), sa, -0.598242104f);
        next.Round<TLanes, TFloat, TBits>(8, m0, m1, ref o0, ref o1, ref o2, ref o3);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, -0.40707761f);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, -0.539225459f);
        TFloat qb = Term<TLanes, TFloat, TBits>(TLanes.Spread(0.0775603876f), sb, -0.598242104f);
        next.Round<TLanes, TFloat, TBits>(10, m0, m1, ref e0, ref e1, ref e2, ref e3);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, 0.485610157f);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, -0.667401254f);
        qa = Term<TLanes, TFloat, TBits>(qa, sa, 2.55006981f);
        next.Round<TLanes, TFloat, TBits>(10, m0, m1, ref o0, ref o1, ref o2, ref o3);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, 0.485610157f);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, -0.667401254f);
        qb = Term<TLanes, TFloat, TBits>(qb, sb, 2.55006981f);
        next.Round<TLanes, TFloat, TBits>(12, m0, m1, ref e0, ref e1, ref e2, ref e3);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, 0.999985695f);
        pa = Term<TLanes, TFloat, TBits>(pa, fa, -2f);
        qa = Term<TLanes, TFloat, TBits>(qa, sa, -5.16770983f);
        next.Round<TLanes, TFloat, TBits>(12, m0, m1, ref o0, ref o1, ref o2, ref o3);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, 0.999985695f);
        pb = Term<TLanes, TFloat, TBits>(pb, fb, -2f);
        qb = Term<TLanes, TFloat, TBits>(qb, sb, -5.16770983f);
        next.Round<TLanes, TFloat, TBits>(14, m0, m1, ref e0, ref e1, ref e2, ref e3);
        TFloat ra = TLanes.Sqrt(TLanes.MultiplyAdd(pa, fa, ta));
        qa = TLanes.Multiply(xa, Term<TLanes, TFloat, TBits>(qa, sa, 3.14159274f));
        TFloat ca = Term<TLanes, TFloat, TBits>(TLanes.Spread(0.219696805f), sa, -1.33188021f);
        ca = Term<TLanes, TFloat, TBits>(ca, sa, 4.05841208f);
        next.Round<TLanes, TFloat, TBits>(14, m0, m1, ref o0, ref o1, ref o2, ref o3);
        TFloat rb = TLanes.Sqrt(TLanes.MultiplyAdd(pb, fb, tb));
        qb = TLanes.Multiply(xb, Term<TLanes, TFloat, TBits>(qb, sb, 3.14159274f));
        TFloat cb = Term<TLanes, TFloat, TBits>(TLanes.Spread(0.219696805f), sb, -1.33188021f);
        cb = Term<TLanes, TFloat, TBits>(cb, sb, 4.05841208f);
        next.Round<TLanes, TFloat, TBits>(16, m0, m1, ref e0, ref e1, ref e2, ref e3);
        ca = Term<TLanes, TFloat, TBits>(ca, sa, -4.934793f);
        ca = Term<TLanes, TFloat, TBits>(ca, sa, 0.99999994f);
        n0 = TLanes.Multiply(ra, Signed<TLanes, TFloat, TBits>(ca, w1));
        n1 = TLanes.Multiply(ra, qa);
        next.Round<TLanes, TFloat, TBits>(16, m0, m1, ref o0, ref o1, ref o2, ref o3);
        cb = Term<TLanes, TFloat, TBits>(cb, sb, -4.934793f);
        cb = Term<TLanes, TFloat, TBits>(cb, sb, 0.99999994f);
        n2 = TLanes.Multiply(rb, Signed<TLanes, TFloat, TBits>(cb, w3));
        n3 = TLanes.Multiply(rb, qb);
        next.End<TLanes, TFloat, TBits>(m0, m1, e0, e1, e2, e3, o0, o1, o2, o3, out w0, out w1, out w2, out w3);
    }

    // For y in (0, ½]: f in [−½, 0) with y = (1 + f)·2ᵉ⁺¹. For y in [−½, 0): y itself and e = −1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Split<TLanes, TFloat, TBits>(TFloat y, out TFloat exponent)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // As unsigned integers, negative y lie above ½ and become ½, whose f would be −½.
        TBits bits = TLanes.AsBits(y), half = TLanes.Spread(0x3F000000u), bounded = TLanes.MinUnsigned(bits, half);
        exponent = TLanes.Exponent(TLanes.AsFloat(bounded));
        TFloat f = TLanes.Add(TLanes.AsFloat(TLanes.AndOr(bounded, TLanes.Spread(0x007FFFFFu), half)), TLanes.Spread(-1f));
        // As signed integers, negative floats are smaller the closer they are to 0: a negative y is at most f, a positive one is not.
        return TLanes.AsFloat(TLanes.MinSigned(bits, TLanes.AsBits(f)));
    }

    // x in (−½, ½), in units of half a turn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Angle<TLanes, TFloat, TBits>(TBits b)
        where TLanes : struct, ILanes<TFloat, TBits> =>
        TLanes.Add(TLanes.AsFloat(TLanes.AndOr(b, TLanes.Spread(0x007FFFFEu), TLanes.Spread(0x3F800001u))), TLanes.Spread(-1.5f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Term<TLanes, TFloat, TBits>(TFloat sum, TFloat x, float coefficient)
        where TLanes : struct, ILanes<TFloat, TBits> => TLanes.MultiplyAdd(sum, x, TLanes.Spread(coefficient));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Signed<TLanes, TFloat, TBits>(TFloat x, TBits sign)
        where TLanes : struct, ILanes<TFloat, TBits> => TLanes.AsFloat(TLanes.XorAnd(TLanes.AsBits(x), sign, TLanes.Spread(0x80000000u)));
}
