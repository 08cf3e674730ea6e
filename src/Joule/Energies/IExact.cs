using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy with exact answers, against which samplers and objectives are tested.</summary>
public interface IExact
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>ln Z = ln ∫ exp(−E(x)) dx, in nats; for discrete states, a sum.</summary>
    double LogPartition { get; }

    /// <summary>The mean of xᵢᵏ.</summary>
    /// <param name="number">i, the index of the number in the state.</param>
    /// <param name="order">k, from 0 to 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number or order.</exception>
    double Moment(int number, int order);

    /// <summary>Draws one state from p(x) = exp(−E(x)) / Z.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">The chain of the draws: independent states use different chains.</param>
    /// <param name="state">Receives <see cref="StateSpace.Width"/> numbers.</param>
    void Sample(in RandomStream draws, uint chain, Span<float> state);
}
