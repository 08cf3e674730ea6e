using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="NeighboursEnergy"/>.</summary>
[Named("neighbours", "distance to the nearest training rows, in units of how dense they lie: fitted, nothing to train",
    paper: "Ramaswamy, Rastogi and Shim 2000 (nearest neighbours); Abramson 1982 (square-root law)")]
public sealed record NeighboursOptions : FittedOptions
{
    /// <summary>Number of nearest training rows whose distances are averaged.</summary>
    [Between(1, 64)]
    public int Neighbours { get; init; } = 5;

    /// <summary>
    /// The exponent of the law of kernel widths: 0 gives every training row the same width, 1 its own distance to its neighbours, and ½ is
    /// the square-root law.
    /// </summary>
    [Between(0, 1)]
    public double Adaptivity { get; init; } = 0.5;

    /// <summary>Whether distances are measured on the Gaussian ranks of the numbers instead of the numbers themselves.</summary>
    public bool Ranks { get; init; }

    /// <summary>
    /// Number of subspaces, each of a random half of the numbers, over which the energy is averaged; 0: one, of all numbers.
    /// </summary>
    [Between(0, 64)]
    public int Subspaces { get; init; }

    /// <summary>
    /// Largest number of training rows that are kept. Of more rows, a random part of this size stands for all; docs/anomaly.md says how
    /// much that changes.
    /// </summary>
    [Between(16, 1_000_000)]
    public int Rows { get; init; } = 10_000;

    /// <summary>Subspaces, at least 1.</summary>
    internal int Parts => Math.Max(1, Subspaces);

    internal override long CountFitted(StateSpace space) =>
        1 + ((long)Parts * space.Width) + (Ranks ? (long)space.Width * RankMap.Length : 0) + (long)Rows * (Parts + space.Width);

    internal override Energy Create(Device device, StateSpace space, Rows memory) => new NeighboursEnergy(device, space, this, memory);
}
