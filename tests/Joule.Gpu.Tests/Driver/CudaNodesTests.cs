using System.Runtime.InteropServices;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>Structures of the driver have its layout, the same on all 64-bit systems.</summary>
public sealed class CudaNodesTests
{
    [Fact]
    public void Structures_have_the_drivers_sizes() => Assert.Equal((72, 200, 40),
        (Marshal.SizeOf<CudaKernelNode>(), Marshal.SizeOf<CudaCopyNode>(), Marshal.SizeOf<CudaFillNode>()));

    [Fact]
    public void Fields_lie_where_the_driver_reads_them()
    {
        Assert.Equal([0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64], OffsetsOf<CudaKernelNode>("Function", "GridX", "GridY", "GridZ",
            "BlockX", "BlockY", "BlockZ", "SharedBytes", "Parameters", "Extra", "Kernel", "Context"));
        Assert.Equal([0, 88, 176, 184, 192], OffsetsOf<CudaCopyNode>("From", "To", "Width", "Height", "Depth"));
        Assert.Equal([0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80], OffsetsOf<CudaCopySide>("X", "Y", "Z", "LevelOfDetail", "Kind", "Host",
            "Address", "TextureArray", "Reserved", "Pitch", "Height"));
        Assert.Equal([0, 8, 16, 20, 24, 32],
            OffsetsOf<CudaFillNode>("Address", "Pitch", "Value", "ElementSize", "Width", "Height"));
    }

    private static int[] OffsetsOf<T>(params string[] fields) => [.. fields.Select(f => (int)Marshal.OffsetOf<T>(f))];
}
