using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="NormalizedAutoencoder"/>.</summary>
[Named("normalized_autoencoder", "train an autoencoder's energy by likelihood, with chains that start on its manifold",
    paper: "Yoon, Noh and Park 2021, arXiv:2105.05735")]
public sealed record NormalizedAutoencoderOptions : ManifoldObjectiveOptions
{
    /// <summary>Where the chains on the manifold start, and their steps. On a sphere, fresh ones are uniform.</summary>
    public NegativesOptions Latent { get; init; } = new BufferNegativesOptions
    {
        Steps = 5,
        Slots = 4096,
        Sampler = new LangevinOptions { StepSize = 0.3f, NoiseScale = 0.1f },
    };

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new NormalizedAutoencoder(context, this);

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Latent is BufferNegativesOptions buffer && buffer.Slots < batch)
            problems.Add($"objective.latent.slots is {buffer.Slots}, fewer than training.batch, {batch}");
        if (Latent is not (BufferNegativesOptions or NoiseNegativesOptions))
        {
            problems.Add($"objective.latent.type is {Catalogue.NameOf(Latent.GetType())}; it must be buffer or noise, "
                + "since data are not latent vectors");
        }
    }
}

/// <summary>
/// The normalised autoencoder (Yoon, Noh and Park 2021, arXiv:2105.05735): the reconstruction error as the energy of a density, trained by
/// likelihood. Chains persist among the latent vectors of the autoencoder as it is at the moment, go on from there among all states, and
/// find what it gives back although it is no data.
/// </summary>
public sealed class NormalizedAutoencoder : ManifoldObjective
{
    /// <summary>Allocates memory for data, latent vectors and negatives.</summary>
    /// <exception cref="InvalidInputException">The energy is no autoencoder, or lacks what a sampler needs.</exception>
    public NormalizedAutoencoder(ObjectiveContext context, NormalizedAutoencoderOptions options)
        : base(context, options, "normalized_autoencoder", null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Latents = options.Latent.Create(LatentContext);
    }

    /// <inheritdoc/>
    public override Negatives Latents { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Latents.Dispose();
        base.Dispose(disposing);
    }
}
