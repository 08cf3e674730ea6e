using System.Numerics.Tensors;

namespace Joule.Objectives;

/// <summary>
/// Entropic optimal transport between two uniform distributions on n points: the plan π with row and column sums 1/n that has the least
/// Σ πᵢⱼ(cᵢⱼ + ε·ln πᵢⱼ). It is πᵢⱼ = exp(fᵢ + gⱼ − cᵢⱼ/ε); f and g are found by scaling columns and rows in turn, in logarithms (Cuturi
/// 2013, arXiv:1306.0895; Peyré and Cuturi 2019, arXiv:1803.00567, section 4.4).
/// </summary>
internal sealed class SinkhornPlan
{
    private readonly int _most;
    private readonly double[] _log, _ofRow, _ofColumn, _greatest, _sum, _line;
    private int _count;

    /// <summary>Allocates memory for up to <paramref name="most"/> points on each side.</summary>
    public SinkhornPlan(int most)
    {
        _most = most;
        _log = new double[most * most];
        (_ofRow, _ofColumn, _greatest, _sum, _line) =
            (new double[most], new double[most], new double[most], new double[most], new double[most]);
    }

    /// <summary>Scalings of all rows and columns that the last solution took.</summary>
    public int Iterations { get; private set; }

    /// <summary>
    /// Finds the plan. Its row sums are exact; every column sum is off by at most a factor of 1 + tolerance, unless the iterations end
    /// first.
    /// </summary>
    /// <param name="costs">n rows of n costs.</param>
    /// <param name="count">n.</param>
    /// <param name="regularization">ε, as a share of the mean cost; above 0.</param>
    /// <param name="tolerance">The tolerance.</param>
    /// <param name="iterations">Largest number of iterations, at least 1.</param>
    /// <param name="cancellation">Cancels between iterations.</param>
    /// <exception cref="InvalidInputException">A cost is not finite.</exception>
    public void Solve(ReadOnlySpan<double> costs, int count, double regularization, double tolerance, int iterations,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _most);
        _count = count;
        double mean = TensorPrimitives.Sum(costs) / costs.Length;
        if (!double.IsFinite(mean))
        {
            throw new InvalidInputException($"The mean squared distance between data and noise is {mean}; rows whose distance is not "
                + "finite cannot be paired. Scale the data to a smaller range.");
        }
        // Equal points have no cost, and any plan will do.
        double scale = mean > 0 ? -1 / (regularization * mean) : 0;
        TensorPrimitives.Multiply(costs, scale, _log.AsSpan(0, costs.Length));
        _ofRow.AsSpan(0, count).Clear();
        for (Iterations = 1; ; Iterations++)
        {
            cancellation.ThrowIfCancellationRequested();
            ScaleColumns();
            double change = ScaleRows();
            if (Iterations == iterations || (Iterations > 1 && change < tolerance))
                return;
        }
    }

    /// <summary>πᵢⱼ.</summary>
    public double At(int row, int column) => Math.Exp(_log[row * _count + column] + _ofRow[row] + _ofColumn[column]);

    /// <summary>Draws a column from a row of the plan.</summary>
    /// <param name="row">The row.</param>
    /// <param name="uniform">A uniform draw from [0, 1).</param>
    public int Draw(int row, double uniform)
    {
        double left = uniform / _count;
        int last = 0;
        for (int column = 0; column < _count; column++)
        {
            double share = At(row, column);
            if (share > 0)
                last = column;
            left -= share;
            if (left < 0)
                return last;
        }
        // Rounding: the sum of the row was a little below 1/n.
        return last;
    }

    // gⱼ = −ln n − ln Σᵢ exp(fᵢ − cᵢⱼ/ε).
    private void ScaleColumns()
    {
        Span<double> greatest = _greatest.AsSpan(0, _count), sum = _sum.AsSpan(0, _count), line = _line.AsSpan(0, _count);
        greatest.Fill(double.NegativeInfinity);
        for (int i = 0; i < _count; i++)
        {
            TensorPrimitives.Add(Line(i), _ofRow[i], line);
            TensorPrimitives.Max<double>(greatest, line, greatest);
        }
        sum.Clear();
        for (int i = 0; i < _count; i++)
        {
            TensorPrimitives.Add(Line(i), _ofRow[i], line);
            TensorPrimitives.Subtract<double>(line, greatest, line);
            TensorPrimitives.Exp<double>(line, line);
            TensorPrimitives.Add<double>(sum, line, sum);
        }
        double all = Math.Log(_count);
        for (int j = 0; j < _count; j++)
            _ofColumn[j] = -all - greatest[j] - Math.Log(sum[j]);
    }

    // The same for rows. Returns the largest change of an fᵢ.
    private double ScaleRows()
    {
        Span<double> line = _line.AsSpan(0, _count);
        double all = Math.Log(_count), change = 0;
        for (int i = 0; i < _count; i++)
        {
            TensorPrimitives.Add<double>(Line(i), _ofColumn.AsSpan(0, _count), line);
            double greatest = TensorPrimitives.Max<double>(line);
            TensorPrimitives.Subtract(line, greatest, line);
            TensorPrimitives.Exp<double>(line, line);
            double value = -all - greatest - Math.Log(TensorPrimitives.Sum<double>(line));
            change = Math.Max(change, Math.Abs(value - _ofRow[i]));
            _ofRow[i] = value;
        }
        return change;
    }

    private ReadOnlySpan<double> Line(int row) => _log.AsSpan(row * _count, _count);
}
