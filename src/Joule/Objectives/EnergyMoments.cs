namespace Joule.Objectives;

/// <summary>Sums of energies and of their squares, with mean and standard deviation.</summary>
/// <param name="Sum">The sum, in nats.</param>
/// <param name="Squares">The sum of squares, in nats².</param>
internal readonly record struct EnergyMoments(double Sum, double Squares)
{
    /// <summary>The mean of n energies.</summary>
    public double Mean(int count) => Sum / count;

    /// <summary>The standard deviation of n energies.</summary>
    public double Spread(int count) => Math.Sqrt(Math.Max(0, Squares / count - Mean(count) * Mean(count)));
}
