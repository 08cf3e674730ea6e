using Joule.Compare.Cases;
using Joule.Compare.Measuring;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Compare.Tests.Measuring;

public sealed class NetworkWorkTests
{
    [Fact]
    public void Dense_layers_count_inputs_times_outputs()
    {
        NetworkWork work = NetworkWork.Of(BenchNetworks.MnistShape, BenchNetworks.Mlp);
        Assert.Equal(784 * 128 + 128, work.All);
        Assert.Equal(784 * 128, work.First);
        Assert.Equal(4 * work.All, work.Gradient);
        Assert.Equal(6 * work.All - 2 * 784 * 128, work.Training);
        Assert.Equal(12 * work.All - 2 * 784 * 128, work.Matching);
    }

    [Fact]
    public void Convolutions_count_taps_at_every_position()
    {
        double expected = 16 * 16 * 25 * 16 + 8 * 8 * 9 * 16 * 32 + 4 * 4 * 9 * 32 * 64 + 2 * 2 * 9 * 64 * 64 + 256 * 64 + 64;
        Assert.Equal(expected, NetworkWork.Of(BenchNetworks.BookShape, BenchNetworks.BookLayers).All);
    }

    [Fact]
    public void Residual_blocks_count_their_bodies()
    {
        double expected = 28 * 28 * 9 * 64 + 16 * 28.0 * 28 * 9 * 64 * 64 + 64;
        Assert.Equal(expected, NetworkWork.Of(BenchNetworks.MnistShape, BenchNetworks.Residual).All);
    }

    [Fact]
    public void A_layer_that_is_not_counted_is_refused() =>
        Assert.Throws<NotSupportedException>(() => NetworkWork.Of(Shape.Vector(2), [new BranchesLayer { Paths = [[], []] }]));
}
