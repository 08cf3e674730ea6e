using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="AutoencoderEnergy"/>.</summary>
[Named("autoencoder", "the reconstruction error of an autoencoder: low on the states that it can give back",
    paper: "Yoon, Noh and Park 2021, arXiv:2105.05735")]
public sealed record AutoencoderEnergyOptions : EnergyOptions
{
    /// <summary>The layers from the state towards the latent vector. A dense layer to the latent vector follows.</summary>
    public IReadOnlyList<Layer> Encoder { get; init; } = [new DenseLayer { Outputs = 128 }, new SiluLayer()];

    /// <summary>
    /// The layers from the latent vector to the state. A dense layer to the state follows if they end with another number of numbers.
    /// </summary>
    public IReadOnlyList<Layer> Decoder { get; init; } = [new DenseLayer { Outputs = 128 }, new SiluLayer()];

    /// <summary>Numbers of a latent vector.</summary>
    [Between(1, 65536)]
    public int Latent { get; init; } = 16;

    /// <summary>
    /// Whether latent vectors lie on the unit sphere, so that none is far from the others. With fewer than two numbers of a latent vector
    /// there are only two of them. An objective that differentiates along directions needs false.
    /// </summary>
    public bool Sphere { get; init; }

    /// <summary>s of E(x) = |x − decoder(encoder(x))|² / 2s², in units of the state.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 0.5;

    /// <summary>How the initial weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space) => Create(device, space, PlanBuilder.MostParameters);

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space, long mostParameters) =>
        new AutoencoderEnergy(device, space, this, mostParameters);

    /// <inheritdoc/>
    public override IReadOnlyList<LayerRow> ListLayers(Shape input) => new AutoencoderLayers(input, this).List(input);
}
