namespace Joule.Training;

/// <summary>What the end of an epoch tells of a model. Energies are in nats.</summary>
/// <param name="Updates">Updates made so far.</param>
/// <param name="GradientNorm">Mean norm of the gradient of all parameters over the epoch.</param>
/// <param name="Validation">The validation.</param>
/// <param name="SampleEnergy">Mean energy of samples of the model: chains from noise.</param>
/// <param name="SampleVariety">How different the samples are from each other, as a multiple of how different the data are. Not a number
/// where that cannot be said.</param>
/// <param name="DataDifference">Root of the mean squared difference of a number between two states of the data, as a share of the states'
/// width.</param>
public readonly record struct EpochFigures(
    long Updates, double GradientNorm, ValidationFigures Validation, double SampleEnergy, double SampleVariety, double DataDifference)
{
    /// <summary>Mean energy of the training data over the epoch; NaN where the objective does not say.</summary>
    public double DataEnergy { get; init; } = double.NaN;

    /// <summary>Mean energy of the data minus that of the negatives over the epoch; NaN where there are no negatives.</summary>
    public double Divergence { get; init; } = double.NaN;

    /// <summary>Whether chains start from the data at every update.</summary>
    public bool StartsFromData { get; init; }
}
