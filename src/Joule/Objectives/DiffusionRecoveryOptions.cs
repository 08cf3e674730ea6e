using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="DiffusionRecovery"/>.</summary>
[Named("diffusion_recovery", "the likelihood of data with noise given data with more noise, level by level",
    paper: "Gao et al. 2021, arXiv:2012.08125")]
public sealed record DiffusionRecoveryOptions : ObjectiveOptions
{
    private static readonly FigurePanel Gap =
        new(FigurePanel.GapKey, "Data against recovered states", "data − recovered states (nats)", Zero: true);

    private static readonly FigureList AllFigures = new(
    [
        new Figure("loss", "nats", "the objective: the gap plus regularisation")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.NearZero,
            Best = "the loss is closest to 0",
        },
        new Figure("gap", "nats", "mean energy of the data with noise minus that of the states recovered from more noise")
        {
            Role = FigureRole.Gap,
            Label = "gap",
            Curve = new FigureCurve(Gap, "training, data − recovered"),
            Better = Better.NearZero,
            Best = "the energies of data and recovered states are closest",
        },
        new Figure("energy_data", "nats", "mean energy of the data with noise, over all levels")
        {
            Role = FigureRole.DataEnergy,
            Label = "E(data)",
            Curve = new FigureCurve(FigurePanel.Energies, "data with noise"),
        },
        new Figure("energy_negative", "nats", "mean energy of the recovered states, over all levels")
        {
            Role = FigureRole.NegativeEnergy,
            Label = "E(recovered)",
            Curve = new FigureCurve(FigurePanel.Energies, "recovered states"),
        },
        new Figure("spread_data", "nats", "standard deviation of the energies of the data with noise, over all levels")
        {
            Role = FigureRole.DataSpread,
            IsRecorded = false,
        },
        new Figure("spread_negative", "nats", "standard deviation of the energies of the recovered states, over all levels")
        {
            Role = FigureRole.NegativeSpread,
            IsRecorded = false,
        },
        new Figure("acceptance", "", "share of the chains' proposals that were accepted") { Label = "acceptance", MayBeMissing = true },
    ]);

    /// <summary>The noise levels, and the chains that recover a level from the next; also those that sample the model.</summary>
    public RecoveryOptions Chain { get; init; } = new();

    /// <summary>α of the term α·(mean E(data)² + mean E(recovered)²) that keeps energies near 0, in 1/nat.</summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; }

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new DiffusionRecovery(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <inheritdoc/>
    public override TrainingChains ListChains() => new(Chain, Chain.LevelSteps)
    {
        MeanSteps = Chain.LevelSteps,
        Description = $"data with noise, recovered from more noise in {Chain.StepsText(Chain.LevelSteps)}",
        Meaning = $"a model of data with less and less noise, sampled level by level in {Chain.StepsText(Chain.DescentSteps())}",
    };

    /// <inheritdoc/>
    public override SampleChains ListSamples() => new(Chain, Chain.DescentSteps());

    /// <summary>A plain network becomes a timed one.</summary>
    public override EnergyOptions Suited(EnergyOptions energy) => energy is not NetworkEnergyOptions network ? energy
        : new TimedNetworkEnergyOptions { Layers = network.Layers, Initialization = network.Initialization };
}
