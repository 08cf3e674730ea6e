using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute.Kinds;

/// <summary>The processor as a kind of device.</summary>
public sealed class CpuKindTests
{
    [Fact]
    public void All_cores_are_one_device()
    {
        CpuKind kind = new();
        DeviceListing only = Assert.Single(kind.List());
        Assert.Equal(new DeviceListing("cpu", only.Description, null), only);
        Assert.Null(kind.Note);
        using Device device = kind.Open(0, 2);
        Assert.Equal(2, device.Lanes);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => kind.Open(1, null));
        Assert.Contains("--threads", e.Message, StringComparison.Ordinal);
    }
}
