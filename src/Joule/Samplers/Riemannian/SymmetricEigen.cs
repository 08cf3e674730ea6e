using System.Numerics.Tensors;

namespace Joule.Samplers;

/// <summary>
/// Eigenvalues and eigenvectors of symmetric matrices in float64: Householder reflections to a tridiagonal matrix, and QR steps with
/// Wilkinson's shift (Golub and Van Loan, "Matrix Computations", algorithms 8.3.1 and 8.3.2). Errors of eigenvalues are of the order of
/// 10⁻¹⁶ of the largest. Working memory of one thread.
/// </summary>
internal sealed class SymmetricEigen(int size)
{
    private const double Precision = 2.2e-16;
    private const int MostSteps = 60; // for each eigenvalue; two or three are usual

    private readonly double[] _beside = new double[size];
    private readonly double[] _mirror = new double[size];
    private readonly double[] _product = new double[size];

    /// <summary>Finds A = Σₖ λₖvₖvₖᵀ.</summary>
    /// <param name="matrix">A, n rows of n numbers; overwritten.</param>
    /// <param name="values">Receives λ, in no order.</param>
    /// <param name="vectors">Receives the unit vectors vₖ, one a row.</param>
    /// <returns>False if a number is not finite.</returns>
    public bool Decompose(Span<double> matrix, Span<double> values, Span<double> vectors)
    {
        vectors.Clear();
        for (int i = 0; i < size; i++)
            vectors[i * size + i] = 1;
        for (int column = 0; column < size - 2; column++)
            Reflect(matrix, vectors, column);
        for (int i = 0; i < size; i++)
        {
            values[i] = matrix[i * size + i];
            _beside[i] = i + 1 < size ? matrix[i * size + i + 1] : 0;
        }
        if (!TensorPrimitives.IsFiniteAll<double>(values) || !TensorPrimitives.IsFiniteAll<double>(_beside))
            return false;
        int steps = 0;
        for (int last = size - 1; last > 0;)
        {
            if (IsSplit(values, last - 1))
            {
                last--;
                continue;
            }
            int first = last - 1;
            while (first > 0 && !IsSplit(values, first - 1))
                first--;
            Shift(values, vectors, first, last);
            if (++steps > MostSteps * size)
                return false;
        }
        return true;
    }

    private bool IsSplit(ReadOnlySpan<double> values, int place) =>
        Math.Abs(_beside[place]) <= Precision * (Math.Abs(values[place]) + Math.Abs(values[place + 1]));

    // A ← HAH and V ← HV with the reflection H = 1 − βvvᵀ that clears a column below the place beside the diagonal.
    private void Reflect(Span<double> matrix, Span<double> vectors, int column)
    {
        int first = column + 1, count = size - first;
        Span<double> v = _mirror.AsSpan(0, count), w = _product.AsSpan(0, count);
        matrix.Slice(column * size + first, count).CopyTo(v);
        double rest = TensorPrimitives.SumOfSquares<double>(v[1..]), head = v[0];
        if (rest == 0)
            return;
        double length = head > 0 ? -Math.Sqrt(head * head + rest) : Math.Sqrt(head * head + rest);
        v[0] -= length;
        double beta = 2 / (v[0] * v[0] + rest);
        for (int i = 0; i < count; i++)
            w[i] = beta * TensorPrimitives.Dot<double>(matrix.Slice((first + i) * size + first, count), v);
        double half = beta / 2 * TensorPrimitives.Dot<double>(w, v);
        for (int i = 0; i < count; i++)
            w[i] -= half * v[i];
        for (int i = 0; i < count; i++)
        {
            Span<double> row = matrix.Slice((first + i) * size + first, count);
            for (int j = 0; j < row.Length; j++)
                row[j] -= v[i] * w[j] + w[i] * v[j];
        }
        matrix[column * size + first] = length;
        w = _product.AsSpan();
        w.Clear();
        for (int i = 0; i < count; i++)
            TensorPrimitives.MultiplyAdd(vectors.Slice((first + i) * size, size), beta * v[i], w, w);
        for (int i = 0; i < count; i++)
        {
            Span<double> row = vectors.Slice((first + i) * size, size);
            for (int j = 0; j < row.Length; j++)
                row[j] -= v[i] * w[j];
        }
    }

    // One QR step with shift on the block of the tridiagonal matrix between two places, by rotations that chase the bulge down.
    private void Shift(Span<double> values, Span<double> vectors, int first, int last)
    {
        double beside = _beside[last - 1], half = (values[last - 1] - values[last]) / 2;
        double root = Math.Sqrt(half * half + beside * beside);
        double x = values[first] - values[last] + beside * beside / (half + (half < 0 ? -root : root)), z = _beside[first];
        for (int k = first; k < last; k++)
        {
            double radius = Math.Sqrt(x * x + z * z), cosine = radius == 0 ? 1 : x / radius, sine = radius == 0 ? 0 : z / radius;
            if (k > first)
                _beside[k - 1] = radius;
            double a = values[k], b = _beside[k], c = values[k + 1], mixed = 2 * cosine * sine * b;
            values[k] = cosine * cosine * a + mixed + sine * sine * c;
            values[k + 1] = sine * sine * a - mixed + cosine * cosine * c;
            _beside[k] = cosine * sine * (c - a) + (cosine * cosine - sine * sine) * b;
            if (k + 1 < last)
            {
                (x, z) = (_beside[k], sine * _beside[k + 1]);
                _beside[k + 1] *= cosine;
            }
            Span<double> upper = vectors.Slice(k * size, size), lower = vectors.Slice((k + 1) * size, size);
            for (int i = 0; i < upper.Length && i < lower.Length; i++)
            {
                double u = upper[i], l = lower[i];
                upper[i] = cosine * u + sine * l;
                lower[i] = cosine * l - sine * u;
            }
        }
    }
}
