namespace Joule.Objectives;

/// <summary>Sums of energies and of their squares, with mean and standard deviation.</summary>
/// <param name="Sum">The sum, in nats.</param>
/// <param name="Squares">The sum of squares, in nats².</param>
internal readonly record struct EnergyMoments(double Sum, double Squares)
{
    /// <summary>The sums of some energies.</summary>
    public static EnergyMoments Of(ReadOnlySpan<float> energies)
    {
        double sum = 0, squares = 0;
        foreach (float energy in energies)
        {
            sum += energy;
            squares += (double)energy * energy;
        }
        return new EnergyMoments(sum, squares);
    }

    /// <summary>The mean of n energies.</summary>
    public double Mean(int count) => Sum / count;

    /// <summary>The standard deviation of n energies.</summary>
    public double Spread(int count) => Math.Sqrt(Math.Max(0, Squares / count - Mean(count) * Mean(count)));
}
