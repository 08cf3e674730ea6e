using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class CorrelatedGaussianEnergyTests
{
    [Fact]
    public void Two_numbers_have_the_energy_of_the_textbook()
    {
        // Σ = ((1, 0.6), (0.6, 2)) has the determinant 1.64 and the inverse ((2, −0.6), (−0.6, 1))/1.64.
        CorrelatedGaussianEnergy energy = new([1, -1], new double[,] { { 1, 0.6 }, { 0.6, 2 } });
        double[] gradient = new double[2];
        Assert.Equal((2 * 4 - 2 * 0.6 * 2 * 3 + 9) / (2 * 1.64), energy.Value([3, 2], gradient), 1e-12);
        Assert.Equal((2 * 2 - 0.6 * 3) / 1.64, gradient[0], 1e-12);
        Assert.Equal((-0.6 * 2 + 3) / 1.64, gradient[1], 1e-12);
        Assert.Equal(Math.Log(2 * Math.PI) + 0.5 * Math.Log(1.64), energy.LogPartition, 1e-12);
        Assert.Equal(1 + 6 * 2 + 3 * 4, energy.Moment(1, 4), 1e-12);
    }

    [Fact]
    public void Numbers_without_correlation_are_independent_normals()
    {
        CorrelatedGaussianEnergy energy = new([1, -1, 0], new double[,] { { 4, 0, 0 }, { 0, 0.25, 0 }, { 0, 0, 1 } });
        double[] gradient = new double[3];
        Assert.Equal(0.5 * (4 / 4.0 + 9 * 4 + 0.25), energy.Value([3, 2, 0.5], gradient), 1e-12);
        Assert.Equal([2 / 4.0, 3 * 4, 0.5], gradient);
        // The smallest correlation counts.
        CorrelatedGaussianEnergy tilted = new([0, 0], new double[,] { { 1, 1e-9 }, { 1e-9, 1 } });
        _ = tilted.Value([0, 1], gradient.AsSpan(0, 2));
        Assert.Equal(-1e-9, gradient[0], 1e-15);
    }

    [Theory]
    [InlineData(1, 1000, true)]
    [InlineData(2, 10, true)]
    [InlineData(10, 1000, false)]
    [InlineData(100, 1000, true)]
    [InlineData(150, 10, true)]
    public void Options_spread_the_variances(int dimensions, double condition, bool rotated)
    {
        GaussianOptions options = new() { Dimensions = dimensions, Condition = condition, Rotated = rotated };
        CorrelatedGaussianEnergy energy = (CorrelatedGaussianEnergy)options.Create();
        // ln det Σ is the sum of the logarithms, spaced evenly from −ln κ to 0; the trace is the sum of the variances.
        double logs = dimensions == 1 ? 0 : -0.5 * dimensions * Math.Log(condition);
        Assert.Equal(0.5 * (dimensions * Math.Log(2 * Math.PI) + logs), energy.LogPartition, 1e-9);
        double trace = Enumerable.Range(0, dimensions).Sum(i => energy.Covariance(i, i)!.Value);
        double sum = Enumerable.Range(0, dimensions).Sum(i => dimensions == 1 ? 1 : Math.Pow(condition, i / (dimensions - 1.0) - 1));
        Assert.Equal(sum, trace, 1e-9);
        Assert.Equal(rotated && dimensions > 1, energy.Covariance(0, dimensions - 1) != 0 && dimensions > 1);
        // The narrowest axis has the largest slope: 1/λ times the way along it.
        double[] x = new double[dimensions], gradient = new double[dimensions];
        for (int i = 0; i < dimensions; i++)
            x[i] = rotated ? 1 / Math.Sqrt(dimensions) : i == 0 ? 1 : 0;
        double value = energy.Value(x, gradient), steep = dimensions == 1 ? 1 : condition;
        Assert.Equal(steep / 2, value, 1e-8 * steep);
        Assert.Equal(steep, Math.Sqrt(gradient.Sum(g => g * g)), 1e-8 * steep);
    }

    [Fact]
    public void What_is_no_covariance_is_refused_in_words()
    {
        Assert.Contains("not symmetric", Message(() => new CorrelatedGaussianEnergy([0, 0], new double[,] { { 1, 0.5 }, { 0.4, 1 } })),
            StringComparison.Ordinal);
        Assert.Contains("not positive definite", Message(() => new CorrelatedGaussianEnergy([0, 0], new double[,] { { 1, 2 }, { 2, 1 } })),
            StringComparison.Ordinal);
        Assert.Contains("2×1", Message(() => new CorrelatedGaussianEnergy([0], new double[2, 1])), StringComparison.Ordinal);
        Assert.Contains("Mean 1", Message(() => new CorrelatedGaussianEnergy([0, double.NaN], new double[,] { { 1, 0 }, { 0, 1 } })),
            StringComparison.Ordinal);
        Assert.Contains("covariance has 2 rows", Message(() => new GaussianOptions { Covariance = [[1, 0], [0]] }.Create()),
            StringComparison.Ordinal);
        Assert.Contains("mean has 1 numbers", Message(() => new GaussianOptions { Mean = [1] }.Create()), StringComparison.Ordinal);
        Assert.Contains("condition is 0.5", Message(() => new GaussianOptions { Condition = 0.5 }.Create()), StringComparison.Ordinal);

        static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
    }

    [Fact]
    public void Explicit_means_and_covariances_are_taken()
    {
        GaussianOptions options = new() { Mean = [1, 2, 3], Covariance = [[2, 0, 0], [0, 1, 0.5], [0, 0.5, 1]] };
        CorrelatedGaussianEnergy energy = (CorrelatedGaussianEnergy)options.Create();
        Assert.Equal(3, energy.Space.Width);
        Assert.Equal(2, energy.Moment(1, 1));
        Assert.Equal(0.5, energy.Covariance(2, 1));
    }
}
