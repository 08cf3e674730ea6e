using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

/// <summary>
/// The sets of points in the plane: their densities are normalised, their draws are theirs, and curves are what their formulas say.
/// </summary>
public sealed class PointsTests
{
    public static TheoryData<string> Sets =>
        ["eight_gaussians", "grid", "two_moons", "rings", "spirals", "swiss_roll", "checkerboard", "pinwheel"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Draws_fall_where_the_density_says(string name)
    {
        // The mean of 1/p over draws inside a square is its area where p covers it; the share of draws in a half plane is what a grid sums
        // to.
        FormulaEnergy energy = Make(name);
        const int draws = 20_000, side = 1024;
        const double reach = 7.5, step = 2 * reach / side;
        float[] state = new float[2];
        double mass = 0, left = 0, inner = 0, drawnLeft = 0, drawnInner = 0;
        for (int i = 0; i < side * side; i += 7)
        {
            // Every seventh cell, in an order that meets all rows and columns alike.
            double x = -reach + (i % side + 0.5) * step, y = -reach + (i / side + 0.5) * step;
            double part = 7 * step * step * Math.Exp(-energy.Value([x, y], []));
            mass += part;
            left += x < 0.6 ? part : 0;
            inner += x * x + y * y < 4 ? part : 0;
        }
        // The grid's own error: its cells are coarser than the narrowest noise, 0.1 at 0.015 × 7.
        Assert.Equal(1, mass, 0.01);
        for (uint i = 0; i < draws; i++)
        {
            ((ISamplable)energy).Sample(new RandomStream(3, RandomPurpose.User, 0), i, state);
            drawnLeft += state[0] < 0.6 ? 1 : 0;
            drawnInner += state[0] * (double)state[0] + state[1] * (double)state[1] < 4 ? 1 : 0;
        }
        // Five standard errors of a share, and the grid's error.
        Assert.Equal(left, drawnLeft / draws, 5 * Math.Sqrt(0.25 / draws) + 0.01);
        Assert.Equal(inner, drawnInner / draws, 5 * Math.Sqrt(0.25 / draws) + 0.01);
    }

    [Fact]
    public void A_curve_s_density_is_the_integral_along_it()
    {
        // A circle of radius R under noise: p(r) = exp(−(r² + R²)/2σ²)·I₀(rR/σ²)/2πσ², with I₀ by the trapezoidal rule, which is exact
        // here.
        const double radius = 1.5, sigma = 0.2;
        GaussianMixtureEnergy energy = (GaussianMixtureEnergy)new RingsOptions { Radii = [radius], Deviation = sigma }.Create();
        foreach ((double x, double y) in new[] { (0.0, 0.0), (1.5, 0), (0.7, 1.1), (-1.2, -1.4), (0.1, 2.2) })
        {
            double sum = 0;
            const int parts = 4000;
            for (int k = 0; k < parts; k++)
            {
                double dx = x - radius * Math.Cos(2 * Math.PI * k / parts), dy = y - radius * Math.Sin(2 * Math.PI * k / parts);
                sum += Math.Exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
            }
            Assert.Equal(-Math.Log(sum / parts / (2 * Math.PI * sigma * sigma)), energy.Value([x, y], []), 1e-9);
        }
    }

    [Theory]
    [InlineData("two_moons", 2 * 42)]
    [InlineData("rings", 84 + 168 + 252)]
    [InlineData("eight_gaussians", 8)]
    [InlineData("grid", 25)]
    public void Components_lie_three_quarters_of_a_deviation_apart(string name, int components) =>
        Assert.Equal(components, ((GaussianMixtureEnergy)Make(name)).Components);

    [Theory]
    [InlineData(1e9)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Curves_too_long_for_their_noise_are_refused(double radius) =>
        Assert.Contains("100,000",
            Assert.Throws<InvalidInputException>(() => new RingsOptions { Radii = [1, radius] }.Create()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Moons_and_rings_have_the_moments_of_their_curves()
    {
        IKnown moons = (IKnown)Make("two_moons"), rings = (IKnown)Make("rings"), grid = (IKnown)Make("grid");
        // The mean height of a half circle is 2/π; the moons' heights are 2/π and 1/2 − 2/π.
        Assert.Equal(0.5, moons.Mean(0)!.Value, 1e-12);
        Assert.Equal(0.25, moons.Mean(1)!.Value, 1e-12);
        Assert.Equal((1 + 4 + 9) / 6.0 + 0.01, rings.Covariance(0, 0)!.Value, 1e-12);
        Assert.Equal(8 + 0.01, grid.Covariance(1, 1)!.Value, 1e-12);
    }

    private static FormulaEnergy Make(string name) =>
        (FormulaEnergy)((KnownEnergyOptions)Activator.CreateInstance(Catalogue.Find(typeof(EnergyOptions), name)!)!).Create();
}
