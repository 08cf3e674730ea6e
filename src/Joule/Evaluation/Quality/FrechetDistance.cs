using System.Numerics.Tensors;
using Joule.Samplers;

namespace Joule.Evaluation;

/// <summary>
/// The Fréchet distance between two normal distributions with given moments (Dowson and Landau 1982; as a measure of samples: Heusel et al.
/// 2017): ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁^½Σ₂Σ₁^½)^½).
/// </summary>
internal static class FrechetDistance
{
    /// <summary>The distance between the moments of two sets. It falls with the number of members, so state that beside it.</summary>
    /// <param name="one">The moments of one set.</param>
    /// <param name="other">Those of the other, of the same width.</param>
    /// <exception cref="DivergenceException">A moment is not finite.</exception>
    public static double Between(FeatureMoments one, FeatureMoments other)
    {
        int size = one.Mean.Length;
        SymmetricEigen eigen = new(size);
        double[] values = new double[size], vectors = new double[size * size];
        Decompose(eigen, (double[])one.Covariance.Clone(), values, vectors);
        // In the eigenvectors of Σ₁, Σ₁^½ is diagonal.
        double[] turned = new double[size * size], product = new double[size];
        for (int i = 0; i < size; i++)
        {
            ReadOnlySpan<double> v = vectors.AsSpan(i * size, size);
            for (int j = 0; j < size; j++)
                product[j] = TensorPrimitives.Dot(other.Covariance.AsSpan(j * size, size), v);
            for (int j = 0; j < size; j++)
            {
                double scale = Math.Sqrt(Math.Max(values[i], 0) * Math.Max(values[j], 0));
                turned[i * size + j] = scale * TensorPrimitives.Dot<double>(vectors.AsSpan(j * size, size), product);
            }
        }
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                turned[i * size + j] = turned[j * size + i] = (turned[i * size + j] + turned[j * size + i]) / 2;
        }
        Decompose(eigen, turned, values, vectors);
        double distance = one.Trace + other.Trace;
        for (int i = 0; i < size; i++)
        {
            distance -= 2 * Math.Sqrt(Math.Max(values[i], 0));
            distance += (one.Mean[i] - other.Mean[i]) * (one.Mean[i] - other.Mean[i]);
        }
        return Math.Max(distance, 0); // rounding, where the two are equal
    }

    private static void Decompose(SymmetricEigen eigen, double[] matrix, double[] values, double[] vectors)
    {
        if (!eigen.Decompose(matrix, values, vectors))
            throw new DivergenceException("covariance of features", 0, 0, float.NaN);
    }
}
