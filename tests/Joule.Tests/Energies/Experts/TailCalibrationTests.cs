using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class TailCalibrationTests
{
    [Fact]
    public void It_is_the_logarithm_of_the_share_of_rows_this_high()
    {
        double[] energies = [.. Enumerable.Range(0, 100).Select(i => i / 10.0)];
        TailCalibration tail = Fit(energies);
        Assert.Equal(-Math.Log(0.5 / 100), tail.At(9.9).Log, 1e-5);
        Assert.Equal(-Math.Log(49.5 / 100), tail.At(5).Log, 1e-5);
        // Mean excess over 9.0, of 9.0, 9.1, … 9.9.
        Assert.Equal(0.45, tail.MeanExcess, 1e-6);
        Assert.Equal(tail.Last + Math.Log(3), tail.At(9.9 + 0.9).Log, 1e-5);
        Assert.Equal(-Math.Log(0.995) - 1e-3, tail.At(-1).Log, 1e-6);
    }

    [Fact]
    public void The_inverse_leads_back()
    {
        double[] energies = [.. TestRows.Normal(1, 3000, 4).Span.ToArray().Select(e => (double)e)];
        TailCalibration tail = Fit(energies);
        foreach (double energy in (double[])[-1.5, -0.2, 0, 0.7, 2.1])
            Assert.Equal(energy, tail.Invert(tail.At(energy).Log).Energy, 1e-5);
        // Thinned to 256 knots, shares of rows stay within a hundredth of a nat of the counted ones.
        double above = energies.Count(e => e >= 1.3) - 0.5;
        Assert.Equal(-Math.Log(above / 3000), tail.At(1.3).Log, 1e-2);
    }

    [Fact]
    public void Equal_energies_are_one_knot_and_do_not_divide_by_zero()
    {
        TailCalibration tail = Fit([.. Enumerable.Repeat(3.0, 50)]);
        Assert.Equal(-Math.Log(0.5 / 50), tail.At(3).Log, 1e-5);
        Assert.True(double.IsFinite(tail.At(4).Log) && tail.At(4).Log > tail.Last);
    }

    private static TailCalibration Fit(double[] energies)
    {
        float[] fitted = new float[TailCalibration.Length];
        TailCalibration.Fit(energies, fitted);
        return new TailCalibration(fitted);
    }
}
