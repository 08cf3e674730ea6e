using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of an objective. To add an objective is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the objective.</summary>
[DefaultType("contrastive_divergence")]
public abstract record ObjectiveOptions
{
    /// <summary>What is minimised where nothing else is asked for.</summary>
    public static ObjectiveOptions Default { get; } = new ContrastiveDivergenceOptions();

    /// <summary>Makes the objective for an energy.</summary>
    /// <exception cref="InvalidInputException">The energy lacks what the objective needs, or the options do not go together with it.</exception>
    public abstract Objective Create(ObjectiveContext context);

    /// <summary>The figures of an update, in the order of metrics.csv. They are those of <see cref="Objective.Figures"/>.</summary>
    public abstract FigureList ListFigures();

    /// <summary>Adds to a list whatever does not go together with the batches of the training.</summary>
    /// <param name="batch">States of one update.</param>
    /// <param name="problems">The list.</param>
    public virtual void ValidateBatch(int batch, IList<string> problems) { }

    /// <summary>The chains that the objective samples with; null where it draws no samples.</summary>
    public virtual TrainingChains? ListChains() => null;
}

/// <summary>The chains that an objective draws samples of its model with.</summary>
/// <param name="Sampler">Their sampler: that of <c>joule sample</c> too, where no other one is asked for.</param>
/// <param name="Steps">Steps of every chain at every update.</param>
public sealed record TrainingChains(SamplerOptions Sampler, int Steps)
{
    /// <summary>
    /// How many steps a chain has made since its start, in the mean, when it is used. Null where chains never start afresh, so that it grows for as long as the training
    /// goes on.
    /// </summary>
    public double? MeanSteps { get; init; }

    /// <summary>Where chains start and how they go on, in a few words.</summary>
    public string Description { get; init; } = "";

    /// <summary>What a model that was trained with these chains can be expected to be, and what not, in a sentence.</summary>
    public string Meaning { get; init; } = "";
}
