using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Every layer in a kernel, in the interpreter, against the processor: energies, gradients (by their norms) and chains.</summary>
public sealed class NetworkEmitterTests
{
    private static readonly LangevinOptions Langevin = new() { StepSize = 0.05f, NoiseScale = 0.1f, GradientClip = 0.5f };

    private static readonly DenseLayer One = new() { Outputs = 1 };

    public static TheoryData<string, int[], int> Vectors => new()
    {
        // function, widths, chains
        { "silu", [5, 7], 3 },
        { "relu", [37, 16], 5 },
        { "tanh", [130, 9, 12], 4 },
        { "softplus", [64, 33, 8, 5], 3 },
        { "elu", [20, 8], 2 },
        { "leaky_relu", [16, 4], 2 },
        { "sigmoid", [1, 4], 2 },
        { "square", [11, 6], 2 },
        { "none", [9, 6], 1 },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Dense_networks(string function, int[] widths, int chains) =>
        BothDevices.Compare(DenseNetwork(function, widths), Langevin, chains);

    internal static Func<Device, Energy> DenseNetwork(string function, int[] widths)
    {
        List<Layer> layers = [];
        foreach (int width in widths.Skip(1))
        {
            layers.Add(SampleNetworks.Dense(width));
            if (SampleNetworks.Function(function) is { } pointwise)
                layers.Add(pointwise);
        }
        layers.Add(One);
        return BothDevices.Network(StateSpace.Box(Shape.Vector(widths[0]), 0, 1), [.. layers]);
    }

    public static TheoryData<int, int, int, int[][]> Images => new()
    {
        // channels, height, width, (outputs, kernel, stride, padding)…
        { 1, 8, 8, [[4, 3, 2, 1], [8, 3, 2, 1]] },
        { 1, 7, 9, [[5, 3, 2, 1], [6, 3, 1, 0]] },
        { 3, 6, 5, [[4, 5, 2, 2], [8, 2, 2, 0]] },
        { 1, 9, 9, [[3, 3, 1, 1], [1, 4, 3, 1]] },
        { 2, 7, 7, [[3, 2, 3, 0]] },
        { 1, 7, 7, [[3, 1, 2, 0]] },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) =>
        BothDevices.Compare(ImageNetwork(channels, height, width, convolutions), Langevin);

    internal static Func<Device, Energy> ImageNetwork(int channels, int height, int width, int[][] convolutions)
    {
        List<Layer> layers = [];
        foreach (int[] c in convolutions)
        {
            layers.Add(new ConvolutionLayer { Outputs = c[0], Kernel = c[1], Stride = c[2], Padding = c[3] });
            layers.Add(new SiluLayer());
        }
        layers.AddRange([new FlattenLayer(), SampleNetworks.Dense(9), new SiluLayer(), One]);
        return BothDevices.Network(StateSpace.Box(new Shape(channels, height, width), 0, 1), [.. layers]);
    }

    public static TheoryData<string> Kinds => [.. SampleNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Other_layers(string kind) => BothDevices.Compare(OtherNetwork(kind), Langevin);

    internal static Func<Device, Energy> OtherNetwork(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        return BothDevices.Network(StateSpace.Box(shape, -1, 1), layers);
    }

    [Fact]
    public void Parts_of_sums_lie_over_slopes_so_that_two_blocks_of_the_book_fit_a_multiprocessor_of_an_H100()
    {
        using Device processor = Device.Cpu(1);
        using Network network = new(processor, new Shape(1, 32, 32), ((NetworkEnergyOptions)Presets.Load("book").Energy).Layers);
        BlockFrame frame = new(1, 448, 2);
        _ = new NetworkEmitter(frame, NetworkPlanner.Plan(network));
        Assert.InRange(frame.W.SharedBytes, 1, 115_712);
    }
}
