using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="LogitEnergy"/>.</summary>
[Named("logits", "a classifier: −ln Σ exp of a network's outputs, one per class",
    paper: "Grathwohl et al. 2020, ICLR (JEM)")]
public sealed record LogitEnergyOptions : EnergyOptions
{
    /// <summary>The layers, from state to one number per class; at least one.</summary>
    [Items(1)]
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>How the initial weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Of(new Network(device, space.Shape, Layers), space);
    }

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Of(new Network(device, space.Shape, Layers, mostParameters), space);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayerRow> ListLayers(Shape input) => LayerTable.Of(input, Layers);

    private LogitEnergy Of(Network network, StateSpace space) =>
        network.Give(given => new LogitEnergy(given, space) { Initialization = Initialization });
}
