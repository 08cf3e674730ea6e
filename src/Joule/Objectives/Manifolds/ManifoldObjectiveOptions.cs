using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>
/// Options of an objective that trains an autoencoder's energy in two phases: to give back the data, then by contrast with states whose
/// chains start on the decoder's manifold.
/// </summary>
public abstract record ManifoldObjectiveOptions : ObjectiveOptions
{
    private static readonly FigurePanel Gap =
        new(FigurePanel.GapKey, "Data against states of the manifold", "data − negatives (nats)", Zero: true);

    private static readonly FigureList AllFigures = new(
    [
        new Figure("loss", "nats", "first the mean energy of the data; then the contrast plus regularisation")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.NearZero,
            Best = "the loss is closest to 0",
        },
        new Figure("contrast", "nats", "mean energy, or its root, of the data minus that of the negatives")
        {
            MayBeMissing = true,
            Label = "contrast",
            Curve = new FigureCurve(Gap, "training, data − negatives"),
        },
        new Figure("energy_data", "nats", "mean energy of the data, or its root in the second phase with of_roots")
        {
            Role = FigureRole.DataEnergy,
            Label = "E(data)",
            Curve = new FigureCurve(FigurePanel.Energies, "data"),
        },
        new Figure("energy_negative", "nats", "mean energy of the negatives, or its root with of_roots")
        {
            MayBeMissing = true,
            Label = "E(negatives)",
            Curve = new FigureCurve(FigurePanel.Energies, "negatives"),
        },
        new Figure("energy_manifold", "nats", "mean energy of the chains on the manifold, where they end")
        {
            MayBeMissing = true,
        },
    ]);

    /// <summary>The share of the planned updates of the first phase, in which the autoencoder learns to give back the data.</summary>
    [Between(0, 1)]
    public double ReconstructionShare { get; init; } = 0.2;

    /// <summary>The factor of the learning rate in the second phase.</summary>
    [Above(0), Between(0, 1)]
    public double ContrastRate { get; init; } = 1;

    /// <summary>
    /// Whether the second phase contrasts √E, the distance between a state and its reconstruction, instead of E. The gradient of E vanishes
    /// where a state comes back unchanged, as an empty image may; that of √E does not.
    /// </summary>
    public bool OfRoots { get; init; } = true;

    /// <summary>
    /// α of the term α·(mean E(data)² + mean E(negatives)²) of the second phase, in 1/nat; of √E, α·(mean E(data) + mean E(negatives)).
    /// With it, negatives are raised to 1/2α at most.
    /// </summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>
    /// Steps of each chain among the states, after it has left the manifold. 0: the states of the manifold are the negatives. The negatives
    /// should have about as much noise as the data, or noise is what the energy learns to tell apart.
    /// </summary>
    [Between(0, 1_000_000)]
    public int Steps { get; init; } = 3;

    /// <summary>The sampler of the chains among the states.</summary>
    public SamplerOptions Sampler { get; init; } = new LangevinOptions { StepSize = 0.02f, NoiseScale = 0.01f };

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <summary>No density: its chains are short.</summary>
    public override double? DensityTemperature() => null;

    /// <inheritdoc/>
    public override TrainingChains ListChains() => new(Sampler, Steps)
    {
        MeanSteps = Steps,
        Description = Steps == 0
            ? "states of the decoder's manifold"
            : $"states of the decoder's manifold, then {Sampler.StepsText(Steps)}",
        Meaning = "a model that tells data from what its own decoder gives; chains from noise are not meant to end at the data",
    };

    /// <summary>Any other energy becomes an autoencoder.</summary>
    public override EnergyOptions Suited(EnergyOptions energy) =>
        energy is AutoencoderEnergyOptions ? energy : new AutoencoderEnergyOptions { Sphere = true };
}
