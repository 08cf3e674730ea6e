using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Elementary functions on sixteen floats. They are written over <see cref="Vector512{T}"/>, which the runtime carries out with narrower registers
/// where it has to, in the same order: so the result is the same on every machine that has fused multiply-add.
/// </summary>
internal static class VectorMath
{
    /// <summary>a·b + c, fused where the processor can, without a slow emulation where it cannot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    /// <summary>x limited to [low, high]. NaN stays NaN: the constant comes first, and a native minimum or maximum gives its second operand then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Clamp(Vector512<float> x, Vector512<float> low, Vector512<float> high) =>
        Vector512.MinNative(high, Vector512.MaxNative(low, x));

    /// <summary>eˣ, relative error below 2·10⁻⁷ for x in [−87, 88]; outside, the value at the nearer end. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Clamp(x, Vector512.Create(-87f), Vector512.Create(88f));
        // Adding and taking away 1.5·2²³ + 127 rounds to the nearest whole number n and leaves n + 127, the exponent of 2ⁿ, in the low bits.
        Vector512<float> magic = Vector512.Create(12583039f);
        Vector512<float> shifted = MultiplyAdd(x, Vector512.Create(1.44269504f), magic);
        Vector512<float> n = shifted - magic;
        Vector512<float> r = MultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = MultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        Vector512<float> p = Vector512.Create(1.9875691500e-4f);
        p = MultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = MultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = MultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = MultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = MultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = MultiplyAdd(p, r * r, r + Vector512<float>.One);
        // A product, not a sum of exponents: it leaves every NaN a NaN, whatever its payload.
        return p * (shifted.AsInt32() << 23).AsSingle();
    }

    /// <summary>The logistic function 1 / (1 + e⁻ˣ), relative error below 4·10⁻⁷ for x in [−87, 87]; below, the value at −88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>ln x for positive finite x, absolute error below 2·10⁻⁷ + 1.3·10⁻⁷·|ln x|, with or without fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        // x = 2ᵏ·m with m in [√½, √2): the offset moves the exponent's break to √½.
        Vector512<int> bits = x.AsInt32() - Vector512.Create(0x3F3504F3);
        Vector512<float> k = Vector512.ConvertToSingle(bits >> 23);
        Vector512<float> m = ((bits & Vector512.Create(0x007FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle();
        // ln m = 2·artanh(s), s = (m − 1)/(m + 1), |s| < 0.1716.
        Vector512<float> s = (m - Vector512<float>.One) / (m + Vector512<float>.One);
        Vector512<float> s2 = s * s;
        Vector512<float> p = Vector512.Create(0.2222222222f);
        p = MultiplyAdd(p, s2, Vector512.Create(0.2857142857f));
        p = MultiplyAdd(p, s2, Vector512.Create(0.4f));
        p = MultiplyAdd(p, s2, Vector512.Create(0.6666666667f));
        Vector512<float> log = MultiplyAdd(p * s2, s, s + s);
        return MultiplyAdd(k, Vector512.Create(0.693147181f), log);
    }
}
