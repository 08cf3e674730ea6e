using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

/// <summary>
/// How much memory is shared. That nothing is overwritten too early is checked by <see cref="NetworkGradientTests"/>, bit for bit.
/// </summary>
public sealed class TapeLayoutTests
{
    // The values after the input have 32, 16 and 1 floats; SiLU keeps a slope for each of the first two.
    private static readonly Layer[] Dense =
    [
        new DenseLayer { Outputs = 32 }, new SiluLayer(), new DenseLayer { Outputs = 16 }, new SiluLayer(),
        new DenseLayer { Outputs = 1 },
    ];

    [Fact]
    public void Values_alone_need_the_memory_of_two_neighbours()
    {
        using Network network = new(Device.Shared, Shape.Vector(8), Dense);
        // A value and the next one; the single number of the output takes a unit of 16.
        Assert.Equal(32 + 16, new TapeLayout(network.Plan, 1, TapeUse.Values).Length);
        Assert.Equal(3 * (32 + 16), new TapeLayout(network.Plan, 3, TapeUse.Values).Length);
    }

    [Fact]
    public void With_state_gradients_slopes_stay_and_gradients_reuse_the_memory_of_values()
    {
        using Network network = new(Device.Shared, Shape.Vector(8), Dense);
        Assert.Equal(2 * (32 + 16), new TapeLayout(network.Plan, 1, TapeUse.States).Length);
    }

    [Fact]
    public void With_parameter_gradients_nothing_is_shared()
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
    public void Branches_share_memory(string name)
    {
        (Shape input, Layer[] layers) = TestNetworks.All[name];
        using Network network = new(Device.Shared, input, layers);
        Assert.InRange(
            new TapeLayout(network.Plan, 4, TapeUse.States).Length, 1, new TapeLayout(network.Plan, 4, TapeUse.Parameters).Length * 3 / 4);
    }

    [Fact]
    public void A_deep_network_needs_only_its_slopes_and_two_layers()
    {
        Layer[] layers = [.. Enumerable.Range(0, 50).SelectMany(_ => (Layer[])[new DenseLayer { Outputs = 64 }, new TanhLayer()]),
            new DenseLayer { Outputs = 1 }];
        using Network network = new(Device.Shared, Shape.Vector(8), layers);
        Assert.InRange(new TapeLayout(network.Plan, 1, TapeUse.States).Length, 50 * 64, 53 * 64);
        Assert.Equal(2 * 64, new TapeLayout(network.Plan, 1, TapeUse.Values).Length);
    }
}
