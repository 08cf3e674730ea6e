namespace Joule.Energies;

/// <summary>
/// One coordinate of a double well, exp(−h(x² − b)²), integrated in float64. The trapezoidal rule converges exponentially here: the density
/// is smooth, and at each end it vanishes or, at 0, is even (Trefethen and Weideman, "The exponentially convergent trapezoidal rule", SIAM
/// Review 56, 2014).
/// </summary>
internal readonly struct DoubleWellDensity(double height, double b)
{
    private const int Intervals = 4096;

    /// <summary>Densities below exp(−700) of that at the well are left out.</summary>
    private const double Deepest = 700;

    /// <summary>ln ∫ exp(−h(x² − b)²) dx.</summary>
    public double LogPartition => Math.Log(2 * Integral(0));

    /// <summary>The mean of xᵏ.</summary>
    public double Moment(int order) => order % 2 == 1 ? 0 : Integral(order) / Integral(0);

    /// <summary>∫ xᵏ·exp(−h(x² − b)²) dx over positive x.</summary>
    private double Integral(int order)
    {
        double reach = Math.Sqrt(Deepest / height);
        double from = Math.Sqrt(Math.Max(0, b - reach)), to = Math.Sqrt(b + reach), step = (to - from) / Intervals, sum = 0;
        for (int i = 0; i <= Intervals; i++)
        {
            double x = from + i * step, d = x * x - b;
            sum += (i is 0 or Intervals ? 0.5 : 1) * Math.Pow(x, order) * Math.Exp(-height * d * d);
        }
        return sum * step;
    }
}
