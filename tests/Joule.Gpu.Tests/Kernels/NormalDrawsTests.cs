using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Joule.Compute;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>The draws of a kernel have the bits of those of a processor that fuses multiply and add, as GPUs do.</summary>
public sealed class NormalDrawsTests
{
    private const int Threads = 64, Blocks = 40;

    [Theory]
    [InlineData(1ul, 0ul, 0u)]
    [InlineData(0xFEDCBA9876543210ul, 123456789012ul, 77u)]
    [InlineData(ulong.MaxValue, 5ul, uint.MaxValue)]
    public void Normals_have_the_bits_of_the_processor(ulong seed, ulong step, uint chain)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "This processor rounds between multiply and add.");
        PtxInterpreter gpu = new(DrawsKernel.Write(Threads));
        KernelArgument into = gpu.Global.Allocate<float>(new float[4 * Threads * Blocks]);
        RandomStream stream = new(seed, RandomPurpose.SamplingChains, step);
        gpu.Run(Blocks, into, (uint)seed, (uint)(seed >> 32), (uint)step,
            (uint)(step >> 32) | ((uint)RandomPurpose.SamplingChains << 24), chain);
        float[] expected = new float[4 * Threads * Blocks], drawn = gpu.Global.Read<float>(into, expected.Length);
        stream.FillNormal(expected, chain);
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), drawn.Select(BitConverter.SingleToUInt32Bits));
    }
}
