using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Energies;

/// <summary>Small matrices of a factor analyser, in float64.</summary>
internal static class FactorAlgebra
{
    /// <summary>I + AᵀD⁻¹A of a component: the precision of its factors, given a state.</summary>
    public static double[,] Precision(FactorShape shape, Rows parameters, int k)
    {
        Rows loadings = shape.Loadings(parameters).Slice(k * shape.Factors, shape.Factors);
        return Precision(loadings, shape.Variances(parameters)[k]);
    }

    /// <summary>I + AᵀD⁻¹A.</summary>
    /// <param name="loadings">Aᵀ: l rows of d.</param>
    /// <param name="variance">D.</param>
    public static double[,] Precision(Rows loadings, ReadOnlySpan<float> variance)
    {
        int l = loadings.Count;
        double[,] matrix = new double[l, l];
        float[] scaled = new float[loadings.Width];
        for (int i = 0; i < l; i++)
        {
            TensorPrimitives.Divide(loadings[i], variance, scaled);
            for (int j = 0; j <= i; j++)
                matrix[i, j] = matrix[j, i] = (i == j ? 1 : 0) + TensorPrimitives.Dot((ReadOnlySpan<float>)scaled, loadings[j]);
        }
        return matrix;
    }

    /// <summary>Factors a symmetric matrix of a component.</summary>
    /// <exception cref="InvalidInputException">It is not positive definite.</exception>
    public static Cholesky Factor(double[,] matrix) =>
        Cholesky.TryFactor(matrix) ?? throw new InvalidInputException("A component of the mixture has loadings or variances that are not "
            + "finite or not above 0. Its variances must lie above 0; fit it again, with more shrinkage.");
}
