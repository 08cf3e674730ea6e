using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Samplers;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>A divergence is found when results are read, in whatever part of a launch it was, and by whoever launched it.</summary>
public sealed class ChainFailuresTests
{
    // A kernel counts steps in 32 bits, so that a launch from here on has parts of 3, 1 and 3 steps.
    private const ulong FirstStep = uint.MaxValue - 3;
    private const int Steps = 7;

    private static readonly RandomStream Draws = new(1, RandomPurpose.User, 0);
    private static readonly HarmonicEnergy Energy = new(1, 4);
    private static readonly Sampler Langevin = new LangevinOptions { StepSize = 1e6f, NoiseScale = 0 }.Create(Energy);

    // The energy of a chain that begins far out overflows after some steps, each of which takes it further by a factor.
    [Theory]
    [InlineData(1e8f)]
    [InlineData(1e7f)]
    [InlineData(1e6f)]
    [InlineData(1e4f)]
    [InlineData(1f)]
    public void A_divergence_in_any_part_is_that_of_the_processor(float start)
    {
        using Device cpu = Device.Cpu(1);
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        DivergenceException? expected = Diverge(cpu, start), found = Diverge(gpu, start);
        Assert.Equal((expected?.Message, expected?.Step, expected?.Chain), (found?.Message, found?.Step, found?.Chain));
        Assert.Equal(start > 1, found is not null);
    }

    [Fact]
    public void The_parts_of_a_launch_are_looked_at_before_the_next_one()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        Assert.Null(Diverge(gpu, 1));
        Assert.Equal(3, engine.Counts.Kernels);
        engine.Counts.Clear();
        Assert.NotNull(Diverge(gpu, 1e17f));
        Assert.Equal(1, engine.Counts.Kernels);
    }

    [Fact]
    public void Nobody_else_is_told_of_a_divergence_and_it_is_not_lost()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using DeviceBuffer memory = gpu.Allocate(8);
        Rows bad = memory.AsRows(4, 2).Slice(0, 2), good = memory.AsRows(4, 2).Slice(2, 2);
        using ChainLoop first = new(gpu, Energy, 2), second = new(gpu, Energy, 2);
        Sampler sampler = Langevin;
        using ChainMemory kept = new(gpu, sampler, 2);
        gpu.Upload([1, 1, float.PositiveInfinity, 1], bad);
        gpu.Launch(first.Prepare(sampler, bad, 2, Draws, kept, [], 0,
            TestContext.Current.CancellationToken));
        second.Run(sampler, good, 2, Draws, cancellation: TestContext.Current.CancellationToken);
        gpu.Download(good);
        DivergenceException e = Assert.Throws<DivergenceException>(first.Complete);
        Assert.Equal((1, 1), (e.Step, e.Chain));
        // It is told once: the next run has chains of its own.
        gpu.Clear(bad);
        first.Run(sampler, bad, 0, Draws, cancellation: TestContext.Current.CancellationToken);
        first.Run(sampler, bad, 1, Draws, cancellation: TestContext.Current.CancellationToken);
    }

    private static DivergenceException? Diverge(Device device, float start)
    {
        using DeviceBuffer memory = device.Allocate(6);
        device.Upload([0, 0, 0, start > 1 ? start : 0, 0, start > 1 ? 10 * start : 0], memory.AsRows(3, 2));
        using ChainLoop loop = new(device, Energy, 3) { FirstChain = 5 };
        try
        {
            loop.Run(Langevin, memory.AsRows(3, 2), Steps, Draws, FirstStep, TestContext.Current.CancellationToken);
            return null;
        }
        catch (DivergenceException e)
        {
            return e;
        }
    }
}
