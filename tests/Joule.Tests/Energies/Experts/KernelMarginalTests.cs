using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class KernelMarginalTests
{
    private static readonly double[] Column = [.. TestRows.Normal(1, 400, 3).Span.ToArray().Select(x => x > 0 ? (double)x + 2 : x)];

    [Fact]
    public void It_is_normalised_and_its_rule_of_integration_is_exact()
    {
        KernelMarginal marginal = Fit(Column);
        // The trapezoidal rule with the tails of the Cauchy share beyond ±200: 10⁻³·2·atan(30/200)/π.
        double sum = 0, square = 0, mass = 0, ruled = 0;
        for (int i = 0; i < 400_000; i++)
        {
            double x = -200 + (i + 0.5) / 1000, p = marginal.At(x).Density;
            sum += p / 1000;
            square += p * Bump(x) / 1000;
        }
        Assert.Equal(1 - 2e-3 * Math.Atan(30.0 / 200) / Math.PI, sum, 1e-6);
        marginal.Integrate((x, share) => (mass, ruled) = (mass + share, ruled + share * Bump(x)));
        Assert.Equal(1, mass, 1e-6);
        Assert.Equal(square, ruled, 1e-5);

        static double Bump(double x) => Math.Exp(-0.5 * (x - 1) * (x - 1));
    }

    [Fact]
    public void It_is_the_sum_of_kernels_and_leaving_a_row_out_is_fitting_without_it()
    {
        KernelMarginal marginal = Fit(Column);
        double mean = Column.Average(), deviation = Math.Sqrt(Column.Average(x => (x - mean) * (x - mean)));
        double[] sorted = [.. Column.Order()];
        double quartiles = (At(0.75) - At(0.25)) / 1.34;
        double bandwidth = 0.53 * Math.Min(deviation, quartiles) * Math.Pow(400, -0.2);
        foreach (double x in (double[])[-2, -0.3, 0.9, 2.2, 3.7])
        {
            double kernels = Column.Average(y => Math.Exp(-0.5 * (x - y) * (x - y) / (bandwidth * bandwidth)))
                / (Math.Sqrt(2 * Math.PI) * bandwidth);
            // Rows move to the nearest of 2048 points, 0.006 apart, of kernels 0.14 wide: 1%, and more far out in a kernel's tail.
            Assert.Equal(0.999 * kernels + 1e-3 / (30 * Math.PI * (1 + x * x / 900)), marginal.At(x).Density, 0.01 * kernels + 1e-4);
        }
        double row = Column[7], left = Column.Where((_, i) => i != 7)
            .Sum(y => Math.Exp(-0.5 * (row - y) * (row - y) / (bandwidth * bandwidth))) / (399 * Math.Sqrt(2 * Math.PI) * bandwidth);
        Assert.Equal(0.999 * left, marginal.Without(row, 400), 0.015 * left);

        double At(double share)
        {
            int low = (int)(share * 399);
            return sorted[low] + (share * 399 - low) * (sorted[low + 1] - sorted[low]);
        }
    }

    [Fact]
    public void Draws_have_its_distribution()
    {
        KernelMarginal marginal = Fit(Column);
        const int count = 20_000;
        RandomStream draws = new(2, RandomPurpose.User, 3);
        int below = 0;
        for (int i = 0; i < count; i++)
            below += marginal.Draw(draws, (uint)i, 0) < 1 ? 1 : 0;
        double expected = 0;
        marginal.Integrate((x, mass) => expected += x < 1 ? mass : 0);
        // Five standard errors of a share.
        Assert.Equal(expected, (double)below / count, 5 * Math.Sqrt(expected * (1 - expected) / count));
    }

    private static KernelMarginal Fit(double[] column)
    {
        float[] fitted = new float[KernelMarginal.Length];
        KernelMarginal.Fit(column, fitted);
        return new KernelMarginal(fitted);
    }
}
