namespace Joule.Energies;

/// <summary>Memory for looking up the neighbours of a block of images.</summary>
/// <param name="histogram">The histograms.</param>
/// <param name="options">How many images are kept, and how many are neighbours.</param>
/// <param name="length">Numbers of a point.</param>
internal sealed class EdgeWorkspace(EdgeHistogram histogram, EdgeNeighboursOptions options, int length) : IDisposable
{
    /// <summary>The points and their neighbours.</summary>
    public NeighbourWorkspace Search { get; } = new(options.Rows, length, options.Neighbours);

    /// <summary>Memory of the histograms.</summary>
    public EdgeScratch Scratch { get; } = histogram.CreateScratch();

    /// <summary>The histograms of one image.</summary>
    public float[] Features { get; } = new float[histogram.Length];

    /// <summary>The histograms of the images of a block, without the mean.</summary>
    public float[] Centred { get; } = new float[NeighbourSearch.Block * histogram.Length];

    /// <summary>Frees the memory.</summary>
    public void Dispose() => Search.Dispose();
}
