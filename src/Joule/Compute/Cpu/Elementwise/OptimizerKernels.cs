using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Optimiser updates, each in one pass over the parameters that also zeroes the gradient for the next update, while its memory is at hand.
/// Tails run the same arithmetic one element at a time.
/// </summary>
/// <remarks>
/// A mean of gradients below 10⁻³⁰, and a mean of squares below the normal range, become 0. Where the gradient stays 0, as at a dead unit,
/// the mean would otherwise shrink to subnormal numbers and stay there by rounding, and processors take a hundred times longer over those.
/// </remarks>
internal static unsafe class OptimizerKernels
{
    private const int Lanes = 16;
    private const float LeastMean = 1e-30f, LeastSquare = 1.17549435e-38f;

    public static void Adam(float* p, float* g, float* m, float* v, int n, in AdamCoefficients c)
    {
        Vector512<float> scale = Vector512.Create(c.GradientScale), b1 = Vector512.Create(c.Beta1), a1 = Vector512.Create(1 - c.Beta1);
        Vector512<float> b2 = Vector512.Create(c.Beta2), a2 = Vector512.Create(1 - c.Beta2), epsilon = Vector512.Create(c.Epsilon);
        Vector512<float> c1 = Vector512.Create(c.Correction1), c2 = Vector512.Create(c.Correction2),
            rate = Vector512.Create(c.LearningRate);
        Vector512<float> keep = Vector512.Create(1 - c.Decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i) * scale;
            Vector512<float> mean = Flush(b1 * Vector512.Load(m + i) + a1 * gradient);
            Vector512<float> square = FlushSquare(b2 * Vector512.Load(v + i) + a2 * gradient * gradient);
            mean.Store(m + i);
            square.Store(v + i);
            (keep * Vector512.Load(p + i) - rate * (mean * c1) / (Vector512.Sqrt(square * c2) + epsilon)).Store(p + i);
            Vector512<float>.Zero.Store(g + i);
        }
        for (; i < n; i++)
        {
            float gradient = g[i] * c.GradientScale;
            m[i] = Flush(c.Beta1 * m[i] + (1 - c.Beta1) * gradient, LeastMean);
            v[i] = Flush(c.Beta2 * v[i] + (1 - c.Beta2) * gradient * gradient, LeastSquare);
            p[i] = (1 - c.Decay) * p[i] - c.LearningRate * (m[i] * c.Correction1) / (MathF.Sqrt(v[i] * c.Correction2) + c.Epsilon);
            g[i] = 0;
        }
    }

    public static void Momentum(float* p, float* g, float* v, int n, float rate, float momentum, float gradientScale, float decay)
    {
        Vector512<float> mu = Vector512.Create(momentum), s = Vector512.Create(gradientScale), eta = Vector512.Create(rate),
            keep = Vector512.Create(1 - decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> velocity = Flush(mu * Vector512.Load(v + i) + s * Vector512.Load(g + i));
            velocity.Store(v + i);
            (keep * Vector512.Load(p + i) - eta * velocity).Store(p + i);
            Vector512<float>.Zero.Store(g + i);
        }
        for (; i < n; i++)
        {
            v[i] = Flush(momentum * v[i] + gradientScale * g[i], LeastMean);
            p[i] = (1 - decay) * p[i] - rate * v[i];
            g[i] = 0;
        }
    }

    public static void RmsProp(
        float* p, float* g, float* s, int n, float rate, float smoothing, float epsilon, float gradientScale, float decay)
    {
        Vector512<float> rho = Vector512.Create(smoothing), rest = Vector512.Create(1 - smoothing), eps = Vector512.Create(epsilon);
        Vector512<float> scale = Vector512.Create(gradientScale), eta = Vector512.Create(rate), keep = Vector512.Create(1 - decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i) * scale;
            Vector512<float> square = FlushSquare(rho * Vector512.Load(s + i) + rest * gradient * gradient);
            square.Store(s + i);
            (keep * Vector512.Load(p + i) - eta * gradient / (Vector512.Sqrt(square) + eps)).Store(p + i);
            Vector512<float>.Zero.Store(g + i);
        }
        for (; i < n; i++)
        {
            float gradient = g[i] * gradientScale;
            s[i] = Flush(smoothing * s[i] + (1 - smoothing) * gradient * gradient, LeastSquare);
            p[i] = (1 - decay) * p[i] - rate * gradient / (MathF.Sqrt(s[i]) + epsilon);
            g[i] = 0;
        }
    }

    public static void MovingAverage(float* average, float* x, int n, float decay)
    {
        Vector512<float> rest = Vector512.Create(1 - decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> a = Vector512.Load(average + i);
            (a + rest * (Vector512.Load(x + i) - a)).Store(average + i);
        }
        for (; i < n; i++)
            average[i] += (1 - decay) * (x[i] - average[i]);
    }

    public static double SquaredNorm(float* x, int n)
    {
        // Squares of floats are exact in float64. Thirty-two sums, since a single one would wait for its last addition.
        Vector512<double> s0 = Vector512<double>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        for (; i + 2 * Lanes <= n; i += 2 * Lanes)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Load(x + i));
            (Vector512<double> c, Vector512<double> d) = Vector512.Widen(Vector512.Load(x + i + Lanes));
            s0 += a * a;
            s1 += b * b;
            s2 += c * c;
            s3 += d * d;
        }
        double total = Vector512.Sum(s0 + s1 + (s2 + s3));
        for (; i < n; i++)
            total += (double)x[i] * x[i];
        return total;
    }

    // NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Flush(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(LeastMean)), Vector512<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FlushSquare(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(LeastSquare)), Vector512<float>.Zero, x);

    private static float Flush(float x, float least) => MathF.Abs(x) < least ? 0 : x;
}
