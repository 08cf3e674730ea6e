namespace Joule.Compute;

/// <summary>The distribution function Φ of the standard normal distribution, to about 13 digits.</summary>
internal static class NormalProbability
{
    private const double Far = 1.5; // below it nothing cancels in the series
    private const int Terms = 100;

    /// <summary>Φ(x), the probability below x.</summary>
    public static double Of(double x)
    {
        if (double.IsInfinity(x))
            return x > 0 ? 1 : 0;
        if (Math.Abs(x) > Far)
            return x > 0 ? 1 - Tail(x) : Tail(-x);
        // Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …), by parts.
        double term = x, sum = x;
        for (int i = 1; i < Terms; i++)
        {
            term *= x * x / (2 * i + 1);
            sum += term;
        }
        return 0.5 + Density(x) * sum;
    }

    /// <summary>The probability of an interval, without cancellation in the tails.</summary>
    public static double Of(double low, double high) => low > 0 ? Of(-low) - Of(-high) : Of(high) - Of(low);

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);

    // φ(x) / (x + 1/(x + 2/(x + 3/(…)))), Laplace's continued fraction.
    private static double Tail(double x)
    {
        double fraction = x;
        for (int i = Terms; i >= 1; i--)
            fraction = x + i / fraction;
        return Density(x) / fraction;
    }
}
