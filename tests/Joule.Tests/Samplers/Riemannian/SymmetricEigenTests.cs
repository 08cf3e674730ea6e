using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(41)]
    public void Values_and_vectors_make_up_the_matrix(int n)
    {
        // Errors are of the order of n·10⁻¹⁶ of the largest eigenvalue.
        double[] matrix = Random(n), values = new double[n], vectors = new double[n * n];
        double largest = matrix.Max(Math.Abs);
        Assert.True(new SymmetricEigen(n).Decompose([.. matrix], values, vectors));
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0, product = 0;
                for (int k = 0; k < n; k++)
                {
                    sum += values[k] * vectors[k * n + i] * vectors[k * n + j];
                    product += vectors[i * n + k] * vectors[j * n + k];
                }
                Assert.Equal(matrix[i * n + j], sum, 1e-13 * n * largest);
                Assert.Equal(i == j ? 1 : 0, product, 1e-14 * n);
            }
        }
    }

    [Fact]
    public void The_second_difference_has_the_eigenvalues_of_the_closed_form()
    {
        // Of the matrix with 2 on its diagonal and −1 beside it: 2 − 2cos(kπ/(n + 1)).
        const int n = 20;
        double[] matrix = new double[n * n], values = new double[n], vectors = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            matrix[i * n + i] = 2;
            if (i > 0)
                matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
        }
        Assert.True(new SymmetricEigen(n).Decompose(matrix, values, vectors));
        Array.Sort(values);
        for (int k = 0; k < n; k++)
            Assert.Equal(2 - 2 * Math.Cos((k + 1) * Math.PI / (n + 1)), values[k], 1e-14);
    }

    [Fact]
    public void Equal_eigenvalues_zeros_and_huge_ranges_are_no_trouble()
    {
        double[] values = new double[3], vectors = new double[9];
        SymmetricEigen eigen = new(3);
        Assert.True(eigen.Decompose([5, 0, 0, 0, 5, 0, 0, 0, 5], values, vectors));
        Assert.Equal([5, 5, 5], values);
        Assert.True(eigen.Decompose(new double[9], values, vectors));
        Assert.Equal([0, 0, 0], values);
        // All ones: 3, and 0 twice.
        Assert.True(eigen.Decompose([1, 1, 1, 1, 1, 1, 1, 1, 1], values, vectors));
        Array.Sort(values);
        Assert.Equal(3, values[2], 1e-14);
        Assert.Equal(0, values[0], 1e-14);
        Assert.True(eigen.Decompose([1e200, 0, 1e-3, 0, 2, 0, 1e-3, 0, 1e-200], values, vectors));
        Array.Sort(values);
        Assert.Equal(1e200, values[2], 1e185);
        Assert.Equal(2, values[1], 1e-14);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_found(double bad)
    {
        double[] matrix = Random(6);
        matrix[2 * 6 + 4] = matrix[4 * 6 + 2] = bad;
        Assert.False(new SymmetricEigen(6).Decompose(matrix, new double[6], new double[36]));
    }

    private static double[] Random(int n)
    {
        float[] drawn = new float[n * n];
        new RandomStream(5, RandomPurpose.User, 0).FillNormal(drawn, (uint)n);
        return [.. Enumerable.Range(0, n * n).Select(k => (double)drawn[k] + drawn[k % n * n + k / n])];
    }
}
