using System.Globalization;
using System.Text.RegularExpressions;
using Joule.Gpu.Devices;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Devices;
using Joule.Gpu.Tests.Ptx;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>The gradient of weights over global memory, in the interpreter, against the processor.</summary>
public sealed class GlobalWeightsTests
{
    private static readonly ProductTile Tile = new(8, 8, 8, 4, 4), Warp = new(32, 32, 8, 8, 4);

    private static readonly NetworkOptions Global = new() { Way = KernelWay.GlobalMemory, Cut = new ProductCut(Tile, 1) };

    private const string Barrier = "\tbar.sync 0;\n";

    private static readonly DenseLayer One = new() { Outputs = 1 };

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Vectors), MemberType = typeof(NetworkEmitterTests))]
    public void Dense_networks(string function, int[] widths, int states)
    {
        List<Layer> layers = WeightEmitterTests.DenseLayers(function, widths);
        BothPasses.Compare(Shape.Vector(widths[0]), layers, states, networks: Global);
        BothPasses.CompareAlong(Shape.Vector(widths[0]), layers, states, networks: Global);
    }

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Images), MemberType = typeof(NetworkEmitterTests))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions)
    {
        List<Layer> layers = WeightEmitterTests.ImageLayers(convolutions);
        BothPasses.Compare(new Shape(channels, height, width), layers, 3, again: 1, networks: Global);
        BothPasses.CompareAlong(new Shape(channels, height, width), layers, 2, networks: Global);
    }

    [Theory]
    [MemberData(nameof(WeightEmitterTests.Kinds), MemberType = typeof(WeightEmitterTests))]
    public void Other_layers(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        NetworkOptions options = Global with { Cut = new ProductCut(Tile, 3) };
        BothPasses.Compare(shape, layers, 5, again: 2, networks: options);
        BothPasses.CompareAlong(shape, layers, 3, again: 2, networks: options);
    }

    public static TheoryData<int, int, int> Cuts => new()
    {
        // states, states of a group, parts: one state, several groups, more parts than tiles, as many parts as are added together
        { 1, 8, 1 },
        { 5, 1, 2 },
        { 7, 3, 1 },
        { 9, 16, 16 },
        { 6, 4, 19 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Any_number_of_states_groups_and_parts(int states, int ofGroup, int parts)
    {
        Layer[] dense = [SampleNetworks.Dense(7), new SiluLayer(), SampleNetworks.Dense(5), new TanhLayer(), One];
        Layer[] images = [new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), One];
        foreach ((Shape shape, Layer[] layers) in ((Shape, Layer[])[])[(Shape.Vector(9), dense), (new Shape(1, 6, 5), images)])
        {
            NetworkOptions options = Global with { Cut = new ProductCut(Tile, parts) };
            long each = BothPasses.BytesOfState(shape, layers, along: false);
            BothPasses.Compare(shape, layers, states, again: states, networks: options with { MostBytes = ofGroup * each + 1 });
            each = BothPasses.BytesOfState(shape, layers, along: true);
            BothPasses.CompareAlong(shape, layers, states, again: 1, networks: options with { MostBytes = ofGroup * each + 1 });
        }
    }

    [Fact]
    public void Cuts_that_the_device_chooses() => BothPasses.Compare(new Shape(2, 7, 6),
        [new ConvolutionLayer { Outputs = 70, Kernel = 3, Stride = 2, Padding = 1 }, new SiluLayer(), SampleNetworks.Dense(9), One], 33,
        networks: Global with { Cut = null });

    [Theory]
    [MemberData(nameof(MatrixProductTests.Tiles), MemberType = typeof(MatrixProductTests))]
    public void The_tiles_of_a_card(int index) => BothPasses.Compare(new Shape(2, 4, 4),
        [new ConvolutionLayer { Outputs = 6, Kernel = 3, Padding = 1 }, new SiluLayer(), One], 3,
        networks: Global with { Cut = new ProductCut(ProductTile.All[index], 2) });

    [Theory]
    [InlineData(ProductPrecision.Tf32x3, 1e-5)]
    [InlineData(ProductPrecision.Tf32, 2e-3)]
    public void Products_on_tensor_cores(ProductPrecision precision, double tolerance) => BothPasses.Compare(new Shape(1, 6, 6),
        [new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), SampleNetworks.Dense(9), new SiluLayer(), One], 3,
        networks: Global with { Cut = new ProductCut(Warp, 2), Precision = precision }, tolerance: tolerance);

    [Theory]
    [InlineData("weights")]
    [InlineData("bias")]
    public void Every_barrier_is_missed_if_it_is_gone(string kernel)
    {
        int barriers = 0;
        Run(kernel, text =>
        {
            barriers = text.Split(Barrier).Length - 1;
            return text;
        });
        Assert.InRange(barriers, 2, 8);
        for (int gone = 0; gone < barriers; gone++)
        {
            PtxFault fault = Assert.Throws<PtxFault>(() => Run(kernel, text =>
            {
                string[] parts = text.Split(Barrier);
                return string.Join(Barrier, parts[..(gone + 1)]) + string.Join(Barrier, parts[(gone + 1)..]);
            }));
            Assert.Contains("race", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("weights", "ld.global.nc.v4.f32 ", 4, "no multiple of 16")]
    [InlineData("weights", "st.shared.v4.f32 [", 8, "no multiple of 16")]
    [InlineData("bias", "ld.global.nc.v4.f32 ", 8, "no multiple of 16")]
    [InlineData("bias_sum", "ld.global.v4.f32 ", 1 << 20, "lies in no allocation")]
    [InlineData("bias_sum", "st.global.f32 [", 4, "lies in no allocation")]
    public void A_wrong_offset_is_a_fault(string kernel, string instruction, int bytes, string expected)
    {
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(kernel, text => Regex.Replace(text,
            $@"({Regex.Escape(instruction)}[^\]]*)\+(\d+)\]",
            m => $"{m.Groups[1].Value}+{int.Parse(m.Groups[2].ValueSpan, CultureInfo.InvariantCulture) + bytes}]")));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    // Blocks of one warp or more, with several tiles for each part.
    private static void Run(string kernel, Func<string, string> change)
    {
        using GpuDevice device = new(new InterpretedGpu
        {
            Change = text => text.Contains($".entry {kernel}(", StringComparison.Ordinal) ? change(text) : text,
        });
        device.Kernels.Networks = Global with { Cut = new ProductCut(Warp, 2) };
        BothPasses.Run(device, new Shape(2, 5, 5), [new ConvolutionLayer { Outputs = 9, Kernel = 3, Padding = 1 }, One], 3, 0);
    }
}
