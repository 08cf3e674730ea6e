namespace Joule.Samplers;

/// <summary>
/// The function f(λ) = λ·coth(αλ) of an eigenvalue: its absolute value, but rounded off at 0, where it is 1/α (Betancourt 2013,
/// arXiv:1212.4693, section 3.1).
/// </summary>
internal readonly struct SoftAbs(double softness)
{
    /// <summary>From here on coth is 1 in float64.</summary>
    private const double Far = 20;

    private const double Near = 1e-2;

    /// <summary>f(λ), above 0.</summary>
    public double Value(double value)
    {
        double x = Math.Abs(softness * value);
        return x > Far ? Math.Abs(value) : (x < Near ? 1 + x * x / 3 - x * x * x * x / 45 : x / Math.Tanh(x)) / softness;
    }

    /// <summary>f′(λ), between −1 and 1.</summary>
    public double Slope(double value)
    {
        double x = softness * value;
        if (Math.Abs(x) > Far)
            return Math.Sign(x);
        if (Math.Abs(x) < Near)
            return x * (2.0 / 3 - 4 * x * x / 45);
        double sine = Math.Sinh(x);
        return 1 / Math.Tanh(x) - x / (sine * sine);
    }

    /// <summary>(f(λ) − f(μ))/(λ − μ), or f′ where they meet.</summary>
    public double Secant(double first, double second)
    {
        double x = softness * first, y = softness * second;
        if ((x > Far && y > Far) || (x < -Far && y < -Far))
            return Math.Sign(x);
        return Math.Abs(x - y) < 1e-5 ? Slope((first + second) / 2) : (Value(first) - Value(second)) / (first - second);
    }
}
