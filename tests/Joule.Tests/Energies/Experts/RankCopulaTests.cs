using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class RankCopulaTests
{
    [Fact]
    public void A_balanced_copula_has_uniform_margins()
    {
        byte[] first = [.. Enumerable.Range(0, 500).Select(i => RankCopula.Bin(2.5 * Math.Sin(i)))];
        byte[] second = [.. Enumerable.Range(0, 500).Select(i => RankCopula.Bin(2 * Math.Sin(i) + 0.5 * Math.Cos(7 * i)))];
        double[] one = RankCopula.One(first), two = RankCopula.One(second), both = RankCopula.Two(first, second);
        // A histogram that a Gaussian smooths in both directions has the smoothed histograms as its sums, up to what leaves the ends.
        Assert.Equal(both.Sum(), one.Sum(), 1e-3);
        float[] copula = new float[RankCopula.Length];
        double[] p = [.. one.Select(m => m / one.Sum())], q = [.. two.Select(m => m / two.Sum())];
        RankCopula.Balance(both, one, two, p, q, copula);
        for (int i = 0; i < RankCopula.Bins; i++)
        {
            double row = 0, column = 0;
            for (int j = 0; j < RankCopula.Bins; j++)
            {
                row += copula[i * RankCopula.Bins + j] * q[j];
                column += copula[j * RankCopula.Bins + i] * p[j];
            }
            Assert.Equal(1, row, 1e-4);
            Assert.Equal(1, column, 1e-4);
        }
    }

    [Fact]
    public void Bins_and_places_cover_the_ranks()
    {
        Assert.Equal((0, 0.0), RankCopula.Place(-9));
        Assert.Equal((RankCopula.Bins - 2, 1.0), RankCopula.Place(9));
        Assert.Equal((32, 0.5), RankCopula.Place(0.125));
        Assert.Equal((0, 63), (RankCopula.Bin(-100), RankCopula.Bin(100)));
        Assert.Equal(8, RankCopula.SlopeOf(0.3));
        Assert.Equal(0, RankCopula.SlopeOf(5));
    }

    [Fact]
    public void A_row_left_out_takes_its_own_kernel_away()
    {
        byte[] alone = [10], none = [50];
        double mass = RankCopula.One(alone)[10];
        Assert.Equal(0, RankCopula.LogWithout(mass * mass, mass, mass, 1 + alone.Length), 5);
        Assert.True(RankCopula.Two(alone, none)[10 * RankCopula.Bins + 50] > 0);
    }
}
