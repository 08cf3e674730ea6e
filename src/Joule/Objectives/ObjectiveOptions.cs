using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>
/// Options of an objective. To add an objective, add one file: a record that derives from this and has a <see cref="NamedAttribute"/>, and
/// the objective.
/// </summary>
[DefaultType("contrastive_divergence")]
public abstract record ObjectiveOptions
{
    /// <summary>The default objective.</summary>
    public static ObjectiveOptions Default { get; } = new ContrastiveDivergenceOptions();

    /// <summary>Creates the objective for an energy.</summary>
    /// <exception cref="InvalidInputException">
    /// The energy lacks a capability that the objective needs, or does not fit the options.
    /// </exception>
    public abstract Objective Create(ObjectiveContext context);

    /// <summary>The figures of an update, in the order of metrics.csv; the same as <see cref="Objective.Figures"/>.</summary>
    public abstract FigureList ListFigures();

    /// <summary>Checks the options against the batch size of the training.</summary>
    /// <param name="batch">States of one update.</param>
    /// <param name="problems">Receives the problems.</param>
    public virtual void ValidateBatch(int batch, IList<string> problems) { }

    /// <summary>The chains that the objective samples with; null if it draws no samples.</summary>
    public virtual TrainingChains? ListChains() => null;

    /// <summary>
    /// T of the density p(x) ∝ exp(−E(x)/T) that a trained model stands for. Null: its energy means no density.
    /// </summary>
    public virtual double? DensityTemperature() => 1;

    /// <summary>How a trained model is sampled where a configuration names the objective alone; null: as the configuration says.</summary>
    public virtual SampleChains? ListSamples() => ListChains() is { } chains ? new SampleChains(chains.Sampler, null) : null;

    /// <summary>Whether an energy is fitted once and nothing is trained.</summary>
    public virtual bool OnlyFits() => false;

    /// <summary>The energy to train where a configuration names the objective alone: of a kind that the objective can train.</summary>
    /// <param name="energy">The configuration's.</param>
    public virtual EnergyOptions Suited(EnergyOptions energy) => energy;
}

/// <summary>The chains that sample a trained model.</summary>
/// <param name="Sampler">Their sampler.</param>
/// <param name="Steps">Steps of each; null: as the configuration says.</param>
public sealed record SampleChains(SamplerOptions Sampler, int? Steps);

/// <summary>The chains with which an objective samples its model.</summary>
/// <param name="Sampler">Their sampler; also the default of <c>joule sample</c>.</param>
/// <param name="Steps">Steps of each chain per update.</param>
public sealed record TrainingChains(SamplerOptions Sampler, int Steps)
{
    /// <summary>
    /// Mean number of steps that a chain has made since its start when it is used. Null if chains never start afresh: then it grows with
    /// the training.
    /// </summary>
    public double? MeanSteps { get; init; }

    /// <summary>How chains start and continue, in a few words.</summary>
    public string Description { get; init; } = "";

    /// <summary>What to expect of a model trained with these chains, in a few words.</summary>
    public string Meaning { get; init; } = "";
}
