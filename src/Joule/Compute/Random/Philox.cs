using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Philox4x32-10: single blocks, and rows of draws.</summary>
internal static unsafe class Philox
{
    public const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57;

    private const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToUniform(uint bits) => (bits >> 8) * (1f / 16777216f);

    /// <summary>low + range · draws 0, 1, 2, … of a chain from the uniform distribution on [0, 1).</summary>
    public static void FillUniform(in RandomStream stream, uint chain, Span<float> destination, float low, float range)
    {
        fixed (float* target = destination)
        {
            if (Vector512.IsHardwareAccelerated)
                Uniforms<Lanes512, Vector512<float>, Vector512<uint>>(stream, chain, target, destination.Length, low, range);
            else if (Vector256.IsHardwareAccelerated)
                Uniforms<Lanes256, Vector256<float>, Vector256<uint>>(stream, chain, target, destination.Length, low, range);
            else
                Uniforms<Lanes128, Vector128<float>, Vector128<uint>>(stream, chain, target, destination.Length, low, range);
        }
    }

    /// <summary>mean + deviation · draws 0, 1, 2, … of a chain from the standard normal distribution.</summary>
    public static void FillNormal(in RandomStream stream, uint chain, Span<float> destination, float mean, float deviation)
    {
        fixed (float* target = destination)
        {
            if (Vector512.IsHardwareAccelerated)
                Normals<Lanes512, Vector512<float>, Vector512<uint>>(stream, chain, target, destination.Length, mean, deviation);
            else if (Vector256.IsHardwareAccelerated)
                Normals<Lanes256, Vector256<float>, Vector256<uint>>(stream, chain, target, destination.Length, mean, deviation);
            else
                Normals<Lanes128, Vector128<float>, Vector128<uint>>(stream, chain, target, destination.Length, mean, deviation);
        }
    }

    internal static void Uniforms<TLanes, TFloat, TBits>(in RandomStream stream, uint chain, float* target, int n, float low, float range)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        uint* words = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(stream, words);
        schedule.Chain(chain);
        TFloat scale = TLanes.Spread(range / 16777216f), offset = TLanes.Spread(low);
        for (int i = 0; i < n; i += 64)
        {
            for (int part = 0; part < 16; part += TLanes.Count)
            {
                schedule.Blocks<TLanes, TFloat, TBits>((uint)(i / 4 + part), out TBits w0, out TBits w1, out TBits w2, out TBits w3);
                float* t = target + i + part;
                int left = n - i - part;
                TFloat u0 = Uniform<TLanes, TFloat, TBits>(w0, scale, offset), u1 = Uniform<TLanes, TFloat, TBits>(w1, scale, offset);
                TFloat u2 = Uniform<TLanes, TFloat, TBits>(w2, scale, offset), u3 = Uniform<TLanes, TFloat, TBits>(w3, scale, offset);
                StoreFour<TLanes, TFloat, TBits>(t, left, u0, u1, u2, u3);
            }
        }
    }

    internal static void Normals<TLanes, TFloat, TBits>(
        in RandomStream stream, uint chain, float* target, int n, float mean, float deviation)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        uint* words = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(stream, words);
        schedule.Chain(chain);
        TFloat scale = TLanes.Spread(deviation), offset = TLanes.Spread(mean);
        schedule.Blocks<TLanes, TFloat, TBits>(0, out TBits w0, out TBits w1, out TBits w2, out TBits w3);
        int i = 0, part = 0;
        while (i + part < n)
        {
            float* t = target + i + part;
            int left = n - i - part;
            part += TLanes.Count;
            if (part == 16)
            {
                part = 0;
                i += 64;
            }
            BoxMuller.Next<TLanes, TFloat, TBits>(
                schedule, (uint)(i / 4 + part), ref w0, ref w1, ref w2, ref w3, out TFloat n0, out TFloat n1, out TFloat n2, out TFloat n3);
            StoreFour<TLanes, TFloat, TBits>(t, left, TLanes.MultiplyAdd(scale, n0, offset), TLanes.MultiplyAdd(scale, n1, offset),
                TLanes.MultiplyAdd(scale, n2, offset), TLanes.MultiplyAdd(scale, n3, offset));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Uniform<TLanes, TFloat, TBits>(TBits bits, TFloat scale, TFloat offset)
        where TLanes : struct, ILanes<TFloat, TBits> =>
            TLanes.Add(TLanes.Multiply(TLanes.FromSigned(TLanes.ShiftRight8(bits)), scale), offset);

    // Stores four vectors sixteen floats apart, as far as there is room.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour<TLanes, TFloat, TBits>(float* target, int left, TFloat v0, TFloat v1, TFloat v2, TFloat v3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (left >= 48 + TLanes.Count)
        {
            TLanes.Store(v0, target);
            TLanes.Store(v1, target + 16);
            TLanes.Store(v2, target + 32);
            TLanes.Store(v3, target + 48);
            return;
        }
        StoreOne<TLanes, TFloat, TBits>(v0, target, left);
        StoreOne<TLanes, TFloat, TBits>(v1, target + 16, left - 16);
        StoreOne<TLanes, TFloat, TBits>(v2, target + 32, left - 32);
        StoreOne<TLanes, TFloat, TBits>(v3, target + 48, left - 48);
    }

    private static void StoreOne<TLanes, TFloat, TBits>(TFloat value, float* target, int left)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (left >= TLanes.Count)
            TLanes.Store(value, target);
        else if (left > 0)
            TLanes.StoreFirst(value, target, left);
    }
}
