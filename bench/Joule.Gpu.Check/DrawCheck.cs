using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;

namespace Joule.Gpu.Check;

/// <summary>The card's normal draws have the bits of the processor's.</summary>
internal static class DrawCheck
{
    private const int Threads = 256, Blocks = 4096;
    private const ulong Seed = 0xFEDCBA9876543210, Step = 123456789012;
    private const uint Chain = 77;

    public static void Run(GpuContext context, Report report)
    {
        int count = 4 * Threads * Blocks;
        using GpuKernel kernel = new(context, DrawsKernel.Write(Threads));
        using GpuMemory target = new(context, count, "draws");
        RandomStream stream = new(Seed, RandomPurpose.SamplingChains, Step);
        kernel.Launch(Blocks, target, stream.Key0, stream.Key1, stream.Counter2, stream.Counter3, Chain);
        context.Wait();
        float[] drawn = new float[count], expected = new float[count];
        target.Download<float>(drawn);
        stream.FillNormal(expected, Chain);
        int differ = 0;
        double largest = 0;
        for (int i = 0; i < count; i++)
        {
            if (BitConverter.SingleToUInt32Bits(drawn[i]) == BitConverter.SingleToUInt32Bits(expected[i]))
                continue;
            differ++;
            largest = Math.Max(largest, Math.Abs(drawn[i] - expected[i]));
        }
        report.Check("normal draws, bit for bit", differ == 0, largest, $"{differ} of {count:N0} differ");
    }
}
