using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>What a drift does at the walls of the domain.</summary>
internal interface IWalls
{
    static abstract void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high);
}

/// <summary>
/// Hamiltonian dynamics with unit masses, by the leapfrog: p ← p − κ·g and q ← q + ε·p in one pass. Momentum is drawn in registers. Walls reflect: a position
/// beyond one is mirrored back, and its momentum changes sign, once for every wall that it passes.
/// </summary>
internal static unsafe class LeapfrogKernels
{
    private const int Lanes = 16;
    private const int Group = 64;

    /// <summary>
    /// Draws p ~ N(0, 1), takes its kinetic energy ½Σp², makes half a kick and the first drift from x to q. Returns Σ g².
    /// </summary>
    public static float Start<TWalls>(float* x, float* g, float* p, float* q, int n, in LeapfrogCoefficients c, in RandomStream noise, uint chain, out double kinetic)
        where TWalls : struct, IWalls
    {
        Coefficients v = new(c, -0.5f * c.Kick);
        Sums sums = default;
        for (int i = 0; i < n; i += Group)
        {
            Philox.Normals64(noise, chain, (uint)(i / Group * Lanes),
                out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3);
            int left = n - i;
            StartOne<TWalls>(x + i, g + i, p + i, q + i, n0, left, v, ref sums);
            if (left > Lanes)
                StartOne<TWalls>(x + i + Lanes, g + i + Lanes, p + i + Lanes, q + i + Lanes, n1, left - Lanes, v, ref sums);
            if (left > 2 * Lanes)
                StartOne<TWalls>(x + i + 2 * Lanes, g + i + 2 * Lanes, p + i + 2 * Lanes, q + i + 2 * Lanes, n2, left - 2 * Lanes, v, ref sums);
            if (left > 3 * Lanes)
                StartOne<TWalls>(x + i + 3 * Lanes, g + i + 3 * Lanes, p + i + 3 * Lanes, q + i + 3 * Lanes, n3, left - 3 * Lanes, v, ref sums);
        }
        kinetic = 0.5 * Vector512.Sum(sums.Momentum);
        return Vector512.Sum(sums.Gradient);
    }

    /// <summary>A whole kick and a drift, over as many chains as lie behind each other.</summary>
    public static void Step<TWalls>(float* q, float* p, float* g, int n, in LeapfrogCoefficients c)
        where TWalls : struct, IWalls
    {
        Coefficients v = new(c, -c.Kick);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> momentum = VectorMath.MultiplyAdd(v.Kick, Vector512.Load(g + i), Vector512.Load(p + i));
            Vector512<float> position = VectorMath.MultiplyAdd(v.Drift, momentum, Vector512.Load(q + i));
            TWalls.Reflect(ref position, ref momentum, v.Low, v.High);
            momentum.Store(p + i);
            position.Store(q + i);
        }
        if (i < n)
        {
            Vector512<float> momentum = VectorMath.MultiplyAdd(v.Kick, Vector512.Load(g + i), Vector512.Load(p + i));
            Vector512<float> position = VectorMath.MultiplyAdd(v.Drift, momentum, Vector512.Load(q + i));
            TWalls.Reflect(ref position, ref momentum, v.Low, v.High);
            VectorTail.Store(momentum, p + i, n - i);
            VectorTail.Store(position, q + i, n - i);
        }
    }

    /// <summary>The last half kick, and the kinetic energy after it. Returns Σ g².</summary>
    public static float End(float* p, float* g, int n, in LeapfrogCoefficients c, out double kinetic)
    {
        Vector512<float> kick = Vector512.Create(-0.5f * c.Kick);
        Sums sums = default;
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(kick, gradient, Vector512.Load(p + i));
            momentum.Store(p + i);
            sums.Add(momentum, gradient);
        }
        if (i < n)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(kick, gradient, Vector512.Load(p + i));
            VectorTail.Store(momentum, p + i, n - i);
            sums.Add(VectorTail.Keep(momentum, n - i), VectorTail.Keep(gradient, n - i));
        }
        kinetic = 0.5 * Vector512.Sum(sums.Momentum);
        return Vector512.Sum(sums.Gradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StartOne<TWalls>(float* x, float* g, float* p, float* q, Vector512<float> momentum, int left, in Coefficients v, ref Sums sums)
        where TWalls : struct, IWalls
    {
        Vector512<float> gradient = Vector512.Load(g);
        Vector512<float> kicked = VectorMath.MultiplyAdd(v.Kick, gradient, momentum);
        Vector512<float> position = VectorMath.MultiplyAdd(v.Drift, kicked, Vector512.Load(x));
        TWalls.Reflect(ref position, ref kicked, v.Low, v.High);
        if (left >= Lanes)
        {
            kicked.Store(p);
            position.Store(q);
            sums.Add(momentum, gradient);
            return;
        }
        VectorTail.Store(kicked, p, left);
        VectorTail.Store(position, q, left);
        sums.Add(VectorTail.Keep(momentum, left), VectorTail.Keep(gradient, left));
    }

    /// <summary>No walls.</summary>
    public readonly struct NoWalls : IWalls
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high) { }
    }

    /// <summary>Two finite walls: the line is folded onto [low, high], and the parity of the fold is the sign of the momentum.</summary>
    public readonly struct BoxWalls : IWalls
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high)
        {
            Vector512<float> inside = Vector512.GreaterThanOrEqual(q, low) & Vector512.LessThanOrEqual(q, high);
            if (Vector512.EqualsAll(inside.AsInt32(), Vector512<int>.AllBitsSet))
                return;
            Vector512<float> width = high - low, from = q - low;
            Vector512<float> folds = Vector512.Floor(from / width);
            Vector512<float> halves = folds * Vector512.Create(0.5f);
            Vector512<float> odd = Vector512.GreaterThan(halves, Vector512.Floor(halves)) & ~inside;
            Vector512<float> rest = from - folds * width;
            Vector512<float> folded = VectorMath.Clamp(Vector512.ConditionalSelect(odd, high - rest, low + rest), low, high);
            q = Vector512.ConditionalSelect(inside, q, folded);
            p = Vector512.ConditionalSelect(odd, -p, p);
        }
    }

    private readonly struct Coefficients(in LeapfrogCoefficients c, float kick)
    {
        public readonly Vector512<float> Drift = Vector512.Create(c.Drift), Kick = Vector512.Create(kick);
        public readonly Vector512<float> Low = Vector512.Create(c.Low), High = Vector512.Create(c.High);
    }

    private struct Sums
    {
        public Vector512<double> Momentum;
        public Vector512<float> Gradient;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<float> momentum, Vector512<float> gradient)
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(momentum);
            Momentum += lower * lower + upper * upper;
            Gradient = VectorMath.MultiplyAdd(gradient, gradient, Gradient);
        }
    }
}
