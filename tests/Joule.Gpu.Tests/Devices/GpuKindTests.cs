using System.Reflection;
using Joule.Compute;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>With or without a GPU, the kind says what there is; without one it opens none and says why.</summary>
public sealed class GpuKindTests
{
    [Fact]
    public void A_missing_driver_is_a_reason_and_an_error_of_the_input()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        DeviceListing only = Assert.Single(new GpuKind().List());
        Assert.Equal("gpu", only.Name);
        Assert.NotNull(only.WhyNot);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new GpuKind().Open(0, null));
        Assert.Contains(only.WhyNot, e.Message, StringComparison.Ordinal);
        Assert.Contains("--device cpu", e.Message, StringComparison.Ordinal);
    }

    // The analyzers of native AOT then fail the build at what it cannot do.
    [Fact]
    public void The_package_is_built_for_native_AOT() => Assert.Contains(
        typeof(GpuKind).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>(), a => (a.Key, a.Value) == ("IsAotCompatible", "True"));

    [Fact]
    public void The_catalogue_knows_it_once_registered()
    {
        JouleGpu.Register();
        Assert.Equal(typeof(GpuKind), Catalogue.Find(typeof(DeviceKind), "gpu"));
        List<string> said = [];
        using Device device = DeviceChoice.Open(DeviceChoice.Auto, 1, said.Add);
        if (GpuDriver.WhyNot is { } reason)
            Assert.Contains(reason, Assert.Single(said), StringComparison.Ordinal);
        else
            Assert.Contains(said, s => s.Contains("not yet verified", StringComparison.Ordinal));
    }
}
