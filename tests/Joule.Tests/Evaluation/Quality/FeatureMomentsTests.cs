using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class FeatureMomentsTests
{
    [Fact]
    public void Mean_and_covariance_follow_their_definition()
    {
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(6);
        device.Upload([1, 4, 2, 8, 6, 0], memory.AsRows(3, 2));
        FeatureMoments moments = FeatureMoments.Of(device, memory.AsRows(3, 2));
        Assert.Equal([3.0, 4.0], moments.Mean);
        Assert.Equal([7.0, -8.0, -8.0, 16.0], moments.Covariance); // (4 + 1 + 9)/2, (0 − 4 − 12)/2, (0 + 16 + 16)/2
        Assert.Equal(23, moments.Trace);
    }
}
