using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// Draws from one coordinate of a double well, exp(−h(x² − b)²), by rejection under a staircase (Devroye, "Non-Uniform Random Variate
/// Generation", 1986, section VIII.2). Exact up to the 32 bits of a draw; the ends that the stairs leave out have a density below e⁻⁴⁰ of
/// that in the wells.
/// </summary>
internal sealed class DoubleWellStairs
{
    private const int Steps = 256;
    private const double Deepest = 40;

    private readonly double _height, _b, _from, _width;
    private readonly double[] _tops = new double[Steps];
    private readonly double[] _sums = new double[Steps];

    /// <summary>Builds the stairs over the positive half.</summary>
    public DoubleWellStairs(double height, double b)
    {
        (_height, _b) = (height, b);
        double reach = Math.Sqrt(Deepest / height);
        _from = Math.Sqrt(Math.Max(0, b - reach));
        _width = (Math.Sqrt(b + reach) - _from) / Steps;
        double sum = 0, mode = Math.Sqrt(b);
        for (int i = 0; i < Steps; i++)
        {
            double left = _from + i * _width, right = left + _width;
            _tops[i] = left <= mode && mode <= right ? 1 : Math.Max(Density(left), Density(right));
            _sums[i] = sum += _tops[i];
        }
    }

    /// <summary>Draws one number.</summary>
    /// <param name="draws">The random draws.</param>
    /// <param name="chain">The chain of the draws.</param>
    /// <param name="number">The index of the number in the state.</param>
    /// <param name="numbers">Numbers of a state: attempt a of number i uses draws 4·(a·numbers + i) to + 3.</param>
    public float Next(in RandomStream draws, uint chain, int number, int numbers)
    {
        for (long attempt = 0; ; attempt++)
        {
            long first = 4 * (attempt * numbers + number);
            int step = Array.BinarySearch(_sums, Uniform(draws, chain, first) * _sums[^1]);
            step = Math.Min(step < 0 ? ~step : step, Steps - 1);
            double x = _from + (step + Uniform(draws, chain, first + 1)) * _width;
            if (Uniform(draws, chain, first + 2) * _tops[step] < Density(x))
                return (float)(draws.Bits(chain, first + 3) < 1u << 31 ? x : -x);
        }
    }

    private static double Uniform(in RandomStream draws, uint chain, long index) => draws.OpenUniform(chain, index);

    private double Density(double x) => Math.Exp(-_height * (x * x - _b) * (x * x - _b));
}
