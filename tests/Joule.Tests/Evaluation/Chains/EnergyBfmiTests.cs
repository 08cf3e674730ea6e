using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class EnergyBfmiTests
{
    [Fact]
    public void It_is_the_quotient_of_the_definition()
    {
        ChainDraws energies = new(2, 4, [1, 3, 2, 6, 5, 5, 5, 7]);
        Assert.Equal([21 / 14.0, 4 / 3.0], EnergyBfmi.Of(energies), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    // E-BFMI = 2 (1 − ρ̂(1)), and ρ̂(1) has the standard error √((1 − ρ²)/n): 0.01 at most for 10,000 draws.
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void It_is_twice_what_a_step_forgets(double rho) =>
        Assert.All(EnergyBfmi.Of(TestChains.Autoregressive(3, 10_000, rho, 1)), value => Assert.Equal(2 * (1 - rho), value, 0.08));

    [Fact]
    public void Energies_that_do_not_vary_have_none()
    {
        Assert.Equal([double.NaN, double.NaN], EnergyBfmi.Of(ChainDraws.From(2, 9, (_, _) => 0.1)));
        Assert.Equal([double.NaN], EnergyBfmi.Of(new ChainDraws(1, 1, [3])));
    }

    [Fact]
    public void It_follows_from_the_potentials()
    {
        ChainDraws potentials = new(2, 3, [1, 2, 3, 5, 5, 5]);
        Assert.Equal([2 / (1 + 1.0), 2], EnergyBfmi.OfPotentials(potentials, 2));
        Assert.Equal([double.NaN], EnergyBfmi.OfPotentials(new ChainDraws(1, 1, [3]), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyBfmi.OfPotentials(potentials, 0));
    }

    // Hamiltonian chains on U = k ln(1 + x²) in each of three dimensions, from light to heavy tails. The trajectories are long and nearly
    // exact, with a jittered length, so that the definition needs no correction for errors of the integrator.
    [Theory]
    [InlineData(20)]
    [InlineData(4)]
    public void Both_agree_on_a_chain_of_exact_trajectories(double k)
    {
        const int Draws = 20_000, Dimensions = 3;
        const double Step = 0.05;
        RandomStream stream = new(1, RandomPurpose.User, 0);
        double[] x = new double[Dimensions], totals = new double[Draws], potentials = new double[Draws];
        float[] p = new float[Dimensions + 1];
        for (int t = 0; t < Draws; t++)
        {
            stream.FillNormal(p, (uint)t);
            double[] q = [.. p.Take(Dimensions).Select(v => (double)v)];
            potentials[t] = x.Sum(v => k * Math.Log(1 + v * v));
            totals[t] = potentials[t] + q.Sum(v => v * v / 2);
            int steps = 10 + (int)(20 * Math.Abs(p[Dimensions]));
            for (int s = 0; s < steps; s++)
            {
                for (int i = 0; i < Dimensions; i++)
                {
                    q[i] -= Step / 2 * Slope(x[i]);
                    x[i] += Step * q[i];
                    q[i] -= Step / 2 * Slope(x[i]);
                }
            }
        }
        double exact = EnergyBfmi.Of(new ChainDraws(1, Draws, totals))[0];
        double expected = EnergyBfmi.OfPotentials(new ChainDraws(1, Draws, potentials), Dimensions)[0];
        Assert.InRange(expected, 0.3, 1.2);
        // The numerator's relative standard error is about √(2 · 3/20,000) for squares of Laplace-like differences: 0.02.
        Assert.Equal(expected, exact, 0.08 * expected);

        double Slope(double v) => 2 * k * v / (1 + v * v);
    }
}
