using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>With or without a GPU, the driver says what there is.</summary>
public sealed class GpuDriverTests
{
    [Fact]
    public void There_are_GPUs_or_a_reason_why_not()
    {
        if (GpuDriver.WhyNot is string reason)
        {
            Assert.Contains("driver", reason, StringComparison.Ordinal);
            Assert.Empty(GpuDriver.List());
            Assert.Null(GpuDriver.Version);
            GpuException e = Assert.Throws<GpuException>(() => new GpuContext());
            Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.NotEmpty(GpuDriver.List());
            GpuException e = Assert.Throws<GpuException>(() => new GpuContext(1000));
            Assert.Contains("no GPU 1000", e.Message, StringComparison.Ordinal);
        }
    }
}
