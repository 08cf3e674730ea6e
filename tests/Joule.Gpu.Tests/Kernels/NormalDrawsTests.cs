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

    [Fact]
    public void Logarithms_of_uniform_draws_are_exact_in_float64()
    {
        uint[] words =
        [
            0, 1, 2, 77, 0x3FFFFFFF, 0x5A827999, 0x5A82799A, 0x7FFFFFFF, 0x80000000, 0xB504F333, 0xB504F334, 0xFFFFFFFE, 0xFFFFFFFF,
        ];
        PtxWriter w = new();
        Address from = w.Pointer("from"), to = w.Pointer("to");
        NormalDraws draws = new(w, w.Constant(0u), w.Constant(0u));
        U32 thread = w.Thread();
        w.StoreGlobal(w.Element(to, thread, 8), 0, draws.LogUniform(w.LoadGlobalWord(w.Element(from, thread, 4))));
        PtxInterpreter gpu = new(w.Finish("logarithms", words.Length));
        KernelArgument given = gpu.Global.Allocate<uint>(words), found = gpu.Global.Allocate<double>(new double[words.Length]);
        gpu.Run(1, given, found);
        double[] logs = gpu.Global.Read<double>(found, words.Length);
        for (int i = 0; i < words.Length; i++)
        {
            double expected = Math.Log((words[i] + 0.5) / 4294967296.0);
            Assert.Equal(expected, logs[i], 2e-15 * Math.Abs(expected) + 1e-26);
        }
    }

    [Fact]
    public void Sines_and_cosines_are_those_of_half_turns()
    {
        PtxWriter w = new();
        Address to = w.Pointer("to");
        U32 thread = w.Thread();
        F32 x = w.MultiplyAdd(w.FromSigned(thread), 1f / 64, -0.5f);
        (F32 sine, F32 cosine) = NormalDraws.SineCosine(w, x);
        Address at = w.Element(to, thread, 8);
        w.StoreGlobal(at, 0, sine);
        w.StoreGlobal(at, 4, cosine);
        PtxInterpreter gpu = new(w.Finish("half_turns", 65));
        KernelArgument found = gpu.Global.Allocate<float>(new float[130]);
        gpu.Run(1, found);
        float[] pairs = gpu.Global.Read<float>(found, 130);
        for (int i = 0; i < 65; i++)
        {
            Assert.Equal(Math.Sin(Math.PI * (i / 64.0 - 0.5)), pairs[2 * i], 2e-7);
            Assert.Equal(Math.Cos(Math.PI * (i / 64.0 - 0.5)), pairs[2 * i + 1], 2e-7);
        }
    }
}
