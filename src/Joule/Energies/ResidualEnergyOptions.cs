using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="ResidualEnergy"/>.</summary>
[Named("residual", "a fitted mixture of factor analysers, corrected by a bounded network: a density with exact chains",
    paper: "Richardson and Weiss 2018, arXiv:1805.12462")]
public sealed record ResidualEnergyOptions : EnergyOptions
{
    /// <summary>Components of the mixture, K. Use a hundredth of the training rows or fewer.</summary>
    [Between(1, 4096)]
    public int Components { get; init; } = 300;

    /// <summary>Factors of each component, l.</summary>
    [Between(1, 64)]
    public int Factors { get; init; } = 10;

    /// <summary>How many rows of the data's own variances every component counts besides its own rows.</summary>
    [Above(0)]
    public double Shrinkage { get; init; } = 1;

    /// <summary>Rounds of EM over the data, after a start from clusters and their principal components.</summary>
    [Between(0, 1000)]
    public int Rounds { get; init; } = 3;

    /// <summary>b: the correction lies between −b and b, in nats; a proposal from the mixture passes with e^(−2b) or more.</summary>
    [Above(0)]
    public double Bound { get; init; } = 4;

    /// <summary>The layers of the correction, from state to one number; at least one.</summary>
    [Items(1)]
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>How the initial weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space) => Create(device, space, PlanBuilder.MostParameters);

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(space);
        FactorShape shape = new(Components, Factors, space.Width);
        return new ResidualEnergy(device, space, this, shape.Leaves(mostParameters, space));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayerRow> ListLayers(Shape input) => LayerTable.Of(input, Layers);
}
