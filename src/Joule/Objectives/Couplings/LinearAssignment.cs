namespace Joule.Objectives;

/// <summary>
/// The linear assignment problem: one column for each row, so that the sum of their costs is least. Column reduction, then shortest
/// augmenting paths in dual costs (Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
/// problems", Computing 38, 1987; the path search as in Crouse, "On implementing 2D rectangular assignment algorithms", IEEE TAES 52,
/// 2016). At most n³ operations for n rows, usually far fewer.
/// </summary>
internal sealed class LinearAssignment
{
    private const int Free = -1;

    private readonly double[] _ofRow, _ofColumn, _distance;
    private readonly int[] _columnOf, _rowOf, _cameFrom, _open;
    private readonly bool[] _isDone;

    /// <summary>Allocates memory for up to <paramref name="most"/> rows.</summary>
    public LinearAssignment(int most)
    {
        (_ofRow, _ofColumn, _distance) = (new double[most], new double[most], new double[most]);
        (_columnOf, _rowOf, _cameFrom, _open) = (new int[most], new int[most], new int[most], new int[most]);
        _isDone = new bool[most];
    }

    /// <summary>Solves a problem.</summary>
    /// <param name="costs">n rows of n costs.</param>
    /// <param name="columns">Receives the column of each row: n numbers, a permutation.</param>
    /// <param name="cancellation">Cancels between paths.</param>
    /// <exception cref="InvalidInputException">A cost is not finite.</exception>
    public void Solve(ReadOnlySpan<double> costs, Span<int> columns, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        int n = columns.Length;
        if (costs.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) is int bad and >= 0)
        {
            throw new InvalidInputException($"The squared distance between data row {bad / n} and noise row {bad % n} is {costs[bad]}; "
                + "rows whose distance is not finite cannot be paired. Scale the data to a smaller range.");
        }
        Reduce(costs, n);
        for (int row = 0; row < n; row++)
        {
            if (_columnOf[row] != Free)
                continue;
            cancellation.ThrowIfCancellationRequested();
            Augment(row, FindPath(costs, row, n));
        }
        _columnOf.AsSpan(0, n).CopyTo(columns);
    }

    // The cheapest row of each column, as long as it is free. The dual cost of a column is then its least cost, and of a row 0: no
    // reduced cost c − ofRow − ofColumn is below 0, and those of pairs are 0, as later paths require.
    private void Reduce(ReadOnlySpan<double> costs, int n)
    {
        _ofRow.AsSpan(0, n).Clear();
        _columnOf.AsSpan(0, n).Fill(Free);
        _rowOf.AsSpan(0, n).Fill(Free);
        costs[..n].CopyTo(_ofColumn);
        _cameFrom.AsSpan(0, n).Clear();
        for (int row = 1; row < n; row++)
        {
            ReadOnlySpan<double> line = costs.Slice(row * n, n);
            for (int column = 0; column < n; column++)
            {
                if (line[column] < _ofColumn[column])
                    (_ofColumn[column], _cameFrom[column]) = (line[column], row);
            }
        }
        for (int column = 0; column < n; column++)
        {
            int row = _cameFrom[column];
            if (_columnOf[row] == Free)
                (_columnOf[row], _rowOf[column]) = (column, row);
        }
    }

    // Dijkstra's algorithm in reduced costs, from a free row to the nearest free column. Returns that column.
    private int FindPath(ReadOnlySpan<double> costs, int start, int n)
    {
        double[] distance = _distance, ofColumn = _ofColumn;
        int[] open = _open;
        distance.AsSpan(0, n).Fill(double.PositiveInfinity);
        _isDone.AsSpan(0, n).Clear();
        for (int i = 0; i < n; i++)
            open[i] = i;
        int left = n, row = start;
        double least = 0;
        while (true)
        {
            ReadOnlySpan<double> line = costs.Slice(row * n, n);
            double before = least - _ofRow[row];
            int nearest = 0;
            least = double.PositiveInfinity;
            for (int i = 0; i < left; i++)
            {
                int column = open[i];
                double there = before + line[column] - ofColumn[column];
                if (there < distance[column])
                    (distance[column], _cameFrom[column]) = (there, row);
                // Of two equally near columns, a free one ends the path.
                if (distance[column] < least || (distance[column] == least && _rowOf[column] == Free))
                    (least, nearest) = (distance[column], i);
            }
            int found = open[nearest];
            if (_rowOf[found] == Free)
            {
                Reprice(start, least, n);
                return found;
            }
            _isDone[found] = true;
            open[nearest] = open[--left];
            row = _rowOf[found];
        }
    }

    // New dual costs, in which the path costs nothing.
    private void Reprice(int start, double length, int n)
    {
        _ofRow[start] += length;
        for (int column = 0; column < n; column++)
        {
            if (!_isDone[column])
                continue;
            double saved = length - _distance[column];
            _ofRow[_rowOf[column]] += saved;
            _ofColumn[column] -= saved;
        }
    }

    private void Augment(int start, int column)
    {
        while (true)
        {
            int row = _cameFrom[column];
            _rowOf[column] = row;
            (_columnOf[row], column) = (column, _columnOf[row]);
            if (row == start)
                return;
        }
    }
}
