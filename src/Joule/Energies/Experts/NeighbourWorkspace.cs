using Joule.Compute;

namespace Joule.Energies;

/// <summary>Memory for looking up the neighbours of a block of points.</summary>
internal sealed class NeighbourWorkspace(int rows, int width) : IDisposable
{
    private const int MostCandidates = 80;

    private readonly DeviceBuffer _inputs = DeviceBuffer.OnHost((long)NeighbourSearch.Block * (width + 1));
    private readonly DeviceBuffer _outputs = DeviceBuffer.OnHost((long)NeighbourSearch.Block * rows);

    /// <summary>The points, in the coordinates of the distances.</summary>
    public float[] Points { get; } = new float[NeighbourSearch.Block * width];

    /// <summary>The slopes of those coordinates.</summary>
    public float[] Slopes { get; } = new float[NeighbourSearch.Block * width];

    /// <summary>The gradients of a block.</summary>
    public double[] Gradients { get; } = new double[NeighbourSearch.Block * width];

    /// <summary>The energies of a block.</summary>
    public double[] Sums { get; } = new double[NeighbourSearch.Block];

    /// <summary>Approximate squared distances of candidates.</summary>
    public float[] Squares { get; } = new float[MostCandidates];

    /// <summary>The nearest rows, from the nearest on.</summary>
    public int[] Ids { get; } = new int[MostCandidates];

    /// <summary>Their distances.</summary>
    public double[] Distances { get; } = new double[MostCandidates];

    /// <summary>Number of nearest rows.</summary>
    public int Found { get; set; }

    /// <summary>Inputs of the product.</summary>
    public Rows Inputs(int count, int columns) => new(_inputs, 0, count, columns);

    /// <summary>Outputs of the product.</summary>
    public Rows Outputs(int count, int rowCount) => new(_outputs, 0, count, rowCount);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
    }
}
