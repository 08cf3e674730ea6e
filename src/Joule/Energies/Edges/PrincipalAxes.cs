using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// An orthonormal basis of the principal components of rows, by subspace iteration (Golub and Van Loan, "Matrix Computations"). A row f
/// becomes p = Vᵀ(f − μ), followed by its distance to the subspace, ρ = √(|f − μ − Vp|² + τ²).
/// </summary>
internal sealed class PrincipalAxes
{
    /// <summary>Largest number of rows that the covariance is computed of.</summary>
    public const int MostRows = 20_000;

    private const int Rounds = 40;
    private const int Spare = 8; // further vectors, so that the last of those wanted converge
    private const float Least = 1e-3f; // τ

    private readonly ReadOnlyMemory<float> _fitted;
    private readonly int _features, _components;

    /// <summary>Reads a basis.</summary>
    /// <param name="fitted">μ, then the vectors one after another.</param>
    /// <param name="features">Numbers of a row.</param>
    /// <param name="components">Number of vectors.</param>
    public PrincipalAxes(ReadOnlyMemory<float> fitted, int features, int components) =>
        (_fitted, _features, _components) = (fitted, features, components);

    private ReadOnlySpan<float> Mean => _fitted.Span[.._features];

    /// <summary>Floats of a basis.</summary>
    public static long CountNumbers(long features, long components) => features * (1 + components);

    /// <summary>Fits the basis.</summary>
    /// <param name="rows">Runs the tasks of the fit.</param>
    /// <param name="values">The rows, in host memory; the first <see cref="MostRows"/> count.</param>
    /// <param name="components">Number of vectors, at most the width of the rows.</param>
    /// <param name="fitted">Receives μ and the vectors.</param>
    public static void Fit(FitRows rows, Rows values, int components, Span<float> fitted)
    {
        int width = values.Width, count = Math.Min(values.Count, MostRows), most = Math.Min(components + Spare, width);
        double[] mean = new double[width];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < width; j++)
                mean[j] += values[i][j] / (double)count;
        }
        for (int j = 0; j < width; j++)
            fitted[j] = (float)mean[j];
        double[][] covariance = Covariance(rows, values.Slice(0, count), fitted[..width].ToArray());
        double[][] vectors = [.. Enumerable.Range(0, most).Select(i => Start(values, i, mean))];
        Orthonormalize(vectors);
        for (int round = 0; round < Rounds; round++)
        {
            double[][] from = vectors, to = [.. from.Select(_ => new double[width])];
            rows.Run("the principal components", most, c =>
            {
                for (int j = 0; j < width; j++)
                    to[c][j] = TensorPrimitives.Dot(covariance[j], from[c]);
            });
            Orthonormalize(vectors = to);
        }
        for (int c = 0; c < components; c++)
        {
            for (int j = 0; j < width; j++)
                fitted[(1 + c) * width + j] = (float)vectors[c][j];
        }
    }

    /// <summary>Writes p and ρ of a row.</summary>
    /// <param name="row">f.</param>
    /// <param name="centred">Receives f − μ.</param>
    /// <param name="point">Receives p and ρ.</param>
    public void Forward(ReadOnlySpan<float> row, Span<float> centred, Span<float> point)
    {
        TensorPrimitives.Subtract(row, Mean, centred);
        float left = TensorPrimitives.SumOfSquares((ReadOnlySpan<float>)centred);
        for (int c = 0; c < _components; c++)
        {
            point[c] = TensorPrimitives.Dot(Vector(c), centred);
            left -= point[c] * point[c];
        }
        point[_components] = MathF.Sqrt(Math.Max(left, 0) + Least * Least);
    }

    /// <summary>Writes the gradient of ⟨slopes, (p, ρ)⟩ with respect to f.</summary>
    /// <param name="centred">f − μ.</param>
    /// <param name="point">p and ρ.</param>
    /// <param name="slopes">The factors.</param>
    /// <param name="gradient">Receives the gradient.</param>
    public void Reverse(ReadOnlySpan<float> centred, ReadOnlySpan<float> point, ReadOnlySpan<double> slopes, Span<float> gradient)
    {
        float share = (float)slopes[_components] / point[_components];
        TensorPrimitives.Multiply(centred, share, gradient);
        for (int c = 0; c < _components; c++)
            TensorPrimitives.MultiplyAdd(Vector(c), (float)slopes[c] - share * point[c], gradient, gradient);
    }

    private ReadOnlySpan<float> Vector(int c) => _fitted.Span.Slice((1 + c) * _features, _features);

    private static double[][] Covariance(FitRows rows, Rows values, float[] mean)
    {
        int width = values.Width;
        using DeviceBuffer centred = DeviceBuffer.OnHost(values.Length), products = DeviceBuffer.OnHost((long)width * width);
        Rows x = centred.AsRows(values.Count, width), result = products.AsRows(width, width);
        products.Span.Clear();
        for (int i = 0; i < values.Count; i++)
            TensorPrimitives.Subtract(values[i], mean, x[i]);
        using DenseKernel product = Kernels.Dense(width, width);
        const int some = 16;
        rows.Run("the covariance of rows", (width + some - 1) / some, task =>
            product.WeightGradient(x, x, result, default, task * some, Math.Min(some, width - task * some)));
        return [.. Enumerable.Range(0, width).Select(i => result[i].ToArray().Select(v => (double)v).ToArray())];
    }

    private static double[] Start(Rows values, int place, double[] mean)
    {
        ReadOnlySpan<float> row = values[place % values.Count];
        double[] vector = new double[mean.Length];
        for (int j = 0; j < vector.Length; j++)
            vector[j] = row[j] - mean[j];
        return vector;
    }

    // By Gram and Schmidt, twice. A vector that depends on those before it is replaced by one that does not.
    private static void Orthonormalize(double[][] vectors)
    {
        int unused = 0;
        for (int c = 0; c < vectors.Length; c++)
        {
            double[] vector = vectors[c];
            double before = TensorPrimitives.Norm<double>(vector);
            while (!TryOrthonormalize(vectors, c, before))
            {
                vector.AsSpan().Clear();
                vector[unused++] = before = 1;
            }
        }
    }

    private static bool TryOrthonormalize(double[][] vectors, int c, double before)
    {
        double[] vector = vectors[c];
        for (int pass = 0; pass < 2; pass++)
        {
            for (int other = 0; other < c; other++)
                TensorPrimitives.MultiplyAdd(vectors[other], -TensorPrimitives.Dot<double>(vectors[other], vector), vector, vector);
        }
        double norm = TensorPrimitives.Norm<double>(vector);
        if (!(norm > 1e-9 * before))
            return false;
        TensorPrimitives.Divide(vector, norm, vector);
        return true;
    }
}
