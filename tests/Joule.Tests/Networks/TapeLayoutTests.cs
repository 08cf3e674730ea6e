using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

/// <summary>That nothing is overwritten too early, the bits of values and gradients show: see <see cref="NetworkGradientTests"/>. Here: what is shared, and how far.</summary>
public sealed class TapeLayoutTests
{
    // Values of 32, 16 and 1 floats after the input; a silu keeps a slope for each of the first two.
    private static readonly Layer[] Dense =
    [
        new DenseLayer { Outputs = 32 }, new SiluLayer(), new DenseLayer { Outputs = 16 }, new SiluLayer(),
        new DenseLayer { Outputs = 1 },
    ];

    [Fact]
    public void Values_alone_take_as_much_as_two_neighbours()
    {
        using Network network = new(Device.Shared, Shape.Vector(8), Dense);
        // A value and the one made of it; the single number of the output takes a unit of 16.
        Assert.Equal(32 + 16, new TapeLayout(network.Plan, 1, TapeUse.Values).Length);
        Assert.Equal(3 * (32 + 16), new TapeLayout(network.Plan, 3, TapeUse.Values).Length);
    }

    [Fact]
    public void With_gradients_of_the_state_what_was_kept_stays_and_gradients_take_the_place_of_values()
    {
        using Network network = new(Device.Shared, Shape.Vector(8), Dense);
        Assert.Equal(2 * (32 + 16), new TapeLayout(network.Plan, 1, TapeUse.States).Length);
    }

    [Fact]
    public void For_the_gradient_of_parameters_everything_has_a_place_of_its_own()
    {
        using Network network = new(Device.Shared, Shape.Vector(8), Dense);
        TapeLayout layout = new(network.Plan, 1, TapeUse.Parameters);
        Assert.Equal(3 * (32 + 16) + 2 * 16, layout.Length);
        long[] places = [.. layout.Values[1..], .. layout.Gradients[1..], .. layout.Kept[..2]];
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    [Theory]
    [InlineData("residual")]
    [InlineData("residual with shortcut")]
    [InlineData("flatten inside a branch")]
    public void Branches_take_less_than_everything_apart(string name)
    {
        (Shape input, Layer[] layers) = TestNetworks.All[name];
        using Network network = new(Device.Shared, input, layers);
        Assert.InRange(
            new TapeLayout(network.Plan, 4, TapeUse.States).Length, 1, new TapeLayout(network.Plan, 4, TapeUse.Parameters).Length * 3 / 4);
    }

    [Fact]
    public void A_deep_network_takes_no_more_than_its_slopes_and_two_layers()
    {
        Layer[] layers = [.. Enumerable.Range(0, 50).SelectMany(_ => (Layer[])[new DenseLayer { Outputs = 64 }, new TanhLayer()]),
            new DenseLayer { Outputs = 1 }];
        using Network network = new(Device.Shared, Shape.Vector(8), layers);
        Assert.InRange(new TapeLayout(network.Plan, 1, TapeUse.States).Length, 50 * 64, 53 * 64);
        Assert.Equal(2 * 64, new TapeLayout(network.Plan, 1, TapeUse.Values).Length);
    }
}
