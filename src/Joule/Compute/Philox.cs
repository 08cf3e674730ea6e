using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>Philox4x32-10, one block at a time and sixteen at a time, and the draws made of it.</summary>
internal static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>One block: four words from a counter of four words and a key of two.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>Sixteen blocks whose first counter words are first, first + 1, …, first + 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block16(in RandomStream stream, uint chain, uint first,
        out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3)
    {
        Vector512<uint> c0 = Vector512.Create(first) + Vector512<uint>.Indices;
        Vector512<uint> c1 = Vector512.Create(chain);
        Vector512<uint> c2 = Vector512.Create(stream.Counter2);
        Vector512<uint> c3 = Vector512.Create(stream.Counter3);
        uint k0 = stream.Key0, k1 = stream.Key1;
        Vector512<uint> m0 = Vector512.Create(M0), m1 = Vector512.Create(M1);
        for (int round = 0; round < 10; round++)
        {
            Multiply(c0, m0, out Vector512<uint> high0, out Vector512<uint> low0);
            Multiply(c2, m1, out Vector512<uint> high1, out Vector512<uint> low1);
            c0 = high1 ^ c1 ^ Vector512.Create(k0);
            c1 = low1;
            c2 = high0 ^ c3 ^ Vector512.Create(k1);
            c3 = low0;
            k0 += W0;
            k1 += W1;
        }
        (w0, w1, w2, w3) = (c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToUniform(uint bits) => (bits >> 8) * (1f / 16777216f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToUniform(Vector512<uint> bits) =>
        Vector512.ConvertToSingle((bits >>> 8).AsInt32()) * Vector512.Create(1f / 16777216f);

    /// <summary>
    /// Two vectors of independent standard normals from two of random bits: r = √(−2 ln u), angle 2πv. All 32 bits of the first word go into u,
    /// so that the tails reach 6.7 standard deviations.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normals(Vector512<uint> a, Vector512<uint> b, out Vector512<float> n0, out Vector512<float> n1)
    {
        // (a + ½) / 2³²; the signed conversion is exact to float rounding and exists on every width.
        Vector512<float> u = VectorMath.MultiplyAdd(
            Vector512.ConvertToSingle((a ^ Vector512.Create(0x80000000u)).AsInt32()), Vector512.Create(1f / 4294967296f), Vector512.Create(0.5f));
        // Near the lower end that rounds to steps of 2⁻²⁵: small words, which make the tail, are converted by themselves, exactly.
        u = Vector512.ConditionalSelect(Vector512.LessThan(a, Vector512.Create(1u << 24)).AsSingle(),
            VectorMath.MultiplyAdd(Vector512.ConvertToSingle(a.AsInt32()), Vector512.Create(1f / 4294967296f), Vector512.Create(0.5f / 4294967296f)), u);
        Vector512<float> radius = Vector512.Sqrt(Vector512.Create(-2f) * VectorMath.Log(u));
        VectorMath.SinCosTurns(b, out Vector512<float> sin, out Vector512<float> cos);
        n0 = radius * cos;
        n1 = radius * sin;
    }

    public static void FillUniform(in RandomStream stream, uint chain, Span<float> destination, float low, float range)
    {
        Span<float> group = stackalloc float[64];
        uint first = 0;
        for (int i = 0; i < destination.Length; i += 64, first += 16)
        {
            Block16(stream, chain, first, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3);
            Span<float> target = destination.Length - i >= 64 ? destination.Slice(i, 64) : group;
            Vector512<float> scale = Vector512.Create(range), offset = Vector512.Create(low);
            (ToUniform(w0) * scale + offset).CopyTo(target);
            (ToUniform(w1) * scale + offset).CopyTo(target[16..]);
            (ToUniform(w2) * scale + offset).CopyTo(target[32..]);
            (ToUniform(w3) * scale + offset).CopyTo(target[48..]);
            if (destination.Length - i < 64)
                group[..(destination.Length - i)].CopyTo(destination[i..]);
        }
    }

    public static void FillNormal(in RandomStream stream, uint chain, Span<float> destination, float mean, float deviation)
    {
        Span<float> group = stackalloc float[64];
        uint first = 0;
        for (int i = 0; i < destination.Length; i += 64, first += 16)
        {
            Normals64(stream, chain, first, out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3);
            Span<float> target = destination.Length - i >= 64 ? destination.Slice(i, 64) : group;
            Vector512<float> scale = Vector512.Create(deviation), offset = Vector512.Create(mean);
            (n0 * scale + offset).CopyTo(target);
            (n1 * scale + offset).CopyTo(target[16..]);
            (n2 * scale + offset).CopyTo(target[32..]);
            (n3 * scale + offset).CopyTo(target[48..]);
            if (destination.Length - i < 64)
                group[..(destination.Length - i)].CopyTo(destination[i..]);
        }
    }

    /// <summary>Sixty-four neighbouring normal draws: those of the group whose first block has the counter <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Normals64(in RandomStream stream, uint chain, uint first,
        out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3)
    {
        Block16(stream, chain, first, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3);
        Normals(w0, w1, out n0, out n1);
        Normals(w2, w3, out n2, out n3);
    }

    // High and low halves of the 64-bit products of 32-bit lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector512<uint> a, Vector512<uint> m, out Vector512<uint> high, out Vector512<uint> low)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<ulong> even = Avx512F.Multiply(a, m);
            Vector512<ulong> odd = Avx512F.Multiply((a.AsUInt64() >>> 32).AsUInt32(), m);
            Vector512<ulong> upper = Vector512.Create(0xFFFFFFFF00000000UL);
            high = ((even >>> 32) | (odd & upper)).AsUInt32();
            low = ((even & ~upper) | (odd << 32)).AsUInt32();
            return;
        }
        Multiply(a.GetLower(), m.GetLower(), out Vector256<uint> highA, out Vector256<uint> lowA);
        Multiply(a.GetUpper(), m.GetUpper(), out Vector256<uint> highB, out Vector256<uint> lowB);
        high = Vector512.Create(highA, highB);
        low = Vector512.Create(lowA, lowB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector256<uint> a, Vector256<uint> m, out Vector256<uint> high, out Vector256<uint> low)
    {
        Vector256<ulong> mask = Vector256.Create(0xFFFFFFFFUL);
        Vector256<ulong> even = Avx2.IsSupported ? Avx2.Multiply(a, m) : (a.AsUInt64() & mask) * (m.AsUInt64() & mask);
        Vector256<ulong> odd = Avx2.IsSupported
            ? Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), m)
            : (a.AsUInt64() >>> 32) * (m.AsUInt64() & mask);
        high = ((even >>> 32) | (odd & ~mask)).AsUInt32();
        low = ((even & mask) | (odd << 32)).AsUInt32();
    }
}
