using Joule.Compute;

namespace Joule.Energies;

/// <summary>Memory for looking up the neighbours of a block of points.</summary>
/// <param name="rows">Largest number of rows.</param>
/// <param name="width">Numbers of a row.</param>
/// <param name="neighbours">Largest number of neighbours.</param>
internal sealed class NeighbourWorkspace(int rows, int width, int neighbours) : IDisposable
{
    private readonly DeviceBuffer _inputs = DeviceBuffer.OnHost((long)NeighbourSearch.Block * (width + 1));
    private readonly DeviceBuffer _bounds = DeviceBuffer.OnHost((long)NeighbourSearch.Block * Math.Min(rows, NeighbourSearch.Chunk));

    /// <summary>The points, in the coordinates of the distances.</summary>
    public float[] Points { get; } = new float[NeighbourSearch.Block * width];

    /// <summary>The slopes of those coordinates.</summary>
    public float[] Slopes { get; } = new float[NeighbourSearch.Block * width];

    /// <summary>The gradients of a block.</summary>
    public double[] Gradients { get; } = new double[NeighbourSearch.Block * width];

    /// <summary>The energies of a block.</summary>
    public double[] Sums { get; } = new double[NeighbourSearch.Block];

    /// <summary>The nearest rows of each point.</summary>
    public NearestRows[] Nearest { get; } = [.. Enumerable.Range(0, NeighbourSearch.Block).Select(_ => new NearestRows(neighbours))];

    /// <summary>Places of rows that may be near.</summary>
    public int[] Places { get; } = new int[2 * Kernels.MostRank];

    /// <summary>Inputs of the product.</summary>
    public Rows Inputs(int count, int columns) => new(_inputs, 0, count, columns);

    /// <summary>Lower bounds of squared distances: outputs of the product.</summary>
    public Rows Bounds(int count, int rowCount) => new(_bounds, 0, count, rowCount);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _inputs.Dispose();
        _bounds.Dispose();
    }
}
