namespace Joule.Runs;

/// <summary>What one epoch of training measured: one row of a run's <c>metrics.csv</c>.</summary>
/// <param name="Epoch">The epoch, counted from 1 (0 is the model before training).</param>
/// <param name="Step">Training steps done since the start of the run.</param>
/// <param name="Seconds">Seconds since the start of the run.</param>
/// <param name="Loss">The mean training loss of the epoch, over its images: <paramref name="Cd"/> plus <paramref name="Regularization"/>.</param>
/// <param name="Cd">The mean training contrastive divergence over the epoch's images, E(data) − E(negatives), in nats. Below zero where data are the likelier.</param>
/// <param name="Regularization">The mean of the regularisation terms in the loss.</param>
/// <param name="EnergyData">The mean energy of the training data, in nats.</param>
/// <param name="EnergyNegative">The mean energy of the negatives, in nats.</param>
/// <param name="ValCd">The contrastive divergence of validation data against fresh noise, in nats.</param>
/// <param name="ValEnergyData">The mean energy of the validation data, in nats.</param>
/// <param name="ValEnergyNoise">The mean energy of fresh random noise, in nats.</param>
/// <param name="GradientNorm">The mean over the epoch's updates of the Euclidean norm of the parameter gradient, before clipping.</param>
/// <remarks>A value that was not measured in an epoch is NaN. Infinities are not accepted by the file format.</remarks>
public sealed record MetricsRow(
    int Epoch,
    long Step,
    double Seconds,
    double Loss,
    double Cd,
    double Regularization,
    double EnergyData,
    double EnergyNegative,
    double ValCd,
    double ValEnergyData,
    double ValEnergyNoise,
    double GradientNorm);
