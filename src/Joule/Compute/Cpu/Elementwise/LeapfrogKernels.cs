using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>How a drift treats the walls of the domain.</summary>
internal interface IWalls
{
    static abstract void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high);
}

/// <summary>
/// Hamiltonian dynamics with unit masses, by the leapfrog: p ← p − κ·g and q ← q + ε·p in one pass. Walls reflect: a position
/// beyond a wall is mirrored back, and its momentum changes sign, once for each wall that it passes.
/// </summary>
internal static unsafe class LeapfrogKernels
{
    private const int Lanes = 16;

    /// <summary>The kinetic energy ½Σp², then half a kick and the first drift, from x to q. Returns Σ g².</summary>
    public static float Start<TWalls>(float* x, float* g, float* p, float* q, int n, in LeapfrogCoefficients c, out double kinetic)
        where TWalls : struct, IWalls
    {
        Coefficients v = new(c, -0.5f * c.Kick);
        Vector512<double> momenta = Vector512<double>.Zero;
        Vector512<float> gradients = Vector512<float>.Zero;
        for (int i = 0; i < n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i), drawn = Vector512.Load(p + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(v.Kick, gradient, drawn);
            Vector512<float> position = VectorMath.MultiplyAdd(v.Drift, momentum, Vector512.Load(x + i));
            TWalls.Reflect(ref position, ref momentum, v.Low, v.High);
            int left = n - i;
            if (left >= Lanes)
            {
                momentum.Store(p + i);
                position.Store(q + i);
            }
            else
            {
                VectorTail.Store(momentum, p + i, left);
                VectorTail.Store(position, q + i, left);
                drawn = VectorTail.Keep(drawn, left);
                gradient = VectorTail.Keep(gradient, left);
            }
            Add(drawn, gradient, ref momenta, ref gradients);
        }
        kinetic = 0.5 * Vector512.Sum(momenta);
        return Vector512.Sum(gradients);
    }

    /// <summary>A whole kick and a drift, over all contiguous chains.</summary>
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
        Vector512<double> momenta = Vector512<double>.Zero;
        Vector512<float> gradients = Vector512<float>.Zero;
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(kick, gradient, Vector512.Load(p + i));
            momentum.Store(p + i);
            Add(momentum, gradient, ref momenta, ref gradients);
        }
        if (i < n)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(kick, gradient, Vector512.Load(p + i));
            VectorTail.Store(momentum, p + i, n - i);
            Add(VectorTail.Keep(momentum, n - i), VectorTail.Keep(gradient, n - i), ref momenta, ref gradients);
        }
        kinetic = 0.5 * Vector512.Sum(momenta);
        return Vector512.Sum(gradients);
    }

    /// <summary>
    /// Squares of momenta in float64, since the accept test depends on small differences; those of gradients in float32, which only show
    /// non-finite values.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector512<float> momentum, Vector512<float> gradient, ref Vector512<double> momenta, ref Vector512<float> gradients)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(momentum);
        momenta = Vector512.MultiplyAddEstimate(lower, lower, Vector512.MultiplyAddEstimate(upper, upper, momenta));
        gradients = VectorMath.MultiplyAdd(gradient, gradient, gradients);
    }

    /// <summary>No walls.</summary>
    public readonly struct NoWalls : IWalls
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high) { }
    }

    /// <summary>
    /// Two finite walls: the line is folded onto [low, high], and the parity of the fold is the sign of the momentum. Or a single one.
    /// </summary>
    public readonly struct BoxWalls : IWalls
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Reflect(ref Vector512<float> q, ref Vector512<float> p, Vector512<float> low, Vector512<float> high)
        {
            Vector512<float> inside = Vector512.GreaterThanOrEqual(q, low) & Vector512.LessThanOrEqual(q, high);
            if (Vector512.EqualsAll(inside.AsInt32(), Vector512<int>.AllBitsSet))
                return;
            Vector512<float> width = high - low, from = q - low;
            if (!float.IsFinite(width.ToScalar()))
            {
                Vector512<float> wall = Vector512.ConditionalSelect(Vector512.LessThan(q, low), low, high);
                q = Vector512.ConditionalSelect(inside, q, wall - (q - wall));
                p = Vector512.ConditionalSelect(inside, p, -p);
                return;
            }
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
}
