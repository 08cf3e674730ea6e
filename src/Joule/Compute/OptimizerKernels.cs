using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Optimiser updates, each in one pass over the parameters. Tails run the same arithmetic one element at a time.</summary>
internal static unsafe class OptimizerKernels
{
    private const int Lanes = 16;

    public static void Adam(float* p, float* g, float* m, float* v, int n, in AdamCoefficients c)
    {
        Vector512<float> scale = Vector512.Create(c.GradientScale), b1 = Vector512.Create(c.Beta1), a1 = Vector512.Create(1 - c.Beta1);
        Vector512<float> b2 = Vector512.Create(c.Beta2), a2 = Vector512.Create(1 - c.Beta2), epsilon = Vector512.Create(c.Epsilon);
        Vector512<float> c1 = Vector512.Create(c.Correction1), c2 = Vector512.Create(c.Correction2), rate = Vector512.Create(c.LearningRate);
        Vector512<float> keep = Vector512.Create(1 - c.Decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i) * scale;
            Vector512<float> mean = b1 * Vector512.Load(m + i) + a1 * gradient;
            Vector512<float> square = b2 * Vector512.Load(v + i) + a2 * gradient * gradient;
            mean.Store(m + i);
            square.Store(v + i);
            (keep * Vector512.Load(p + i) - rate * (mean * c1) / (Vector512.Sqrt(square * c2) + epsilon)).Store(p + i);
        }
        for (; i < n; i++)
        {
            float gradient = g[i] * c.GradientScale;
            m[i] = c.Beta1 * m[i] + (1 - c.Beta1) * gradient;
            v[i] = c.Beta2 * v[i] + (1 - c.Beta2) * gradient * gradient;
            p[i] = (1 - c.Decay) * p[i] - c.LearningRate * (m[i] * c.Correction1) / (MathF.Sqrt(v[i] * c.Correction2) + c.Epsilon);
        }
    }

    public static void Momentum(float* p, float* g, float* v, int n, float rate, float momentum, float gradientScale, float decay)
    {
        Vector512<float> mu = Vector512.Create(momentum), s = Vector512.Create(gradientScale), eta = Vector512.Create(rate), keep = Vector512.Create(1 - decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> velocity = mu * Vector512.Load(v + i) + s * Vector512.Load(g + i);
            velocity.Store(v + i);
            (keep * Vector512.Load(p + i) - eta * velocity).Store(p + i);
        }
        for (; i < n; i++)
        {
            v[i] = momentum * v[i] + gradientScale * g[i];
            p[i] = (1 - decay) * p[i] - rate * v[i];
        }
    }

    public static void RmsProp(float* p, float* g, float* s, int n, float rate, float smoothing, float epsilon, float gradientScale, float decay)
    {
        Vector512<float> rho = Vector512.Create(smoothing), rest = Vector512.Create(1 - smoothing), eps = Vector512.Create(epsilon);
        Vector512<float> scale = Vector512.Create(gradientScale), eta = Vector512.Create(rate), keep = Vector512.Create(1 - decay);
        int i = 0;
        for (; i + Lanes <= n; i += Lanes)
        {
            Vector512<float> gradient = Vector512.Load(g + i) * scale;
            Vector512<float> square = rho * Vector512.Load(s + i) + rest * gradient * gradient;
            square.Store(s + i);
            (keep * Vector512.Load(p + i) - eta * gradient / (Vector512.Sqrt(square) + eps)).Store(p + i);
        }
        for (; i < n; i++)
        {
            float gradient = g[i] * gradientScale;
            s[i] = smoothing * s[i] + (1 - smoothing) * gradient * gradient;
            p[i] = (1 - decay) * p[i] - rate * gradient / (MathF.Sqrt(s[i]) + epsilon);
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
        Vector512<double> sum = Vector512<double>.Zero;
        int i = 0;
        for (; i + 8 <= n; i += 8)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Load(x + i));
            Vector512<double> wide = Vector512.Create(lower, upper);
            sum += wide * wide;
        }
        double total = Vector512.Sum(sum);
        for (; i < n; i++)
            total += (double)x[i] * x[i];
        return total;
    }
}
