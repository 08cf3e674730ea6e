using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// Finds the rows xᵢ with the smallest |x − xᵢ|/hᵢ, over some of the columns. One matrix product gives all |x − xᵢ|²/hᵢ² of a block of
/// points approximately; the distances of the best candidates are then computed again without cancellation.
/// </summary>
internal sealed class NeighbourSearch : IDisposable
{
    /// <summary>Points that are looked up together.</summary>
    public const int Block = 16;

    private const int Spare = 11;

    private readonly float[] _rows;
    private readonly int _width;
    private readonly int[] _columns;
    private readonly float[] _scales;
    private readonly DenseKernel _products;
    private readonly DeviceBuffer _bias;

    /// <summary>Prepares the products.</summary>
    /// <param name="rows">The rows, of <paramref name="width"/> numbers each.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="columns">The columns that count.</param>
    /// <param name="scales">hᵢ, one for every row.</param>
    public NeighbourSearch(float[] rows, int width, int[] columns, float[] scales)
    {
        (_rows, _width, _columns, _scales) = (rows, width, columns, scales);
        int inputs = columns.Length + 1;
        using DeviceBuffer weights = DeviceBuffer.OnHost((long)Count * inputs);
        _bias = DeviceBuffer.OnHost(Count);
        for (int i = 0; i < Count; i++)
        {
            Span<float> weight = weights.AsRows(Count, inputs)[i];
            double inverse = 1 / ((double)scales[i] * scales[i]), norm = 0;
            for (int c = 0; c < columns.Length; c++)
            {
                double value = rows[i * width + columns[c]];
                weight[c] = (float)(-2 * inverse * value);
                norm += value * value;
            }
            weight[^1] = (float)inverse;
            _bias.Span[i] = (float)(norm * inverse);
        }
        _products = Kernels.Dense(inputs, Count);
        _products.Pack(weights.AsRows(Count, inputs));
    }

    /// <summary>Number of rows.</summary>
    public int Count => _scales.Length;

    /// <summary>hᵢ.</summary>
    public float Scale(int row) => _scales[row];

    /// <summary>Computes the approximate distances of a block of points.</summary>
    /// <param name="points">At most <see cref="Block"/> points.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="workspace">Receives them.</param>
    public void Load(ReadOnlySpan<float> points, int count, NeighbourWorkspace workspace)
    {
        Rows inputs = workspace.Inputs(count, _columns.Length + 1);
        for (int i = 0; i < count; i++)
        {
            Span<float> input = inputs[i];
            double norm = 0;
            for (int c = 0; c < _columns.Length; c++)
            {
                float value = points[i * _width + _columns[c]];
                input[c] = value;
                norm += (double)value * value;
            }
            input[^1] = (float)norm;
        }
        _products.Forward(inputs, _bias.AsRows(1, Count), workspace.Outputs(count, Count), default);
    }

    /// <summary>The mean of the smallest distances of one point of the loaded block.</summary>
    /// <param name="index">The point in the block.</param>
    /// <param name="point">Its numbers.</param>
    /// <param name="own">A row that does not count, or −1.</param>
    /// <param name="most">Number of distances; fewer if there are fewer rows.</param>
    /// <param name="workspace">The block; receives the nearest rows and their distances.</param>
    public double Nearest(int index, ReadOnlySpan<float> point, int own, int most, NeighbourWorkspace workspace)
    {
        int others = Count - (own >= 0 ? 1 : 0), wanted = Math.Min(most, others);
        int found = Candidates(workspace.Outputs(Block, Count)[index], own, Math.Min(wanted + Spare, others), workspace);
        Span<int> ids = workspace.Ids.AsSpan(0, found);
        Span<double> distances = workspace.Distances.AsSpan(0, found);
        for (int i = 0; i < found; i++)
        {
            double sum = 0;
            foreach (int c in _columns)
            {
                double apart = (double)point[c] - _rows[ids[i] * _width + c];
                sum += apart * apart;
            }
            distances[i] = Math.Sqrt(sum) / _scales[ids[i]];
        }
        // In order of the rows first, so that ties do not depend on the product.
        ids.Sort(distances);
        SortStably(distances, ids);
        double total = 0;
        for (int i = 0; i < wanted; i++)
            total += distances[i];
        workspace.Found = wanted;
        return wanted == 0 ? 0 : total / wanted;
    }

    /// <summary>Adds factor times the gradient of the mean of the distances just found.</summary>
    public void AddSlope(ReadOnlySpan<float> point, double factor, NeighbourWorkspace workspace, Span<double> slope)
    {
        for (int i = 0; i < workspace.Found; i++)
        {
            int row = workspace.Ids[i];
            double distance = workspace.Distances[i];
            if (distance == 0)
                continue;
            double share = factor / (workspace.Found * distance * _scales[row] * _scales[row]);
            foreach (int c in _columns)
                slope[c] += share * ((double)point[c] - _rows[row * _width + c]);
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _products.Dispose();
        _bias.Dispose();
    }

    // The smallest numbers of a row, in ascending order.
    private static int Candidates(ReadOnlySpan<float> squares, int own, int most, NeighbourWorkspace workspace)
    {
        Span<float> best = workspace.Squares.AsSpan(0, most);
        Span<int> ids = workspace.Ids.AsSpan(0, most);
        int held = 0;
        float worst = float.PositiveInfinity;
        for (int i = 0; i < squares.Length; i++)
        {
            float square = squares[i];
            if (square >= worst || i == own)
                continue;
            int at = held < most ? held : most - 1;
            held = Math.Min(held + 1, most);
            while (at > 0 && best[at - 1] > square)
            {
                (best[at], ids[at]) = (best[at - 1], ids[at - 1]);
                at--;
            }
            (best[at], ids[at]) = (square, i);
            if (held == most)
                worst = best[most - 1];
        }
        return held;
    }

    private static void SortStably(Span<double> keys, Span<int> items)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            (double key, int item) = (keys[i], items[i]);
            int at = i;
            for (; at > 0 && keys[at - 1] > key; at--)
                (keys[at], items[at]) = (keys[at - 1], items[at - 1]);
            (keys[at], items[at]) = (key, item);
        }
    }
}
