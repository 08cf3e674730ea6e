namespace Joule.Energies;

/// <summary>
/// The Challenger data as a <see cref="LogisticRegressionEnergy"/>: whether O-rings of the field joints showed thermal distress on the 23
/// flights of the space shuttle before the accident whose boosters were recovered, against the temperature at launch. Data: Report of the
/// Presidential Commission on the Space Shuttle Challenger Accident, 1986, a work of the United States government; as tabulated by Dalal,
/// Fowlkes and Hoadley, "Risk analysis of the space shuttle", Journal of the American Statistical Association 84, 1989.
/// </summary>
[Named("logistic_regression", "a posterior of two coefficients: O-ring distress of the space shuttle against temperature",
    paper: "Dalal, Fowlkes and Hoadley 1989, Journal of the American Statistical Association 84")]
public sealed record LogisticRegressionOptions : KnownEnergyOptions
{
    // In the order of the flights.
    private static readonly int[] Fahrenheit =
        [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58];
    private static readonly int[] Distress = [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1];

    /// <summary>The standard deviation of the normal prior of each coefficient; the temperature has mean 0 and deviation 1.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 2.5;

    /// <summary>The mean of the temperatures and their standard deviation, in degrees Fahrenheit.</summary>
    public static (double Mean, double Deviation) Temperature
    {
        get
        {
            double mean = Fahrenheit.Average();
            return (mean, Math.Sqrt(Fahrenheit.Average(t => (t - mean) * (t - mean))));
        }
    }

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        (double mean, double deviation) = Temperature;
        double[][] features = [.. Fahrenheit.Select(t => (double[])[1, (t - mean) / deviation])];
        return new LogisticRegressionEnergy(features, [.. Distress.Select(d => d == 1)], ["intercept", "temperature"], Deviation);
    }
}
