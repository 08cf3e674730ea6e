using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The Langevin update of chains in one pass: gradient step, clip, noise drawn in registers, walls. A row's last vector reads past its end,
/// into the next row or the buffer's slack, and writes only the row.
/// </summary>
internal static unsafe class LangevinKernels
{
    private const int Group = 64;

    // The index of a coefficient among the constants.
    private const int Constants = 6, Step = 0, Sigma = 16, ClipLow = 32, ClipHigh = 48, Low = 64, High = 80;

    /// <summary>x ← clamp(x − η·clip(g) + σ·ξ) for <paramref name="count"/> rows; writes Σ g² of every row.</summary>
    public static void Update(
        float* x, float* g, int count, int width, in LangevinCoefficients c, in RandomStream noise, uint firstChain,
        Span<float> squaredNorms)
    {
        fixed (float* norms = squaredNorms[..count])
        {
            if (Vector512.IsHardwareAccelerated)
                Rows<Lanes512, Vector512<float>, Vector512<uint>, WithGradient>(x, g, count, width, c, noise, firstChain, norms);
            else if (Vector256.IsHardwareAccelerated)
                Rows<Lanes256, Vector256<float>, Vector256<uint>, WithGradient>(x, g, count, width, c, noise, firstChain, norms);
            else
                Rows<Lanes128, Vector128<float>, Vector128<uint>, WithGradient>(x, g, count, width, c, noise, firstChain, norms);
        }
    }

    /// <summary>x ← clamp(x + σ·ξ) for <paramref name="count"/> rows.</summary>
    public static void AddNoise(float* x, int count, int width, float sigma, float low, float high, in RandomStream noise, uint firstChain)
    {
        LangevinCoefficients c = new(0, sigma, 0, low, high);
        if (Vector512.IsHardwareAccelerated)
            Rows<Lanes512, Vector512<float>, Vector512<uint>, WithoutGradient>(x, x, count, width, c, noise, firstChain, null);
        else if (Vector256.IsHardwareAccelerated)
            Rows<Lanes256, Vector256<float>, Vector256<uint>, WithoutGradient>(x, x, count, width, c, noise, firstChain, null);
        else
            Rows<Lanes128, Vector128<float>, Vector128<uint>, WithoutGradient>(x, x, count, width, c, noise, firstChain, null);
    }

    /// <summary>x ← clamp(x).</summary>
    public static void Clamp(float* x, int n, float low, float high)
    {
        Vector512<float> lo = Vector512.Create(low), hi = Vector512.Create(high);
        int i = 0;
        for (; i + 16 <= n; i += 16)
            VectorMath.Clamp(Vector512.Load(x + i), lo, hi).Store(x + i);
        for (; i < n; i++)
            x[i] = float.IsNaN(x[i]) ? x[i] : Math.Clamp(x[i], low, high);
    }

    internal static void Rows<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, int count, int width, in LangevinCoefficients c, in RandomStream noise, uint firstChain, float* norms)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // Aligned, since vectors that straddle cache lines cost twice: sixteen sums, the coefficients as vectors (an instruction takes them
        // from memory at no cost, which leaves the registers to the draws), and the draws of a row's end.
        float* memory = stackalloc float[16 + Constants * 16 + Group + 16];
        float* sums = (float*)(((nuint)memory + 63) & ~(nuint)63), constants = sums + 16, draws = constants + Constants * 16;
        for (int part = 0; part < 16; part += TLanes.Count)
        {
            TLanes.Store(TLanes.Spread(0f), sums + part);
            TLanes.Store(TLanes.Spread(-c.StepSize), constants + Step + part);
            TLanes.Store(TLanes.Spread(c.NoiseScale), constants + Sigma + part);
            TLanes.Store(TLanes.Spread(-c.GradientClip), constants + ClipLow + part);
            TLanes.Store(TLanes.Spread(c.GradientClip), constants + ClipHigh + part);
            TLanes.Store(TLanes.Spread(c.Low), constants + Low + part);
            TLanes.Store(TLanes.Spread(c.High), constants + High + part);
        }
        if (c.NoiseScale != 0)
            NoisyRows<TLanes, TFloat, TBits, TGradient>(x, g, count, width, constants, noise, firstChain, sums, draws, norms);
        else
            QuietRows<TLanes, TFloat, TBits, TGradient>(x, g, count, width, constants, sums, draws, norms);
    }

    private static void NoisyRows<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, int count, int width, float* constants, in RandomStream noise, uint firstChain, float* sums, float* draws,
        float* norms)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        uint* words = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(noise, words);
        schedule.Chain(firstChain);
        schedule.Blocks<TLanes, TFloat, TBits>(0, out TBits w0, out TBits w1, out TBits w2, out TBits w3);
        int n = 0, i = 0, part = 0;
        while (n < count)
        {
            // The draws of these vectors, and the words of the next ones, in this row or the next.
            float* px = x + i + part, pg = g + i + part, ps = sums + part;
            int left = width - i - part;
            bool whole = width - i >= Group;
            part += TLanes.Count;
            if (part == 16)
            {
                part = 0;
                i += Group;
            }
            bool last = i + part >= width;
            if (last)
            {
                i = part = 0;
                n++;
                x += width;
                g += width;
                schedule.Chain(firstChain + (uint)n);
            }
            BoxMuller.Next<TLanes, TFloat, TBits>(
                schedule, (uint)(i / 4 + part), ref w0, ref w1, ref w2, ref w3, out TFloat n0, out TFloat n1, out TFloat n2, out TFloat n3);
            if (whole)
            {
                Four<TLanes, TFloat, TBits, TGradient>(px, pg, n0, n1, n2, n3, constants, ps);
            }
            else
            {
                TLanes.Store(n0, draws);
                TLanes.Store(n1, draws + 16);
                TLanes.Store(n2, draws + 32);
                TLanes.Store(n3, draws + 48);
                for (int v = 0; v < left; v += 16)
                    Edge<TLanes, TFloat, TBits, TGradient>(px + v, pg + v, left - v, draws + v, constants, ps);
            }
            if (last && typeof(TGradient) == typeof(WithGradient))
                norms[n - 1] = Take<TLanes, TFloat, TBits>(sums);
        }
    }

    private static void QuietRows<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, int count, int width, float* constants, float* sums, float* draws, float* norms)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TFloat none = TLanes.Spread(0f);
        TLanes.Store(none, draws);
        for (int n = 0; n < count; n++, x += width, g += width)
        {
            int i = 0;
            for (; i + Group <= width; i += Group)
            {
                for (int part = 0; part < 16; part += TLanes.Count)
                    Four<TLanes, TFloat, TBits, TGradient>(x + i + part, g + i + part, none, none, none, none, constants, sums + part);
            }
            for (; i < width; i += TLanes.Count)
                Edge<TLanes, TFloat, TBits, TGradient>(x + i, g + i, width - i, draws, constants, sums + i % 16);
            if (typeof(TGradient) == typeof(WithGradient))
                norms[n] = Take<TLanes, TFloat, TBits>(sums);
        }
    }

    // Adds the sixteen sums, in an order that is the same on every width, and zeroes them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Take<TLanes, TFloat, TBits>(float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        float sum = Vector128.Sum(Vector128.Load(sums) + Vector128.Load(sums + 8) + (Vector128.Load(sums + 4) + Vector128.Load(sums + 12)));
        for (int part = 0; part < 16; part += TLanes.Count)
            TLanes.Store(TLanes.Spread(0f), sums + part);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, TFloat n0, TFloat n1, TFloat n2, TFloat n3, float* constants, float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (typeof(TGradient) == typeof(WithGradient))
        {
            TFloat g0 = TLanes.Load(g), g1 = TLanes.Load(g + 16), g2 = TLanes.Load(g + 32), g3 = TLanes.Load(g + 48);
            TFloat squares = TLanes.Add(
                TLanes.MultiplyAdd(g1, g1, TLanes.Multiply(g0, g0)), TLanes.MultiplyAdd(g3, g3, TLanes.Multiply(g2, g2)));
            TLanes.Store(TLanes.Add(TLanes.Load(sums), squares), sums);
        }
        TFloat x0 = Moved<TLanes, TFloat, TBits, TGradient>(x, g, n0, constants),
            x1 = Moved<TLanes, TFloat, TBits, TGradient>(x + 16, g + 16, n1, constants);
        TFloat x2 = Moved<TLanes, TFloat, TBits, TGradient>(x + 32, g + 32, n2, constants),
            x3 = Moved<TLanes, TFloat, TBits, TGradient>(x + 48, g + 48, n3, constants);
        TLanes.Store(x0, x);
        TLanes.Store(x1, x + 16);
        TLanes.Store(x2, x + 32);
        TLanes.Store(x3, x + 48);
    }

    // One vector whose first lanes belong to the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Edge<TLanes, TFloat, TBits, TGradient>(float* x, float* g, int left, float* noise, float* constants, float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        if (typeof(TGradient) == typeof(WithGradient))
        {
            TFloat gradient = TLanes.KeepFirst(TLanes.Load(g), left);
            TLanes.Store(TLanes.MultiplyAdd(gradient, gradient, TLanes.Load(sums)), sums);
        }
        TFloat moved = Moved<TLanes, TFloat, TBits, TGradient>(x, g, TLanes.Load(noise), constants);
        if (left >= TLanes.Count)
            TLanes.Store(moved, x);
        else
            TLanes.StoreFirst(moved, x, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Moved<TLanes, TFloat, TBits, TGradient>(float* x, float* g, TFloat noise, float* constants)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TFloat moved = TLanes.Load(x);
        if (typeof(TGradient) == typeof(WithGradient))
        {
            TFloat limited = TLanes.Clamp(TLanes.Load(g), TLanes.Load(constants + ClipLow), TLanes.Load(constants + ClipHigh));
            moved = TLanes.MultiplyAdd(TLanes.Load(constants + Step), limited, moved);
        }
        moved = TLanes.MultiplyAdd(TLanes.Load(constants + Sigma), noise, moved);
        return TLanes.Clamp(moved, TLanes.Load(constants + Low), TLanes.Load(constants + High));
    }

    internal readonly struct WithGradient;

    internal readonly struct WithoutGradient;
}
