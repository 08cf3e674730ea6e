namespace Joule.Training;

/// <summary>The figures of a model at the end of an epoch. Energies are in nats.</summary>
/// <param name="Updates">Updates made so far.</param>
/// <param name="GradientNorm">Mean norm of the gradient of all parameters over the epoch.</param>
/// <param name="Validation">The figures of the validation.</param>
/// <param name="SampleEnergy">Mean energy of samples from the model: chains from noise. NaN if not known.</param>
/// <param name="SampleVariety">Distance between samples, as a multiple of that between data. NaN if not known.</param>
/// <param name="DataDifference">
/// Root mean squared difference, per number, between two states of the data, as a share of the states' width.
/// </param>
public readonly record struct EpochFigures(
    long Updates, double GradientNorm, ValidationFigures Validation, double SampleEnergy, double SampleVariety, double DataDifference)
{
    /// <summary>Mean energy of the training data over the epoch; NaN if the objective has no such figure.</summary>
    public double DataEnergy { get; init; } = double.NaN;

    /// <summary>Mean energy of the data minus that of the negatives over the epoch; NaN without negatives.</summary>
    public double Divergence { get; init; } = double.NaN;

    /// <summary>Whether chains start from the data at every update.</summary>
    public bool StartsFromData { get; init; }
}
