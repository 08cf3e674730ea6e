using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="AnchoredEnergy"/>.</summary>
[Named("anchored", "a network beside a fitted mixture of factor analysers, blurred by noise; chains start from draws of the mixture",
    paper: "Richardson and Weiss 2018, arXiv:1805.12462; Saremi and Hyvärinen 2019, arXiv:1903.02334")]
public sealed record AnchoredEnergyOptions : EnergyOptions
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

    /// <summary>
    /// σ: the deviation of the noise in the mixture's density, in units of the state: that of the noisy data E is trained on.
    /// </summary>
    [AtLeast(0)]
    public double Blur { get; init; }

    /// <summary>w: the weight of the mixture's density in E. 0: the mixture gives the starts of chains and nothing else.</summary>
    [AtLeast(0)]
    public double Weight { get; init; } = 1;

    /// <summary>The layers of the network, from state to one number; at least one.</summary>
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
        return new AnchoredEnergy(device, space, this, shape.Leaves(mostParameters, space));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayerRow> ListLayers(Shape input) => LayerTable.Of(input, Layers);
}
