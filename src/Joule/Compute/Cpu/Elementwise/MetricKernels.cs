using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Hamiltonian dynamics with a diagonal metric, one row at a time, forwards or backwards in time. The momentum is that of unit masses,
/// v = s∘p, where s is the root of the inverse masses: v ← v − κ·s∘g and q ← q + ε·s∘v.
/// </summary>
internal static unsafe class MetricKernels
{
    private const int Lanes = 16;

    /// <summary>Half a kick and a drift. Walls reflect, as in <see cref="LeapfrogKernels"/>.</summary>
    /// <param name="q">The position.</param>
    /// <param name="v">The scaled momentum.</param>
    /// <param name="g">∇ₓE at the position.</param>
    /// <param name="s">Scales, readable up to the next whole number of 16.</param>
    /// <param name="n">Numbers in the row.</param>
    /// <param name="c">Drift, kick and walls; drift and kick are negative backwards in time.</param>
    public static void Start<TWalls>(float* q, float* v, float* g, float* s, int n, in LeapfrogCoefficients c)
        where TWalls : struct, IWalls
    {
        Vector512<float> drift = Vector512.Create(c.Drift), kick = Vector512.Create(-0.5f * c.Kick);
        Vector512<float> low = Vector512.Create(c.Low), high = Vector512.Create(c.High);
        for (int i = 0; i < n; i += Lanes)
        {
            Vector512<float> scale = Vector512.Load(s + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(kick * scale, Vector512.Load(g + i), Vector512.Load(v + i));
            Vector512<float> position = VectorMath.MultiplyAdd(drift * scale, momentum, Vector512.Load(q + i));
            TWalls.Reflect(ref position, ref momentum, low, high);
            if (n - i >= Lanes)
            {
                momentum.Store(v + i);
                position.Store(q + i);
                continue;
            }
            VectorTail.Store(momentum, v + i, n - i);
            VectorTail.Store(position, q + i, n - i);
        }
    }

    /// <summary>Half a kick. Returns Σ g².</summary>
    /// <param name="v">The scaled momentum.</param>
    /// <param name="g">∇ₓE at the position.</param>
    /// <param name="s">Scales, readable up to the next whole number of 16.</param>
    /// <param name="n">Numbers in the row.</param>
    /// <param name="kick">κ; negative backwards in time.</param>
    /// <param name="kinetic">½Σv² after the kick.</param>
    public static float End(float* v, float* g, float* s, int n, float kick, out double kinetic)
    {
        Vector512<float> half = Vector512.Create(-0.5f * kick), gradients = Vector512<float>.Zero;
        Vector512<double> momenta = Vector512<double>.Zero;
        for (int i = 0; i < n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i);
            Vector512<float> momentum = VectorMath.MultiplyAdd(half * Vector512.Load(s + i), gradient, Vector512.Load(v + i));
            if (n - i >= Lanes)
            {
                momentum.Store(v + i);
            }
            else
            {
                VectorTail.Store(momentum, v + i, n - i);
                momentum = VectorTail.Keep(momentum, n - i);
                gradient = VectorTail.Keep(gradient, n - i);
            }
            momenta = Dot(momentum, momentum, momenta);
            gradients = VectorMath.MultiplyAdd(gradient, gradient, gradients);
        }
        kinetic = 0.5 * Vector512.Sum(momenta);
        return Vector512.Sum(gradients);
    }

    /// <summary>⟨a, ρ⟩ and ⟨b, ρ⟩ with ρ = x + α·y + β·z: in float32, since only their signs are looked at.</summary>
    public static (float First, float Last) Along(float* a, float* b, float* x, float* y, float* z, int n, float alpha, float beta)
    {
        Vector512<float> second = Vector512.Create(alpha), third = Vector512.Create(beta);
        Vector512<float> first = Vector512<float>.Zero, last = Vector512<float>.Zero;
        for (int i = 0; i < n; i += Lanes)
        {
            Vector512<float> sum = VectorMath.MultiplyAdd(third, Vector512.Load(z + i),
                VectorMath.MultiplyAdd(second, Vector512.Load(y + i), Vector512.Load(x + i)));
            Vector512<float> from = Vector512.Load(a + i), to = Vector512.Load(b + i);
            if (n - i < Lanes)
            {
                sum = VectorTail.Keep(sum, n - i);
                from = VectorTail.Keep(from, n - i);
                to = VectorTail.Keep(to, n - i);
            }
            first = VectorMath.MultiplyAdd(from, sum, first);
            last = VectorMath.MultiplyAdd(to, sum, last);
        }
        return (Vector512.Sum(first), Vector512.Sum(last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Dot(Vector512<float> a, Vector512<float> b, Vector512<double> sum)
    {
        (Vector512<double> lowerA, Vector512<double> upperA) = Vector512.Widen(a);
        (Vector512<double> lowerB, Vector512<double> upperB) = Vector512.Widen(b);
        return Vector512.MultiplyAddEstimate(lowerA, lowerB, Vector512.MultiplyAddEstimate(upperA, upperB, sum));
    }
}
