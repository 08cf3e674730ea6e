using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="EdgeNeighboursEnergy"/>.</summary>
[Named("edge_neighbours", "distance of an image's edges to those of the nearest training images: fitted, nothing to train",
    paper: "Dalal and Triggs 2005, CVPR (histograms of gradients); Abramson 1982 (square-root law)")]
public sealed record EdgeNeighboursOptions : FittedOptions
{
    private const int MostNumbers = 4096; // the covariance has their square

    /// <summary>Number of nearest training images whose distances are averaged.</summary>
    [Between(2, 64)]
    public int Neighbours { get; init; } = 5;

    /// <summary>
    /// The exponent of the law of kernel widths: 0 gives every training image the same width, 1 its own distance to its neighbours, and ½
    /// is the square-root law.
    /// </summary>
    [Between(0, 1)]
    public double Adaptivity { get; init; } = 0.5;

    /// <summary>Number of directions of edges, all around.</summary>
    [Between(2, 64)]
    public int Directions { get; init; } = 24;

    /// <summary>
    /// The power of the cosine of the angle between an edge and a direction with which the edge counts for it: the larger, the fewer edges
    /// count for two directions.
    /// </summary>
    [Between(2, 256)]
    public int Sharpness { get; init; } = 64;

    /// <summary>Pixels between the centres of cells; each has its own histogram of directions.</summary>
    [Between(1, 64)]
    public int Cell { get; init; } = 4;

    /// <summary>Deviation of the Gaussian that weights the pixels around the centre of a cell, in pixels.</summary>
    [Between(0.25, 64)]
    public double Blur { get; init; } = 2;

    /// <summary>Number of principal components of the histograms in which distances are measured, at most as many as there are.</summary>
    [Between(1, 1024)]
    public int Components { get; init; } = 48;

    /// <summary>Largest number of training images that are kept. Of more, a random part of this size stands for all.</summary>
    [Between(16, 1_000_000)]
    public int Rows { get; init; } = 60_000;

    internal override long CountFitted(StateSpace space) => EdgeNeighboursEnergy.CountNumbers(space, this);

    internal override Energy Create(Device device, StateSpace space, Rows memory) => new EdgeNeighboursEnergy(device, space, this, memory);

    private protected override void CheckSpace(string name, StateSpace space)
    {
        if (space.Picture != StatePicture.Image || space.Domain is not (Domain.Real or Domain.Box))
        {
            throw new InvalidInputException($"The energy \"{name}\" needs images, since it looks at their edges; these states are {space}. "
                + "Use neighbours for the rows of a table.");
        }
        long numbers = EdgeHistogram.Count(space.Shape, this);
        if (numbers > MostNumbers)
        {
            throw new InvalidInputException($"The energy \"{name}\" has histograms of {numbers:N0} numbers for images of {space}; at most "
                + $"{MostNumbers:N0} are possible. Give it larger cells (cell is {Cell}) or fewer directions ({Directions}).");
        }
    }
}
