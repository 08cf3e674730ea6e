using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>A plan without a GPU says what a GPU does.</summary>
public sealed class KernelFitTests
{
    private static readonly GpuInfo Card = new InterpretedGpu().Info;

    [Theory]
    [MemberData(nameof(Samplers))]
    public void The_plan_is_the_kernel_that_runs(SamplerOptions sampler)
    {
        IReadOnlyList<KernelFit> fits = KernelFit.Of(Card, Network, sampler);
        Assert.Equal(["score", Catalogue.NameOf(sampler.GetType()), "train"], fits.Select(f => f.Use));
        using GpuDevice gpu = new(new InterpretedGpu());
        using NetworkEnergy energy = Network(gpu);
        using DeviceBuffer memory = gpu.Allocate(128 * 4);
        using (EnergyEvaluation evaluation = new(gpu, energy))
            evaluation.Run(memory.AsRows(128, 4), new float[128]);
        Compare(fits[0], gpu.Kernels.Last!);
        using ChainLoop loop = new(gpu, energy, 128);
        loop.Run(sampler.Create(energy), memory.AsRows(128, 4), 1, new RandomStream(1, RandomPurpose.User, 0),
            cancellation: TestContext.Current.CancellationToken);
        Compare(fits[1], gpu.Kernels.Last!);
        using NetworkPass pass = energy.Network.CreatePass(128);
        pass.Forward(memory.AsRows(128, 4));
        pass.Reverse(new float[128]);
        Compare(fits[2], gpu.Kernels.Last!, 3);
    }

    [Fact]
    public void With_another_precision_the_plan_is_over_global_memory()
    {
        using GpuDevice gpu = new(new InterpretedGpu()) { Precision = ProductPrecision.Tf32x3 };
        IReadOnlyList<KernelFit> fits = gpu.Fit(Network, new LangevinOptions());
        Assert.Equal(3, fits.Count);
        Assert.All(fits, fit => Assert.Equal((null, KernelWay.GlobalMemory), (fit.WhyNot, fit.Way)));
    }

    [Fact]
    public void Training_that_does_not_fit_shared_memory_is_planned_over_global_memory()
    {
        KernelFit fit = KernelFit.Of(Card with { SharedBytesOfBlock = 512 }, Network, new LangevinOptions())[2];
        Assert.Equal(("train", KernelWay.GlobalMemory), (fit.Use, fit.Way));
        Assert.Equal(8, fit.Launches); // states, layer and energy; the start of reverse; and of layer and energy weights and bias
        Assert.InRange(fit.GlobalBytesOfChain, 4 * (4 + 8 + 8), 400);
        GpuInfo little = Card with { SharedBytesOfBlock = 512, MemoryBytes = 12 * fit.GlobalBytesOfChain };
        KernelFit inGroups = KernelFit.Of(little, Network, new LangevinOptions())[2];
        Assert.Equal((3, fit.GlobalBytesOfChain), (inGroups.ChainsAtOnce, inGroups.GlobalBytesOfChain));
        Assert.Equal(10, inGroups.Launches); // values are not kept for reverse, which runs states and layer again
    }

    [Fact]
    public void An_energy_without_parameters_is_not_trained() =>
        Assert.Equal(2, KernelFit.Of(Card, _ => new HarmonicEnergy(1, 4), new LangevinOptions()).Count);

    public static TheoryData<SamplerOptions> Samplers => [new LangevinOptions(), new HamiltonianMonteCarloOptions()];

    [Fact]
    public void Chains_at_once_are_limited_by_threads_and_by_shared_memory()
    {
        GpuInfo large = new(0, "a large card", new Version(9, 0), 1L << 36)
        {
            Multiprocessors = 100,
            SharedBytesOfBlock = 200 * 1024,
            SharedBytesOfMultiprocessor = 228 * 1024,
        };
        KernelFit fit = KernelFit.Of(large, Network, new LangevinOptions())[1];
        Assert.Equal(100 * (2048 / fit.Threads) * fit.Chains, fit.ChainsAtOnce);
        GpuInfo small = large with { SharedBytesOfMultiprocessor = fit.SharedBytes + 1024 };
        KernelFit tight = KernelFit.Of(small, Network, new LangevinOptions())[1];
        Assert.Equal(100 * fit.Chains, tight.ChainsAtOnce);
    }

    [Fact]
    public void What_cannot_run_says_why()
    {
        IReadOnlyList<KernelFit> fits = KernelFit.Of(Card, Network, new NoUTurnOptions());
        Assert.Null(fits[0].WhyNot);
        Assert.Contains("no kernel for the sampler NoUTurn", fits[1].WhyNot, StringComparison.Ordinal);
        fits = KernelFit.Of(Card, _ => new TemperedEnergy(new HarmonicEnergy(1, 4), 2), new LangevinOptions());
        Assert.All(fits, f => Assert.Contains("no kernel for TemperedEnergy", f.WhyNot, StringComparison.Ordinal));
    }

    private static void Compare(KernelFit fit, CutKernel kernel, int launches = 1)
    {
        Assert.Null(fit.WhyNot);
        Assert.Equal(launches, fit.Launches);
        Assert.Equal((kernel.Cut.Chains, kernel.Cut.Threads, kernel.SharedBytes), (fit.Chains, fit.Threads, fit.SharedBytes));
    }

    private static NetworkEnergy Network(Device device)
    {
        StateSpace space = StateSpace.Real(Shape.Vector(4));
        NetworkEnergy energy = new(new Network(
            device, space.Shape, [new DenseLayer { Outputs = 6 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]), space);
        energy.Initialize(2);
        return energy;
    }
}
