namespace Joule.Training;

/// <summary>The figures of one update, or their means over an epoch. Energies are in nats.</summary>
/// <param name="Loss">What was minimised: divergence plus regularisation.</param>
/// <param name="Divergence">Mean energy of the data minus mean energy of the negatives.</param>
/// <param name="Regularization">The regularisation term.</param>
/// <param name="DataEnergy">Mean energy of the data.</param>
/// <param name="NegativeEnergy">Mean energy of the negatives.</param>
/// <param name="GradientNorm">Norm of the gradient of all parameters, before clipping.</param>
public readonly record struct TrainingFigures(
    double Loss, double Divergence, double Regularization, double DataEnergy, double NegativeEnergy, double GradientNorm)
{
    /// <summary>States of the data in the update, and as many negatives.</summary>
    public int Rows { get; init; }

    /// <summary>Standard deviation of the energies of the data.</summary>
    public double DataSpread { get; init; }

    /// <summary>Standard deviation of the energies of the negatives.</summary>
    public double NegativeSpread { get; init; }

    /// <summary>How much larger a share of the pixels lies at a wall of the domain in the negatives than in the data, at the wall where it is more.</summary>
    public double Walls { get; init; }

    /// <summary>How different the negatives are from each other, as a multiple of how different the data are. Not a number where that cannot be said.</summary>
    public double Variety { get; init; }

    /// <summary>Whether the learning rate was 0, as where its schedule has come to its end: no weight was changed.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>How far a chain moved in the update: the root of the mean squared change of a pixel, in units of the state.</summary>
    public double Movement { get; init; }
}

/// <summary>The figures of a validation. Energies are in nats.</summary>
/// <param name="DataEnergy">Mean energy of the data that validate.</param>
/// <param name="NoiseEnergy">Mean energy of as many states of fresh noise.</param>
public readonly record struct ValidationFigures(double DataEnergy, double NoiseEnergy)
{
    /// <summary>Standard deviation of the energies of the data that validate.</summary>
    public double DataSpread { get; init; }

    /// <summary>Standard deviation of the energies of the noise.</summary>
    public double NoiseSpread { get; init; }

    /// <summary>Number of states of the data, and of noise.</summary>
    public int Count { get; init; }

    /// <summary>Standard error of <see cref="Divergence"/>.</summary>
    public double Error => Count > 0 ? Math.Sqrt((DataSpread * DataSpread + NoiseSpread * NoiseSpread) / Count) : double.PositiveInfinity;

    /// <summary>Energy of the data minus energy of noise.</summary>
    public double Divergence => DataEnergy - NoiseEnergy;
}
