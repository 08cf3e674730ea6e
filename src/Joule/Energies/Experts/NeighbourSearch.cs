using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// Finds the rows xᵢ with the smallest |x − xᵢ|/hᵢ, over some of the columns. Matrix products give a lower bound of all |x − xᵢ|²/hᵢ² of a
/// block of points, some rows at a time; distances are computed, without cancellation, of the few rows whose bound does not exceed the
/// largest distance found so far. So the result is exact: it depends neither on the products' rounding nor on blocks.
/// </summary>
internal sealed class NeighbourSearch : IDisposable
{
    /// <summary>Points that are looked up together.</summary>
    public const int Block = 16;

    /// <summary>Rows whose bounds are computed together: those of a block of points fit into the second-level cache.</summary>
    public const int Chunk = 2048;

    private const double Rounding = 1.0 / (1 << 24);
    private const double LeastBound = 1e-36; // what float32 loses to underflow is smaller
    private const double MostBound = 1e37; // float32 holds the terms of no bound that is smaller without overflow
    private const double MostNorm = 1e38;

    private readonly float[] _rows;
    private readonly int _width;
    private readonly int[] _columns;
    private readonly float[] _scales;
    private readonly DenseKernel[] _products;
    private readonly DeviceBuffer _norms;
    private readonly int _chunk;
    private readonly double _error, _typicalInverse, _typicalNorm, _largestInverse;

    /// <summary>Prepares the products.</summary>
    /// <param name="rows">The rows, of <paramref name="width"/> numbers each.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="columns">The columns that count.</param>
    /// <param name="scales">hᵢ, one for every row.</param>
    public NeighbourSearch(float[] rows, int width, int[] columns, float[] scales)
    {
        (_rows, _width, _columns, _scales) = (rows, width, columns, scales);
        int inputs = columns.Length + 1, chunks = (Count + Chunk - 1) / Chunk;
        _chunk = (Count + chunks - 1) / chunks;
        // The terms of |x|² − 2⟨x, xᵢ⟩ + |xᵢ|² are at most 2(|x|² + |xᵢ|²) together, and each of the sum's roundings is at most that
        // times 2⁻²⁴. Taken off both squares beforehand, the result is a lower bound.
        _error = 2 * (inputs + 8) * Rounding;
        double[] inverses = new double[Count], norms = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            inverses[i] = 1 / ((double)scales[i] * scales[i]);
            norms[i] = inverses[i] * Norm(Row(i));
        }
        _norms = DeviceBuffer.OnHost(Count);
        for (int i = 0; i < Count; i++)
            _norms.Span[i] = (float)Math.Min((1 - _error) * norms[i] - LeastBound, MostNorm);
        _products = [.. Enumerable.Range(0, chunks).Select(k => Pack(k * _chunk, inverses))];
        (_typicalInverse, _typicalNorm, _largestInverse) = (Median(inverses), Median(norms), inverses.Max());
    }

    /// <summary>Number of rows.</summary>
    public int Count => _scales.Length;

    /// <summary>Evaluates some states, a block of points at a time, with memory from a pool.</summary>
    /// <typeparam name="T">The memory.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="states">The states.</param>
    /// <param name="energies">Receives as many energies.</param>
    /// <param name="gradient">Receives as many gradients; no rows: they are not wanted.</param>
    /// <param name="evaluate">Evaluates at most <see cref="Block"/> states.</param>
    public static void EachBlock<T>(WorkspacePool<T> pool, Rows states, Rows energies, Rows gradient, Action<Rows, Rows, Rows, T> evaluate)
        where T : class, IDisposable
    {
        T workspace = pool.Rent(out int place);
        try
        {
            for (int start = 0; start < states.Count; start += Block)
            {
                int count = Math.Min(Block, states.Count - start);
                evaluate(states.Slice(start, count), energies.Slice(start, count),
                    gradient.Count > 0 ? gradient.Slice(start, count) : default, workspace);
            }
        }
        finally
        {
            pool.Return(workspace, place);
        }
    }

    /// <summary>Finds the nearest rows of a block of points.</summary>
    /// <param name="points">The points, each as long as a row.</param>
    /// <param name="count">Number of points, at most <see cref="Block"/>.</param>
    /// <param name="own">The row of the first point, which does not count for it, and so on; Count or more: none.</param>
    /// <param name="most">Number of rows to find; fewer if there are fewer.</param>
    /// <param name="workspace">Receives the rows and their distances.</param>
    public void Find(ReadOnlySpan<float> points, int count, int own, int most, NeighbourWorkspace workspace)
    {
        Rows inputs = workspace.Inputs(count, _columns.Length + 1);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> point = points.Slice(i * _width, _width);
            for (int c = 0; c < _columns.Length; c++)
                inputs[i][c] = point[_columns[c]];
            inputs[i][^1] = (float)Norm(point);
            workspace.Nearest[i].Clear(Math.Min(most, Count - (own + i < Count ? 1 : 0)));
        }
        for (int first = 0; first < Count; first += _chunk)
        {
            int rows = Math.Min(_chunk, Count - first);
            Rows bounds = workspace.Bounds(count, rows);
            _products[first / _chunk].Forward(inputs, new Rows(_norms, first, 1, rows), bounds, default);
            for (int i = 0; i < count; i++)
            {
                if (own + i >= first && own + i < first + rows)
                    bounds[i][own + i - first] = float.PositiveInfinity;
                ReadOnlySpan<float> point = points.Slice(i * _width, _width);
                float norm = inputs[i][^1];
                if (first > 0)
                    Visit(point, bounds.Slice(i, 1), first, own + i, Limit(workspace.Nearest[i].Worst, norm), workspace, i);
                else
                    Begin(point, bounds.Slice(i, 1), own + i, norm, workspace, i);
            }
        }
    }

    /// <summary>Adds factor times the gradient of the mean of the distances just found.</summary>
    public void AddSlope(ReadOnlySpan<float> point, double factor, NearestRows nearest, Span<double> slope)
    {
        for (int i = 0; i < nearest.Count; i++)
        {
            int row = nearest.Rows[i];
            double distance = nearest.Distances[i];
            if (distance == 0)
                continue;
            double share = factor / (nearest.Count * distance * _scales[row] * _scales[row]);
            ReadOnlySpan<float> other = Row(row);
            foreach (int c in _columns)
                slope[c] += share * ((double)point[c] - other[c]);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (DenseKernel product in _products)
            product.Dispose();
        _norms.Dispose();
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }

    private DenseKernel Pack(int first, double[] inverses)
    {
        int inputs = _columns.Length + 1, count = Math.Min(_chunk, Count - first);
        using DeviceBuffer weights = DeviceBuffer.OnHost((long)count * inputs);
        for (int i = 0; i < count; i++)
        {
            Span<float> weight = weights.AsRows(count, inputs)[i];
            ReadOnlySpan<float> row = Row(first + i);
            double inverse = inverses[first + i];
            for (int c = 0; c < _columns.Length; c++)
                weight[c] = (float)(-2 * inverse * row[_columns[c]]);
            weight[^1] = (float)((1 - _error) * inverse);
        }
        DenseKernel product = Kernels.Dense(inputs, count);
        product.Pack(weights.AsRows(count, inputs));
        return product;
    }

    private ReadOnlySpan<float> Row(int row) => _rows.AsSpan(row * _width, _width);

    private double Norm(ReadOnlySpan<float> row)
    {
        double norm = 0;
        foreach (int c in _columns)
            norm += (double)row[c] * row[c];
        return norm;
    }

    // The smallest number that float32 has above a squared distance; +∞ where bounds of a point may overflow.
    private float Limit(double distance, float norm) => norm * _largestInverse < MostBound && distance * distance < MostBound
        ? MathF.BitIncrement((float)(distance * distance)) : float.PositiveInfinity;

    // The first rows: nothing is known about the distances. The limit is a guess that the distances prove or replace.
    private void Begin(ReadOnlySpan<float> point, Rows bounds, int own, float norm, NeighbourWorkspace workspace, int index)
    {
        NearestRows nearest = workspace.Nearest[index];
        int wanted = nearest.Wanted;
        if (wanted == 0)
            return;
        double guess = Kernels.Bound(bounds, wanted) + 2 * _error * (norm * _typicalInverse + _typicalNorm);
        float limit = norm * _largestInverse < MostBound && guess < MostBound ? (float)guess : float.PositiveInfinity;
        Visit(point, bounds, 0, own, limit, workspace, index);
        float needed = Limit(nearest.Worst, norm);
        if (limit >= needed || limit == float.PositiveInfinity)
            return;
        nearest.Clear(wanted);
        Visit(point, bounds, 0, own, needed, workspace, index);
    }

    // Computes the distances of the rows whose bounds are not above a limit.
    private void Visit(
        ReadOnlySpan<float> point, Rows bounds, int first, int own, float limit, NeighbourWorkspace workspace, int index)
    {
        NearestRows nearest = workspace.Nearest[index];
        for (int start = 0; start < bounds.Width && nearest.Worst > 0;)
        {
            int found = Kernels.FindAtMost(bounds, ref start, limit, workspace.Places);
            foreach (int place in workspace.Places.AsSpan(0, found))
            {
                int row = first + place;
                if (row != own)
                    nearest.Add(row, Distance(point, row));
            }
        }
    }

    private double Distance(ReadOnlySpan<float> point, int row)
    {
        ReadOnlySpan<float> other = Row(row);
        double sum = 0;
        foreach (int c in _columns)
        {
            double apart = (double)point[c] - other[c];
            sum += apart * apart;
        }
        return Math.Sqrt(sum) / _scales[row];
    }
}
