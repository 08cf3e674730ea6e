namespace Joule.Evaluation;

/// <summary>Quantiles of the beta distribution, to about 12 digits, for parameters of at least 1.</summary>
internal static class BetaQuantile
{
    /// <summary>The x with I(x; a, b) = p, where I is the distribution function.</summary>
    /// <param name="probability">p, above 0 and below 1.</param>
    /// <param name="a">At least 1.</param>
    /// <param name="b">At least 1.</param>
    public static double Of(double probability, double a, double b)
    {
        double low = 0, high = 1, x = a / (a + b);
        for (int i = 0; i < 200 && high - low > 1e-15; i++)
        {
            double error = Distribution(x, a, b) - probability;
            if (error == 0)
                return x;
            if (error < 0)
                low = x;
            else
                high = x;
            // Newton's step where it stays in the bracket, half of the bracket where it does not.
            double next = x - error / Math.Exp(LogDensity(x, a, b));
            if (!(next > low && next < high))
                next = (low + high) / 2;
            if (Math.Abs(next - x) <= 1e-15 * x)
                return next;
            x = next;
        }
        return x;
    }

    /// <summary>The distribution function: the regularised incomplete beta function.</summary>
    public static double Distribution(double x, double a, double b)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        double factor = Math.Exp(LogDensity(x, a, b)) * x * (1 - x);
        // The continued fraction converges fast below the mean; above it, the other tail is computed.
        return x < (a + 1) / (a + b + 2) ? factor * Fraction(x, a, b) / a : 1 - factor * Fraction(1 - x, b, a) / b;
    }

    private static double LogDensity(double x, double a, double b) =>
        (a - 1) * Math.Log(x) + (b - 1) * Math.Log(1 - x) + LogGamma(a + b) - LogGamma(a) - LogGamma(b);

    // The continued fraction of equation 8.17.22 of the Digital Library of Mathematical Functions, from its front (Lentz's method).
    private static double Fraction(double x, double a, double b)
    {
        double value = 1, c = 1, d = 0, change = 0;
        for (int n = 1; n < 100_000 && Math.Abs(change - 1) > 1e-15; n++)
        {
            double m = n / 2;
            double term = n % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / AwayFromZero(1 + term * d);
            c = AwayFromZero(1 + term / c);
            change = c * d;
            value *= change;
        }
        return 1 / value;
    }

    private static double AwayFromZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    // Stirling's series from 10 on, and the recurrence below.
    private static double LogGamma(double x)
    {
        double product = 1;
        for (; x < 10; x++)
            product *= x;
        double i = 1 / (x * x);
        double series = (1.0 / 12 - i * (1.0 / 360 - i * (1.0 / 1260 - i * (1.0 / 1680 - i * (1.0 / 1188 - i * (691.0 / 360360)))))) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + series - Math.Log(product);
    }
}
