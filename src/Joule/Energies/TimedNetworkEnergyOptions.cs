using System.Text.Json;
using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="TimedNetworkEnergy"/> and <see cref="FlowNetworkEnergy"/>.</summary>
[Named("timed_network", "a network from a state and a time to one number: a family of energies from noise to data",
    paper: "Gao et al. 2021, arXiv:2012.08125; Lipman et al. 2023, arXiv:2210.02747")]
public sealed record TimedNetworkEnergyOptions : EnergyOptions
{
    /// <summary>
    /// The layers, from state to energy; at least one. The first may be a `time` layer, which sets the features of the time; if it is not,
    /// one with its defaults comes before them.
    /// </summary>
    [Items(1)]
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>How the initial weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <summary>The time of the energy itself, as scores and chains use it: 1 is the data.</summary>
    [Between(0, 1)]
    public double Time { get; init; } = 1;

    /// <summary>
    /// The interpolant for which −∇ₓE(x, t) is trained as the field from noise to data, by `flow_matching`: `linear`, `cosine` or
    /// `variance_preserving`. Null: E(x, t) are energies, and their gradient is not a field to follow.
    /// </summary>
    public Interpolant? Field { get; init; }

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Create(new Network(device, Extended(space.Shape), Bind(space.Shape)), space);
    }

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(space);
        return Create(new Network(device, Extended(space.Shape), Bind(space.Shape), mostParameters), space);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LayerRow> ListLayers(Shape input) => LayerTable.Of(Extended(input), Bind(input));

    private static Shape Extended(Shape state) => Shape.Vector(state.Length + 1);

    // The first layer knows the shape of the state, which comes with its time as a vector.
    private Layer[] Bind(Shape state)
    {
        TimeLayer? own = Layers[0] as TimeLayer;
        return [(own ?? new TimeLayer()) with { Shape = state }, .. own is null ? Layers : Layers.Skip(1)];
    }

    private TimedEnergy Create(Network network, StateSpace space) => Field is not { } interpolant
        ? new TimedNetworkEnergy(network, space, Time) { Initialization = Initialization }
        : space.Domain == Domain.Box && interpolant != Interpolant.Linear
            ? throw Refused(network, space, interpolant)
            : new FlowNetworkEnergy(network, space, interpolant, Time) { Initialization = Initialization };

    private static InvalidInputException Refused(Network network, StateSpace space, Interpolant interpolant)
    {
        network.Dispose();
        string name = JsonNamingPolicy.SnakeCaseLower.ConvertName(interpolant.ToString());
        return new($"energy.field is {name}, whose states leave {space} on their way; only the linear interpolant "
            + "stays between the walls. Set energy.field=linear.");
    }
}
