using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class DrawnEnergiesTests
{
    [Fact]
    public void Every_name_makes_an_energy_that_draws_states()
    {
        Assert.NotEmpty(DrawnEnergies.Names);
        Assert.All(DrawnEnergies.Names, name => Assert.IsType<ISamplable>(DrawnEnergies.Create(name), exactMatch: false));
    }

    [Fact]
    public void Points_lie_in_the_plane()
    {
        Assert.All(DrawnEnergies.Planar, name => Assert.Equal(2, DrawnEnergies.Create(name).Space.Width));
        Assert.Contains("two_moons", DrawnEnergies.Planar);
        Assert.Contains("funnel", DrawnEnergies.Names);
        Assert.DoesNotContain("funnel", DrawnEnergies.Planar);
    }

    [Theory]
    [InlineData("moons", "two_moons")]
    [InlineData("two-moons", "two_moons")]
    [InlineData("gaussians", "eight_gaussians")]
    [InlineData("swiss-roll", "swiss_roll")]
    [InlineData("ackley", null)] // known, without exact draws
    [InlineData("mnist", null)]
    [InlineData("", null)]
    public void A_name_may_be_short_or_have_hyphens(string given, string? expected) => Assert.Equal(expected, DrawnEnergies.NameOf(given));

    [Theory]
    [InlineData("mons", "Did you mean \"moons\"?")]
    [InlineData("eigth-gaussians", "Did you mean \"eight_gaussians\"?")]
    [InlineData("nothing at all", "Those that do are banana, ")]
    public void An_unknown_name_is_an_error_that_proposes_the_nearest(string given, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => DrawnEnergies.Create(given)).Message, StringComparison.Ordinal);
}
