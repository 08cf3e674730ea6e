using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Plans;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>
/// Networks layer by layer over global memory: every layer and sampler, training passes, and the residual network of `bench/compare`.
/// </summary>
internal static class GlobalCases
{
    private const int ResidualBlocks = 8, ResidualChannels = 64;

    /// <summary>Chains: every layer and sampler, and the residual network.</summary>
    public static void Run(Report report)
    {
        using (GpuDevice device = new())
        {
            device.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
            foreach (ChainCase known in AllCases.OfLayers().Concat(AllCases.OfSamplers()))
                (known with { Name = $"{known.Name}, over global memory" }).Run(device, report);
        }
        foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
        {
            using GpuDevice device = new();
            device.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory, Precision = precision };
            string suffix = precision == ProductPrecision.Float32 ? "" : $", {precision}".ToLowerInvariant();
            Residual(suffix, precision).Run(device, report);
        }
    }

    /// <summary>Training passes: every layer, the networks that are timed in shared memory, too, and the residual network.</summary>
    public static void RunPasses(Report report)
    {
        using (GpuDevice device = new())
        {
            device.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory };
            foreach (PassCase known in AllCases.PassesOfNetworks)
                (known with { Name = $"{known.Name}, over global memory" }).Run(device, report);
        }
        foreach (ProductPrecision precision in Enum.GetValues<ProductPrecision>())
        {
            using GpuDevice device = new();
            device.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory, Precision = precision };
            string suffix = precision == ProductPrecision.Float32 ? "" : $", {precision}".ToLowerInvariant();
            new PassCase($"resnet{suffix}", Pixels.Shape, Layers)
            {
                Counts = [128],
                Verified = 8,
                Tolerance = precision == ProductPrecision.Tf32 ? 0.02 : 1e-4,
            }.Run(device, report);
        }
    }

    /// <summary>Which tile is best; the device's own choice is timed by <see cref="Run"/>.</summary>
    public static void Explore(Report report)
    {
        foreach (ProductTile tile in ProductTile.All)
        {
            using GpuDevice device = new();
            device.Kernels.Networks = new NetworkOptions { Way = KernelWay.GlobalMemory, Cut = new ProductCut(tile, 1) };
            Residual($", {tile.Rows} × {tile.Columns}", ProductPrecision.Float32).Run(device, report);
        }
    }

    private static ChainCase Residual(string suffix, ProductPrecision precision) => new(
        $"resnet-langevin{suffix}", Energy,
        new LangevinOptions { StepSize = 1, NoiseScale = 0.005f, GradientClip = 0.03f })
    {
        Counts = [16, 128],
        Steps = 10,
        VerifiedSteps = 1,
        Tolerance = precision == ProductPrecision.Tf32 ? 0.02 : 1e-4,
    };

    private static StateSpace Pixels { get; } = StateSpace.Box(new Shape(1, 28, 28), 0, 1);

    private static Layer[] Layers { get; } =
    [
        Convolution(),
        .. Enumerable.Range(0, ResidualBlocks)
            .SelectMany(_ => (Layer[])[new ResidualLayer { Body = [Convolution(), new SiluLayer(), Convolution()] }, new SiluLayer()]),
        new AveragePoolLayer { Size = 28 }, new FlattenLayer(), new DenseLayer { Outputs = 1 },
    ];

    private static NetworkEnergy Energy(Device device)
    {
        NetworkEnergy energy = new(new Network(device, Pixels.Shape, Layers), Pixels);
        energy.Initialize(1);
        return energy;
    }

    private static ConvolutionLayer Convolution() => new() { Outputs = ResidualChannels, Kernel = 3, Padding = 1 };
}
