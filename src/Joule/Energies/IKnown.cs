using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy of which some answers are known exactly: what a sampler's results are compared with. A null says that the answer is unknown.
/// <see cref="IExact"/> knows all of them; <see cref="ISamplable"/> draws exact states.
/// </summary>
public interface IKnown
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>ln Z = ln ∫ exp(−E(x)) dx, in nats; a sum over states where they are discrete. Null where it is unknown.</summary>
    double? LogPartition { get; }

    /// <summary>The mean of xᵢ, or null where it is unknown.</summary>
    /// <param name="number">i: which number of the state.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    double? Mean(int number);

    /// <summary>The covariance of xᵢ and xⱼ, or null where it is unknown.</summary>
    /// <param name="number">i: which number of the state.</param>
    /// <param name="other">j: which other, or the same for the variance.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    double? Covariance(int number, int other);

    /// <summary>The standard deviation of xᵢ, or null where it is unknown.</summary>
    /// <param name="number">i: which number of the state.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    double? Deviation(int number) => Covariance(number, number) is { } variance ? Math.Sqrt(variance) : null;

    /// <summary>The name of a number of the state, for tables and files, for example <c>x0</c>. No two numbers share one.</summary>
    /// <param name="number">Which number of the state.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    string ParameterName(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Space.Width);
        return $"x{number}";
    }
}
