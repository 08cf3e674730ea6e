namespace Joule.Training;

/// <summary>The figures of one update, or their means over an epoch. Energies are in nats.</summary>
/// <param name="Loss">What was minimised: divergence plus regularisation.</param>
/// <param name="Divergence">Mean energy of the data minus mean energy of the negatives.</param>
/// <param name="Regularization">The regularisation term.</param>
/// <param name="DataEnergy">Mean energy of the data.</param>
/// <param name="NegativeEnergy">Mean energy of the negatives.</param>
/// <param name="GradientNorm">Norm of the gradient of all parameters, before clipping.</param>
public readonly record struct TrainingFigures(
    double Loss, double Divergence, double Regularization, double DataEnergy, double NegativeEnergy, double GradientNorm);

/// <summary>The figures of a validation. Energies are in nats.</summary>
/// <param name="DataEnergy">Mean energy of the test images.</param>
/// <param name="NoiseEnergy">Mean energy of as many states of fresh uniform noise.</param>
public readonly record struct ValidationFigures(double DataEnergy, double NoiseEnergy)
{
    /// <summary>Energy of the test images minus energy of noise.</summary>
    public double Divergence => DataEnergy - NoiseEnergy;
}
