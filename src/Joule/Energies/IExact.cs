using Joule.States;

namespace Joule.Energies;

/// <summary>An energy with exact answers, against which samplers and objectives are tested.</summary>
public interface IExact : IKnown, ISamplable
{
    /// <inheritdoc cref="Energy.Space"/>
    new StateSpace Space { get; }

    /// <summary>ln Z = ln ∫ exp(−E(x)) dx, in nats; for discrete states, a sum.</summary>
    new double LogPartition { get; }

    /// <summary>The mean of xᵢᵏ.</summary>
    /// <param name="number">i, the index of the number in the state.</param>
    /// <param name="order">k, from 0 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number or order.</exception>
    double Moment(int number, int order);

    double? IKnown.LogPartition => LogPartition;

    double? IKnown.Mean(int number) => Moment(number, 1);

    double? IKnown.Covariance(int number, int other)
    {
        double mean = Moment(number, 1), otherMean = Moment(other, 1);
        return number == other ? Moment(number, 2) - mean * otherMean : null;
    }
}
