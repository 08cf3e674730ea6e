using System.Globalization;
using System.Text.RegularExpressions;
using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Devices;
using Joule.Gpu.Tests.Ptx;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Tests of the tests: the interpreter finds faults that are planted in the kernels of a training pass.</summary>
public sealed class WeightGradientKernelTests
{
    private static readonly Layer[] Dense =
        [SampleNetworks.Dense(7), new SiluLayer(), SampleNetworks.Dense(9), new TanhLayer(), new DenseLayer { Outputs = 1 }];

    private static readonly Layer[] Images =
        [new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), new DenseLayer { Outputs = 1 }];

    // With directions a function is a step of its own. Here the thread that applies it, forward or back, happens to be the one that wrote
    // what it reads, except where sums have parts, so that nobody misses the barrier between.
    public static TheoryData<bool, bool, int[]> Networks => new()
    {
        { false, false, [] }, { true, false, [] }, { false, true, [5, 10, 13, 22] }, { true, true, [5] },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_barrier_is_missed_if_it_is_gone(bool isImage, bool isAlong, int[] unless)
    {
        int barriers = 0;
        Run(isImage, isAlong, "weight_gradient", text =>
        {
            barriers = text.Split("bar.sync 0;").Length - 1;
            return text;
        });
        Assert.InRange(barriers, 6, 60);
        Assert.Equal(unless, Enumerable.Range(0, barriers).Where(i => !IsMissed(i)));

        bool IsMissed(int barrier)
        {
            try
            {
                Run(isImage, isAlong, "weight_gradient", text => Without(text, "\tbar.sync 0;\n", barrier));
                return false;
            }
            catch (PtxFault fault)
            {
                return fault.Message.Contains("race", StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("weight_gradient", "st.global.v4.f32 [", 4, "no multiple of 16")]
    [InlineData("weight_gradient", "st.global.v4.f32 [", 16, "lies in no allocation")]
    [InlineData("weight_gradient", "ld.global.f32 ", 4, "lies in no allocation")]
    [InlineData("weight_sum", "ld.global.nc.u32 ", 4, "lies in no allocation")]
    public void An_offset_by_one_is_a_fault(string kernel, string instruction, int bytes, string expected)
    {
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(false, false, kernel, text => Regex.Replace(text,
            $@"({Regex.Escape(instruction)}[^\]]*)\+(\d+)\]",
            m => $"{m.Groups[1].Value}+{int.Parse(m.Groups[2].ValueSpan, CultureInfo.InvariantCulture) + bytes}]")));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    // More groups of states than blocks, so that a block takes two, and the last group is not full.
    private static void Run(bool isImage, bool isAlong, string kernel, Func<string, string> change)
    {
        using GpuDevice device = new(new InterpretedGpu
        {
            Change = text => text.Contains($".entry {kernel}", StringComparison.Ordinal) ? change(text) : text,
        });
        device.Kernels.Forced = new BlockCut(isImage ? 2 : 12, 32);
        (Shape shape, Layer[] layers, int states) = isImage ? (new Shape(1, 5, 4), Images, 9) : (Shape.Vector(6), Dense, 50);
        _ = isAlong ? BothPasses.RunAlong(device, shape, layers, states, 0) : BothPasses.Run(device, shape, layers, states, 0);
    }

    private static string Without(string text, string line, int occurrence)
    {
        int at = text.IndexOf(line, StringComparison.Ordinal);
        for (int i = 0; i < occurrence; i++)
            at = text.IndexOf(line, at + 1, StringComparison.Ordinal);
        return text.Remove(at, line.Length);
    }
}
