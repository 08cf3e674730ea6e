using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>The Langevin update of one chain in one pass: gradient step, clip, noise made in registers, walls.</summary>
internal static unsafe class LangevinKernels
{
    private const int Group = 64;

    /// <summary>x ← clamp(x − η·clip(g) + σ·ξ); returns Σ g².</summary>
    public static float Update(float* x, float* g, int n, in LangevinCoefficients c, in RandomStream noise, uint chain)
    {
        Vector512<float> step = Vector512.Create(-c.StepSize), sigma = Vector512.Create(c.NoiseScale), clip = Vector512.Create(c.GradientClip);
        Vector512<float> low = Vector512.Create(c.Low), high = Vector512.Create(c.High);
        Vector512<float> sum = Vector512<float>.Zero;
        bool noisy = c.NoiseScale != 0;
        Vector512<float> n0 = default, n1 = default, n2 = default, n3 = default;
        float* edgeX = stackalloc float[2 * Group];
        float* edgeG = edgeX + Group;
        for (int i = 0; i < n; i += Group)
        {
            if (noisy)
                Philox.Normals64(noise, chain, (uint)(i / Group * 16), out n0, out n1, out n2, out n3);
            int left = n - i;
            float* px = x + i, pg = g + i;
            if (left < Group)
            {
                for (int j = 0; j < left; j++)
                {
                    edgeX[j] = px[j];
                    edgeG[j] = pg[j];
                }
                for (int j = left; j < Group; j++)
                    edgeX[j] = edgeG[j] = 0;
                px = edgeX;
                pg = edgeG;
            }
            sum = One(px, pg, n0, step, sigma, clip, low, high, sum);
            sum = One(px + 16, pg + 16, n1, step, sigma, clip, low, high, sum);
            sum = One(px + 32, pg + 32, n2, step, sigma, clip, low, high, sum);
            sum = One(px + 48, pg + 48, n3, step, sigma, clip, low, high, sum);
            if (left < Group)
            {
                for (int j = 0; j < left; j++)
                    x[i + j] = edgeX[j];
            }
        }
        return Vector512.Sum(sum);
    }

    /// <summary>x ← clamp(x + σ·ξ).</summary>
    public static void AddNoise(float* x, int n, float sigma, float low, float high, in RandomStream noise, uint chain)
    {
        Vector512<float> s = Vector512.Create(sigma), lo = Vector512.Create(low), hi = Vector512.Create(high);
        float* edge = stackalloc float[Group];
        for (int i = 0; i < n; i += Group)
        {
            Philox.Normals64(noise, chain, (uint)(i / Group * 16), out Vector512<float> n0, out Vector512<float> n1, out Vector512<float> n2, out Vector512<float> n3);
            int left = n - i;
            float* p = x + i;
            if (left < Group)
            {
                for (int j = 0; j < left; j++)
                    edge[j] = p[j];
                for (int j = left; j < Group; j++)
                    edge[j] = 0;
                p = edge;
            }
            VectorMath.Clamp(VectorMath.MultiplyAdd(s, n0, Vector512.Load(p)), lo, hi).Store(p);
            VectorMath.Clamp(VectorMath.MultiplyAdd(s, n1, Vector512.Load(p + 16)), lo, hi).Store(p + 16);
            VectorMath.Clamp(VectorMath.MultiplyAdd(s, n2, Vector512.Load(p + 32)), lo, hi).Store(p + 32);
            VectorMath.Clamp(VectorMath.MultiplyAdd(s, n3, Vector512.Load(p + 48)), lo, hi).Store(p + 48);
            if (left < Group)
            {
                for (int j = 0; j < left; j++)
                    x[i + j] = edge[j];
            }
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> One(float* x, float* g, Vector512<float> noise, Vector512<float> step, Vector512<float> sigma,
        Vector512<float> clip, Vector512<float> low, Vector512<float> high, Vector512<float> sum)
    {
        Vector512<float> gradient = Vector512.Load(g);
        Vector512<float> moved = VectorMath.MultiplyAdd(step, VectorMath.Clamp(gradient, -clip, clip), Vector512.Load(x));
        VectorMath.Clamp(VectorMath.MultiplyAdd(sigma, noise, moved), low, high).Store(x);
        return VectorMath.MultiplyAdd(gradient, gradient, sum);
    }
}
