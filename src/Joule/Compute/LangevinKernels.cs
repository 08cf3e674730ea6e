using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The Langevin update of chains in one pass: gradient step, clip, noise made in registers, walls. A row's last vector reads past its end, into the next
/// row or the buffer's slack, and writes only what belongs to the row.
/// </summary>
internal static unsafe class LangevinKernels
{
    private const int Group = 64;

    /// <summary>x ← clamp(x − η·clip(g) + σ·ξ) for <paramref name="count"/> rows; writes Σ g² of every row.</summary>
    public static void Update(float* x, float* g, int count, int width, in LangevinCoefficients c, in RandomStream noise, uint firstChain, Span<float> squaredNorms)
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
        where TFloat : struct
    {
        Limits<TFloat> limits = Limits<TFloat>.Of<TLanes, TBits>(c);
        float* sums = stackalloc float[16];
        for (int part = 0; part < 16; part += TLanes.Count)
            TLanes.Store(TLanes.Spread(0f), sums + part);
        if (c.NoiseScale != 0)
        {
            NoisyRows<TLanes, TFloat, TBits, TGradient>(x, g, count, width, limits, noise, firstChain, sums, norms);
            return;
        }
        for (int n = 0; n < count; n++, x += width, g += width)
        {
            QuietRow<TLanes, TFloat, TBits, TGradient>(x, g, width, limits, sums);
            if (typeof(TGradient) == typeof(WithGradient))
                norms[n] = Take<TLanes, TFloat, TBits>(sums);
        }
    }

    private static void NoisyRows<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, int count, int width, in Limits<TFloat> limits, in RandomStream noise, uint firstChain, float* sums, float* norms)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TFloat : struct
    {
        uint* words = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(noise, words);
        schedule.Chain(firstChain);
        schedule.Blocks<TLanes, TFloat, TBits>(0, out TBits w0, out TBits w1, out TBits w2, out TBits w3);
        int n = 0, i = 0, part = 0;
        while (n < count)
        {
            // The draws of these vectors, and the words of those that come next, in this row or in the next one.
            float* px = x + i + part, pg = g + i + part, ps = sums + part;
            int left = width - i - part;
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
            BoxMuller.Next<TLanes, TFloat, TBits>(schedule, (uint)(i / 4 + part), ref w0, ref w1, ref w2, ref w3, out TFloat n0, out TFloat n1, out TFloat n2, out TFloat n3);
            if (left >= 48 + TLanes.Count)
            {
                Four<TLanes, TFloat, TBits, TGradient>(px, pg, n0, n1, n2, n3, limits, ps);
            }
            else
            {
                Edge<TLanes, TFloat, TBits, TGradient>(px, pg, left, n0, limits, ps);
                Edge<TLanes, TFloat, TBits, TGradient>(px + 16, pg + 16, left - 16, n1, limits, ps);
                Edge<TLanes, TFloat, TBits, TGradient>(px + 32, pg + 32, left - 32, n2, limits, ps);
                Edge<TLanes, TFloat, TBits, TGradient>(px + 48, pg + 48, left - 48, n3, limits, ps);
            }
            if (last && typeof(TGradient) == typeof(WithGradient))
                norms[n - 1] = Take<TLanes, TFloat, TBits>(sums);
        }
    }

    // The sixteen sums added up, in an order that is the same on every width, and set to 0.
    private static float Take<TLanes, TFloat, TBits>(float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        float sum = Vector128.Sum(Vector128.Load(sums) + Vector128.Load(sums + 8) + (Vector128.Load(sums + 4) + Vector128.Load(sums + 12)));
        for (int part = 0; part < 16; part += TLanes.Count)
            TLanes.Store(TLanes.Spread(0f), sums + part);
        return sum;
    }

    private static void QuietRow<TLanes, TFloat, TBits, TGradient>(float* x, float* g, int width, in Limits<TFloat> limits, float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TFloat : struct
    {
        TFloat none = TLanes.Spread(0f);
        int i = 0;
        for (; i + Group <= width; i += Group)
        {
            for (int part = 0; part < 16; part += TLanes.Count)
                Four<TLanes, TFloat, TBits, TGradient>(x + i + part, g + i + part, none, none, none, none, limits, sums + part);
        }
        for (; i < width; i += TLanes.Count)
            Edge<TLanes, TFloat, TBits, TGradient>(x + i, g + i, width - i, none, limits, sums + i % 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<TLanes, TFloat, TBits, TGradient>(
        float* x, float* g, TFloat n0, TFloat n1, TFloat n2, TFloat n3, in Limits<TFloat> limits, float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TFloat : struct
    {
        if (typeof(TGradient) == typeof(WithGradient))
        {
            TFloat g0 = TLanes.Load(g), g1 = TLanes.Load(g + 16), g2 = TLanes.Load(g + 32), g3 = TLanes.Load(g + 48);
            TFloat squares = TLanes.Add(TLanes.MultiplyAdd(g1, g1, TLanes.Multiply(g0, g0)), TLanes.MultiplyAdd(g3, g3, TLanes.Multiply(g2, g2)));
            TLanes.Store(TLanes.Add(TLanes.Load(sums), squares), sums);
        }
        TLanes.Store(Moved<TLanes, TFloat, TBits, TGradient>(x, g, n0, limits), x);
        TLanes.Store(Moved<TLanes, TFloat, TBits, TGradient>(x + 16, g + 16, n1, limits), x + 16);
        TLanes.Store(Moved<TLanes, TFloat, TBits, TGradient>(x + 32, g + 32, n2, limits), x + 32);
        TLanes.Store(Moved<TLanes, TFloat, TBits, TGradient>(x + 48, g + 48, n3, limits), x + 48);
    }

    // One vector of which the first lanes belong to the row, or none do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Edge<TLanes, TFloat, TBits, TGradient>(float* x, float* g, int left, TFloat noise, in Limits<TFloat> limits, float* sums)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TFloat : struct
    {
        if (left <= 0)
            return;
        if (typeof(TGradient) == typeof(WithGradient))
        {
            TFloat gradient = TLanes.KeepFirst(TLanes.Load(g), left);
            TLanes.Store(TLanes.MultiplyAdd(gradient, gradient, TLanes.Load(sums)), sums);
        }
        TFloat moved = Moved<TLanes, TFloat, TBits, TGradient>(x, g, noise, limits);
        if (left >= TLanes.Count)
            TLanes.Store(moved, x);
        else
            TLanes.StoreFirst(moved, x, left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloat Moved<TLanes, TFloat, TBits, TGradient>(float* x, float* g, TFloat noise, in Limits<TFloat> limits)
        where TLanes : struct, ILanes<TFloat, TBits>
        where TFloat : struct
    {
        TFloat moved = TLanes.Load(x);
        if (typeof(TGradient) == typeof(WithGradient))
            moved = TLanes.MultiplyAdd(limits.Step, TLanes.Clamp(TLanes.Load(g), limits.ClipLow, limits.ClipHigh), moved);
        return TLanes.Clamp(TLanes.MultiplyAdd(limits.Sigma, noise, moved), limits.Low, limits.High);
    }

    // The coefficients as vectors. They stay in memory, from where an instruction takes them at no cost, and leave the registers to the draws.
    private struct Limits<TFloat>
        where TFloat : struct
    {
        public TFloat Step, Sigma, ClipLow, ClipHigh, Low, High;

        public static Limits<TFloat> Of<TLanes, TBits>(in LangevinCoefficients c)
            where TLanes : struct, ILanes<TFloat, TBits> => new()
            {
                Step = TLanes.Spread(-c.StepSize),
                Sigma = TLanes.Spread(c.NoiseScale),
                ClipLow = TLanes.Spread(-c.GradientClip),
                ClipHigh = TLanes.Spread(c.GradientClip),
                Low = TLanes.Spread(c.Low),
                High = TLanes.Spread(c.High),
            };
    }

    internal readonly struct WithGradient;

    internal readonly struct WithoutGradient;
}
