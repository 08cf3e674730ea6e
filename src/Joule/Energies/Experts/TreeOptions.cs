using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="TreeEnergy"/>.</summary>
[Named("tree", "a tree of the columns that depend on each other most: a normalised density, fitted, nothing to train",
    paper: "Chow and Liu 1968, IEEE Transactions on Information Theory 14")]
public sealed record TreeOptions : FittedOptions
{
    /// <summary>
    /// Largest number of pairs of columns that may become edges; of more, those whose ranks have the largest correlations.
    /// </summary>
    [Between(1, 1_000_000)]
    public int Pairs { get; init; } = 3000;

    internal override long CountFitted(StateSpace space) =>
        (long)space.Width * (KernelMarginal.Length + RankMap.Length) + (space.Width - 1L) * (2 + RankCopula.Length);

    internal override Energy Create(Device device, StateSpace space, Rows memory) => new TreeEnergy(device, space, this, memory);
}
