using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>The layers of an autoencoder for states of one shape.</summary>
internal sealed class AutoencoderLayers
{
    private readonly IReadOnlyList<Layer> _decoder;

    /// <summary>Completes the layers: a dense layer to the latent vector, and one to the state if the decoder ends otherwise.</summary>
    /// <param name="state">The shape of a state.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public AutoencoderLayers(Shape state, AutoencoderEnergyOptions options)
    {
        (Latent, IsSphere) = (options.Latent, options.Sphere);
        DenseLayer last = new() { Outputs = options.Latent };
        ToLatent = IsSphere ? [.. options.Encoder, last, new SphereLayer()] : [.. options.Encoder, last];
        IReadOnlyList<LayerRow> rows = LayerTable.Of(Shape.Vector(Latent), options.Decoder);
        int length = rows.Count == 0 ? Latent : rows[^1].Output.Length;
        _decoder = length == state.Length && rows.Count > 0 ? options.Decoder
            : [.. options.Decoder, new DenseLayer { Outputs = state.Length }];
        Scale = (float)(1 / (Math.Sqrt(2) * options.Deviation));
    }

    /// <summary>Numbers of a latent vector.</summary>
    public int Latent { get; }

    /// <summary>Whether latent vectors lie on the unit sphere.</summary>
    public bool IsSphere { get; }

    /// <summary>The factor of the difference between a state and its reconstruction.</summary>
    public float Scale { get; }

    /// <summary>From a state to its latent vector.</summary>
    public IReadOnlyList<Layer> ToLatent { get; }

    /// <summary>From a latent vector to a state, as a vector in the public layout.</summary>
    public IReadOnlyList<Layer> FromLatent => IsSphere
        ? [new SphereLayer(), .. _decoder, new FlattenLayer()]
        : [.. _decoder, new FlattenLayer()];

    /// <summary>From a state to the energy: one layer.</summary>
    public IReadOnlyList<Layer> Whole => [new ReconstructionLayer(ToLatent, _decoder, Scale)];

    /// <summary>The encoder's rows, then the decoder's.</summary>
    public IReadOnlyList<LayerRow> List(Shape state)
    {
        IReadOnlyList<LayerRow> encoder = LayerTable.Of(state, ToLatent), decoder = LayerTable.Of(Shape.Vector(Latent), _decoder);
        return [.. encoder, .. decoder.Select(r => r with { Index = r.Index + encoder.Count })];
    }
}
