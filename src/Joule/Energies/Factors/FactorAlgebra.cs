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

    /// <summary>L of a positive definite matrix LLᵀ.</summary>
    /// <exception cref="InvalidInputException">It is not positive definite.</exception>
    public static double[,] Lower(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] lower = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[i, j];
                for (int k = 0; k < j; k++)
                    sum -= lower[i, k] * lower[j, k];
                if (i != j)
                    lower[i, j] = sum / lower[j, j];
                else if (sum > 0 && double.IsFinite(sum))
                    lower[i, i] = Math.Sqrt(sum);
                else
                    throw new InvalidInputException("A component of the mixture has loadings or variances that are not finite or not above "
                        + "0. Its variances must lie above 0; fit it again, with more shrinkage.");
            }
        }
        return lower;
    }

    /// <summary>Solves LLᵀx = b, in place.</summary>
    public static void Solve(double[,] lower, Span<double> b)
    {
        for (int i = 0; i < b.Length; i++)
        {
            for (int j = 0; j < i; j++)
                b[i] -= lower[i, j] * b[j];
            b[i] /= lower[i, i];
        }
        for (int i = b.Length - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < b.Length; j++)
                b[i] -= lower[j, i] * b[j];
            b[i] /= lower[i, i];
        }
    }
}
