using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class GaussianMixtureEnergyTests
{
    [Fact]
    public void One_component_is_a_normal_distribution()
    {
        GaussianMixtureEnergy one = new([7], [[1, -2]], [0.5]);
        double[] gradient = new double[2];
        Assert.Equal(0.5 * 4 * 5 + Math.Log(2 * Math.PI * 0.25), one.Value([2, 0], gradient), 1e-12);
        Assert.Equal([4, 8], gradient);
    }

    [Fact]
    public void Weights_are_shares_and_moments_add()
    {
        // A quarter at −2 and three quarters at 2, of deviation 1: mean 1, variance 1 + 4·4·3/16.
        GaussianMixtureEnergy two = new([1, 3], [[-2], [2]], [1, 1]);
        Assert.Equal(1, two.Moment(0, 1), 1e-12);
        Assert.Equal(4, two.Covariance(0, 0)!.Value, 1e-12);
        Assert.Equal(0, two.LogPartition);
    }

    [Fact]
    public void Far_from_all_components_energies_stay_finite()
    {
        GaussianMixtureEnergy two = new([1, 1], [[-1], [1]], [0.01, 0.01]);
        double[] gradient = new double[1];
        // 99 from the nearer one, in deviations of 0.01.
        Assert.Equal(0.5 * 9900.0 * 9900 + Math.Log(2 * 0.01 * Math.Sqrt(2 * Math.PI)), two.Value([100], gradient), 1e-6);
        Assert.Equal(990_000, gradient[0], 1e-6);
    }

    [Fact]
    public void What_is_no_mixture_is_refused_in_words()
    {
        Assert.Contains("at least one", Message([], [], []), StringComparison.Ordinal);
        Assert.Contains("2 weights, 1 means", Message([1, 1], [[0]], [1, 1]), StringComparison.Ordinal);
        Assert.Contains("one length", Message([1, 1], [[0], [0, 1]], [1, 1]), StringComparison.Ordinal);
        Assert.Contains("weights are 0", Message([0], [[0]], [1]), StringComparison.Ordinal);
        Assert.Contains("deviations are -1", Message([1], [[0]], [-1]), StringComparison.Ordinal);

        static string Message(double[] weights, double[][] means, double[] deviations) =>
            Assert.Throws<InvalidInputException>(() => new GaussianMixtureEnergy(weights, means, deviations)).Message;
    }
}
