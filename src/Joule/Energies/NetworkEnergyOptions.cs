using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="NetworkEnergy"/>.</summary>
[Named("network", "a network from a state to one number")]
public sealed record NetworkEnergyOptions : EnergyOptions
{
    /// <summary>The layers, from state to energy; at least one.</summary>
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

    private NetworkEnergy Of(Network network, StateSpace space) =>
        network.Give(given => new NetworkEnergy(given, space) { Initialization = Initialization });
}
