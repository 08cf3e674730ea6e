using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="ManifoldProjection"/>.</summary>
[Named("manifold_projection", "train an autoencoder's energy against data that were moved along its manifold",
    paper: "Yoon et al. 2023, arXiv:2310.18677")]
public sealed record ManifoldProjectionOptions : ManifoldObjectiveOptions, IOptionRules
{
    /// <summary>The smallest standard deviation of the noise on a latent vector.</summary>
    [AtLeast(0)]
    public double LeastNoise { get; init; } = 0.05;

    /// <summary>The largest standard deviation of the noise on a latent vector. Every vector has its own, uniform between both.</summary>
    [Above(0)]
    public double MostNoise { get; init; } = 0.3;

    /// <summary>
    /// The share of the chains that start from noise of the latent space instead of from data: on a sphere, anywhere. They find what the
    /// autoencoder gives back far from the data, such as an empty image.
    /// </summary>
    [Between(0, 1)]
    public double NoiseShare { get; init; } = 0.5;

    /// <summary>Steps of each chain on the manifold.</summary>
    [Between(0, 1_000_000)]
    public int LatentSteps { get; init; } = 5;

    /// <summary>The sampler of the chains on the manifold.</summary>
    public SamplerOptions LatentSampler { get; init; } = new LangevinOptions { StepSize = 0.01f, NoiseScale = 0.03f };

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new ManifoldProjection(context, this);

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (LeastNoise > MostNoise)
            problems.Add($"{path}least_noise is {LeastNoise} and {path}most_noise {MostNoise}; the first must not exceed the second");
    }
}

/// <summary>
/// Manifold projection-diffusion recovery (Yoon et al. 2023, arXiv:2310.18677, algorithm 1) of an autoencoder's energy. The autoencoder of
/// the first phase is kept as it is: it gives the manifold. In the second phase a negative begins as a state of the data that is encoded,
/// moved by noise and so stays on the manifold; its chain goes on there, and then among all states.
/// </summary>
/// <remarks>
/// The paper ties chains to where they start by the density of the noise. Here they are short instead, as the paper's own are.
/// </remarks>
public sealed class ManifoldProjection : ManifoldObjective
{
    private readonly DeviceBuffer _parameters;
    private readonly CopyProgram _copy = new();

    /// <summary>Allocates memory for data, latent vectors, negatives and the manifold's autoencoder.</summary>
    /// <exception cref="InvalidInputException">The energy is no autoencoder, or lacks what a sampler needs.</exception>
    public ManifoldProjection(ObjectiveContext context, ManifoldProjectionOptions options) : this(context, options, ParametersOf(context))
    {
    }

    private ManifoldProjection(ObjectiveContext context, ManifoldProjectionOptions options, DeviceBuffer parameters)
        : base(context, options, "manifold_projection", parameters)
    {
        ArgumentNullException.ThrowIfNull(options);
        _parameters = parameters;
        Latents = new ProjectedLatents(LatentContext, options, Manifold);
    }

    /// <inheritdoc/>
    public override Negatives Latents { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => [new StateMemory("manifold.parameters", All(_parameters))];

    private protected override void AddManifold(bool isFirst, ICollection<DeviceProgram> programs)
    {
        if (!isFirst)
            return;
        _copy.Prepare(Trained.Parameters, All(_parameters));
        programs.Add(_copy);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Latents.Dispose();
        base.Dispose(disposing);
        _parameters.Dispose();
    }

    private static DeviceBuffer ParametersOf(ObjectiveContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Device.Allocate(context.Energy.Require<ITrainable>("The objective manifold_projection").Parameters.Length);
    }

    private static Rows All(DeviceBuffer parameters) => parameters.AsRows(1, parameters.Length);
}
