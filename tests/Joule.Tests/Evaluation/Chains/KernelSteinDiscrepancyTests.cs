using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.States;
using Joule.Tests.Samplers;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class KernelSteinDiscrepancyTests
{
    // The Stein kernel from central differences of k: their error is about h² of the fourth derivatives and 1e-16/h² of rounding.
    [Theory]
    [InlineData(1, -0.5)]
    [InlineData(0.7, -0.3)]
    public void Pairs_are_the_stein_kernel_of_the_definition(double scale, double exponent)
    {
        double[] x = [0.3, -0.8, 1.1], y = [-0.4, 0.2, 0.9], sx = [0.5, 1.2, -0.7], sy = [-0.9, 0.4, 0.3];
        double pair = SteinKernel(x, y, sx, sy), same = SteinKernel(x, x, sx, sx) + SteinKernel(y, y, sy, sy);
        KernelSteinDiscrepancy actual = KernelSteinDiscrepancy.Of([.. x, .. y], [.. sx, .. sy], 3, scale, exponent);
        Assert.Equal(pair, actual.U, 2e-6);
        Assert.Equal((2 * pair + same) / 4, actual.V, 2e-6);
        Assert.Equal(Math.Sqrt(actual.V), actual.Discrepancy);

        double Kernel(double[] a, double[] b) => Math.Pow(scale * scale + a.Zip(b, (p, q) => (p - q) * (p - q)).Sum(), exponent);

        double SteinKernel(double[] a, double[] b, double[] sa, double[] sb)
        {
            const double H = 1e-4;
            double sum = sa.Zip(sb, (p, q) => p * q).Sum() * Kernel(a, b);
            for (int i = 0; i < a.Length; i++)
            {
                sum += sa[i] * (Kernel(a, Moved(b, i, H)) - Kernel(a, Moved(b, i, -H))) / (2 * H);
                sum += sb[i] * (Kernel(Moved(a, i, H), b) - Kernel(Moved(a, i, -H), b)) / (2 * H);
                sum += (Kernel(Moved(a, i, H), Moved(b, i, H)) - Kernel(Moved(a, i, H), Moved(b, i, -H))
                    - Kernel(Moved(a, i, -H), Moved(b, i, H)) + Kernel(Moved(a, i, -H), Moved(b, i, -H))) / (4 * H * H);
            }
            return sum;
        }
    }

    [Fact]
    public void One_state_has_the_diagonal_alone()
    {
        // ‖s‖² c^2β − 2βd c^(2β − 2)
        KernelSteinDiscrepancy one = KernelSteinDiscrepancy.Of([1.0, 2], [3.0, -1], 2);
        Assert.Equal(10 + 2, one.V, 1e-12);
        Assert.Equal(double.NaN, one.U);
    }

    // For exact draws of a normal in d dimensions, E U = 0 and E V = E k₀(x, x)/n = 2d/n. The tolerance is four standard errors of the mean
    // over 300 repetitions, measured from their spread.
    [Fact]
    public void Exact_draws_have_none_on_average()
    {
        const int Count = 40, Width = 3;
        GaussianEnergy energy = new([0, 0, 0], [1, 1, 1]);
        KernelSteinDiscrepancy[] all = [.. Enumerable.Range(0, 300)
            .Select(i => KernelSteinDiscrepancy.Of(energy, TestRows.Normal(Count, Width, (ulong)i)))];
        Assert.Equal(0, all.Average(a => a.U), 4 * Math.Sqrt(TestChains.Variance([.. all.Select(a => a.U)]) / 300));
        Assert.Equal(2.0 * Width / Count, all.Average(a => a.V), 4 * Math.Sqrt(TestChains.Variance([.. all.Select(a => a.V)]) / 300));
        Assert.InRange(Math.Sqrt(TestChains.Variance([.. all.Select(a => a.U)]) / 300), 1e-5, 0.01);
    }

    // For draws of q, the mean of U is E ⟨δ(x), δ(y)⟩ k(x, y) with δ = ∇ ln p − ∇ ln q (Liu, Lee and Jordan 2016, definition 3.2). Here q
    // is the standard normal and p another one. The two agree to four standard errors of their mean difference.
    [Theory]
    [InlineData(0.5, 1)] // shifted
    [InlineData(0, 1.5)] // too narrow states
    [InlineData(0, 0.6)] // too wide ones
    public void Wrong_states_have_that_of_the_difference_of_scores(double mean, double deviation)
    {
        const int Count = 50, Width = 2, Repetitions = 100;
        GaussianEnergy energy = new([(float)mean, (float)mean], [(float)deviation, (float)deviation]);
        double[] actual = new double[Repetitions], differences = new double[Repetitions];
        for (int k = 0; k < Repetitions; k++)
        {
            Rows states = TestRows.Normal(Count, Width, (ulong)k);
            actual[k] = KernelSteinDiscrepancy.Of(energy, states).U;
            double expected = 0;
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double distance = 0, product = 0;
                    for (int n = 0; n < Width; n++)
                    {
                        distance += (states[i][n] - states[j][n]) * (states[i][n] - states[j][n]);
                        product += Difference(states[i][n]) * Difference(states[j][n]);
                    }
                    expected += product / Math.Sqrt(1 + distance) * 2 / Count / (Count - 1);
                }
            }
            differences[k] = actual[k] - expected;
        }
        double error = Math.Sqrt(TestChains.Variance(differences) / Repetitions);
        Assert.Equal(0, differences.Average(), 4 * error);
        Assert.InRange(actual.Average(), 4 * error, 100); // wrong states are told from right ones

        double Difference(double x) => x - (x - mean) / (deviation * deviation);
    }

    [Fact]
    public void The_temperature_divides_the_energy()
    {
        Rows states = TestRows.Normal(30, 2, 3);
        KernelSteinDiscrepancy hot = KernelSteinDiscrepancy.Of(new GaussianEnergy([0, 0], [1, 1]), states, 4);
        KernelSteinDiscrepancy wide = KernelSteinDiscrepancy.Of(new GaussianEnergy([0, 0], [2, 2]), states);
        Assert.Equal(wide.V, hot.V, 1e-12);
    }

    [Fact]
    public void States_may_lie_where_the_host_does_not_see_them()
    {
        GaussianEnergy energy = new([0, 1], [1, 2]);
        Rows seen = TestRows.Normal(50, 2, 4);
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(seen.Length);
        Rows hidden = memory.AsRows(seen.Count, seen.Width);
        device.Upload(seen.Span, hidden);
        Assert.Equal(KernelSteinDiscrepancy.Of(energy, seen), KernelSteinDiscrepancy.Of(energy, hidden));
    }

    [Fact]
    public void Columns_that_are_all_real_are_real_states()
    {
        Rows states = TestRows.Normal(20, 2, 6);
        StateSpace columns = StateSpace.Mixed([ColumnDomain.Real, ColumnDomain.Real]);
        KernelSteinDiscrepancy expected = KernelSteinDiscrepancy.Of(new BowlEnergy(StateSpace.Real(Shape.Vector(2)), 1, 0), states);
        Assert.Equal(expected, KernelSteinDiscrepancy.Of(new BowlEnergy(columns, 1, 0), states));
    }

    [Fact]
    public void What_cannot_be_measured_is_an_error()
    {
        GaussianEnergy energy = new([0], [1]);
        Rows states = TestRows.Normal(3, 1, 5);
        BowlEnergy boxed = new(StateSpace.Box(Shape.Vector(1), -1, 1), 1, 0);
        Assert.Contains("without bounds", Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of(boxed, states)).Message,
            StringComparison.Ordinal);
        BowlEnergy bits = new(StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Binary, 0, 1)]), 1, 0);
        Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of(bits, TestRows.Normal(3, 2, 5)));
        Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of(energy, TestRows.Normal(3, 2, 5)));
        Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of([], [], 1));
        Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of([1.0, 2, 3], [1.0, 2, 3], 2));
        Assert.Throws<InvalidInputException>(() => KernelSteinDiscrepancy.Of([1.0, 2], [1.0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelSteinDiscrepancy.Of(energy, states, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelSteinDiscrepancy.Of(energy, states, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelSteinDiscrepancy.Of(energy, states, 1, 1, -1));
        DivergenceException error = Assert.Throws<DivergenceException>(() => KernelSteinDiscrepancy.Of([1.0, 2], [1.0, double.NaN], 1));
        Assert.Equal(1, error.Chain);
    }

    private static double[] Moved(double[] a, int i, double by)
    {
        double[] moved = [.. a];
        moved[i] += by;
        return moved;
    }
}
