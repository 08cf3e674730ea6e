using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Independent_features_have_the_closed_form()
    {
        // ‖μ₁ − μ₂‖² + Σ(σ₁ − σ₂)², variances of zero included.
        FeatureMoments one = new([1, 2, 3], [4, 0, 0, 0, 9, 0, 0, 0, 0]), other = new([1, 0, 2], [1, 0, 0, 0, 16, 0, 0, 0, 0]);
        Assert.Equal(4 + 1 + 1 + 1, FrechetDistance.Between(one, other), 1e-12);
        Assert.Equal(7, FrechetDistance.Between(other, one), 1e-12);
        Assert.Equal(0, FrechetDistance.Between(one, one), 1e-12);
    }

    [Fact]
    public void Covariances_that_do_not_commute_have_the_closed_form_of_two_features()
    {
        // For P = Σ₁Σ₂ of size 2, tr P^½ = √(tr P + 2√det P).
        FeatureMoments one = new([0, 0], [2, 0.5, 0.5, 1]), other = new([0, 0], [1, -0.7, -0.7, 3]);
        double trace = 2 - 0.35 + (-0.35 + 3), determinant = (2 - 0.25) * (3 - 0.49);
        double expected = 3 + 4 - 2 * Math.Sqrt(trace + 2 * Math.Sqrt(determinant));
        Assert.Equal(expected, FrechetDistance.Between(one, other), 1e-12);
        Assert.Equal(expected, FrechetDistance.Between(other, one), 1e-12);
    }

    [Fact]
    public void A_covariance_that_is_not_finite_is_an_error() => Assert.Throws<DivergenceException>(
        () => { _ = FrechetDistance.Between(new FeatureMoments([0], [double.NaN]), new FeatureMoments([0], [1])); });
}
