namespace Joule.Energies;

/// <summary>
/// A = L·Lᵀ in float64, of a symmetric positive definite matrix (Golub and Van Loan, "Matrix Computations", section 4.2).
/// </summary>
internal sealed class Cholesky
{
    private readonly double[,] _lower;

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">n×n numbers.</param>
    /// <param name="name">What errors call it, at the start of a sentence.</param>
    /// <exception cref="InvalidInputException">The matrix is not square, not symmetric to 10⁻⁶ of its diagonal, or not positive
    /// definite.</exception>
    public Cholesky(double[,] matrix, string name)
    {
        int n = matrix.GetLength(0);
        if (n == 0 || matrix.GetLength(1) != n)
        {
            throw new InvalidInputException($"{name} has {n} rows of {matrix.GetLength(1)} numbers; it must be square, with at least "
                + "one row.");
        }
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (Math.Abs(matrix[i, j] - matrix[j, i]) <= 1e-6 * Math.Sqrt(Math.Abs(matrix[i, i] * matrix[j, j])))
                    continue;
                throw new InvalidInputException($"{name} is not symmetric: its places ({i}, {j}) and ({j}, {i}) are "
                    + $"{matrix[i, j]} and {matrix[j, i]}.");
            }
        }
        _lower = new double[n, n];
        if (Factor(matrix, _lower) is int bad and < int.MaxValue)
        {
            throw new InvalidInputException($"{name} is not positive definite: its first {Counted.Of(bad + 1, "row")} and columns are not. "
                + "Every direction needs a variance above 0.");
        }
    }

    private Cholesky(double[,] lower) => _lower = lower;

    /// <summary>Factors a symmetric matrix, or returns null where it is not positive definite.</summary>
    public static Cholesky? TryFactor(double[,] matrix)
    {
        double[,] lower = new double[matrix.GetLength(0), matrix.GetLength(0)];
        return Factor(matrix, lower) == int.MaxValue ? new Cholesky(lower) : null;
    }

    /// <summary>n.</summary>
    public int Size => _lower.GetLength(0);

    /// <summary>A number of L; 0 above the diagonal.</summary>
    public double this[int row, int column] => _lower[row, column];

    /// <summary>ln det A.</summary>
    public double LogDeterminant => 2 * Enumerable.Range(0, Size).Sum(i => Math.Log(_lower[i, i]));

    /// <summary>Row i of L times a vector.</summary>
    public double Multiply(int row, ReadOnlySpan<float> vector)
    {
        double sum = 0;
        for (int k = 0; k <= row; k++)
            sum += _lower[row, k] * vector[k];
        return sum;
    }

    /// <summary>Solves A·x = b, in place.</summary>
    public void Solve(Span<double> vector)
    {
        for (int i = 0; i < Size; i++)
        {
            for (int k = 0; k < i; k++)
                vector[i] -= _lower[i, k] * vector[k];
            vector[i] /= _lower[i, i];
        }
        for (int i = Size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < Size; k++)
                vector[i] -= _lower[k, i] * vector[k];
            vector[i] /= _lower[i, i];
        }
    }

    /// <summary>A⁻¹, one array a row.</summary>
    public double[][] Inverse()
    {
        double[][] inverse = new double[Size][];
        for (int i = 0; i < Size; i++)
        {
            inverse[i] = new double[Size];
            inverse[i][i] = 1;
            Solve(inverse[i]);
        }
        return inverse;
    }

    // The first row at which the matrix is seen not to be positive definite.
    private static int Factor(double[,] matrix, double[,] lower)
    {
        for (int i = 0; i < matrix.GetLength(0); i++)
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
                    return i;
            }
        }
        return int.MaxValue;
    }
}
