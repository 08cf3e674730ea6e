using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Chains of the kernels, in the interpreter, against those of the processor: every sampler with every option.</summary>
public sealed class ChainKernelTests
{
    private static readonly StateSpace Box = StateSpace.Box(Shape.Vector(5), -1, 1), Real = StateSpace.Real(Shape.Vector(70));
    private static readonly StateSpace Half = StateSpace.Box(Shape.Vector(3), 0, float.PositiveInfinity);

    public static TheoryData<string> Langevins => [.. LangevinCases.Keys];

    private static readonly Dictionary<string, LangevinOptions> LangevinCases = new()
    {
        ["temperature"] = new() { StepSize = 0.02f, Temperature = 0.3f },
        ["noise scale"] = new() { StepSize = 0.1f, NoiseScale = 0.02f },
        ["clip"] = new() { StepSize = 0.3f, NoiseScale = 0.02f, GradientClip = 0.05f },
        ["noise first"] = new() { StepSize = 0.1f, NoiseScale = 0.2f, NoiseFirst = true },
        ["no noise"] = new() { StepSize = 0.1f, NoiseScale = 0 },
        ["no noise, first"] = new() { StepSize = 0.1f, NoiseScale = 0, NoiseFirst = true },
    };

    [Theory]
    [MemberData(nameof(Langevins))]
    public void Langevin(string options)
    {
        foreach (StateSpace space in (StateSpace[])[Box, Real, Half])
            BothDevices.Compare(Small(space), LangevinCases[options], chains: 5, steps: 4);
    }

    [Fact]
    public void Mala()
    {
        MetropolisAdjustedLangevinOptions options = new() { StepSize = 0.4f, Temperature = 0.7f };
        foreach (StateSpace space in (StateSpace[])[Box, Real, Half])
            BothDevices.Compare(Small(space), options, chains: 5, steps: 8);
        ProposalFigures masses = BothDevices.Compare(Small(Box), options with { InverseMass = [1, 2, 0.5f, 1, 3] }, 5, 8)!.Value;
        Assert.Equal(40, masses.Proposed + 20); // those of the second launch
    }

    [Fact]
    public void Hmc()
    {
        HamiltonianMonteCarloOptions options = new() { StepSize = 0.5f, LeapfrogSteps = 4, LengthJitter = 0.5f, Temperature = 0.5f };
        foreach (StateSpace space in (StateSpace[])[Box, Real, Half])
            BothDevices.Compare(Small(space), options, chains: 5, steps: 6);
        BothDevices.Compare(Small(Box), options with { InverseMass = [1, 2, 0.5f, 1, 3], StepJitter = 0 }, 5, 6);
    }

    [Fact]
    public void Proposals_are_accepted_rejected_and_divergent_as_on_the_processor()
    {
        // A step near the stability limit of the stiffest spring, and far beyond it: both kinds of rejection occur.
        Func<Device, Energy> springs = _ => new HarmonicEnergy(1, 40);
        ProposalFigures some = BothDevices.Compare(springs, new HamiltonianMonteCarloOptions { StepSize = 0.3f }, 6, 20)!.Value;
        Assert.InRange(some.Accepted, 1, some.Proposed - 1);
        ProposalFigures wild = BothDevices.Compare(springs, new HamiltonianMonteCarloOptions { StepSize = 2 }, 3, 4)!.Value;
        Assert.Equal(wild.Proposed, wild.Divergent);
    }

    [Fact]
    public void A_step_passes_the_border_of_32_bits()
    {
        using GpuDevice gpu = new(new InterpretedGpu());
        using Device processor = Device.Cpu(1);
        float[][] ends = [.. ((Device[])[processor, gpu]).Select(device =>
        {
            HarmonicEnergy energy = new(1, 4);
            using ChainLoop loop = new(device, energy, 2);
            using DeviceBuffer memory = device.Allocate(4);
            loop.Run(new LangevinOptions().Create(energy), memory.AsRows(2, 2), 6, new RandomStream(1, RandomPurpose.User, 0),
                firstStep: uint.MaxValue - 2, cancellation: TestContext.Current.CancellationToken);
            return device.Download(memory.AsRows(2, 2));
        })];
        for (int i = 0; i < 4; i++)
            Assert.Equal(ends[0][i], ends[1][i], 1e-6f);
    }

    [Fact]
    public void A_divergence_names_step_chain_and_value_as_on_the_processor()
    {
        DivergenceException[] errors = [.. ((Func<Device>[])[() => Device.Cpu(1), () => new GpuDevice(new InterpretedGpu())]).Select(open =>
        {
            using Device device = open();
            // It climbs as x⁴ falls: x grows beyond float32 within some steps, of chain 2 first.
            DoubleWellEnergy energy = new(Shape.Vector(3), 1, 1);
            using ChainLoop loop = new(device, energy, 3) { FirstChain = 5 };
            using DeviceBuffer memory = device.Allocate(9);
            device.Upload([0, 0, 0, 1, 1, 1, 9, 1, 1], memory.AsRows(3, 3));
            LangevinOptions options = new() { StepSize = 10, NoiseScale = 0 };
            return Assert.Throws<DivergenceException>(() => loop.Run(
                options.Create(energy), memory.AsRows(3, 3), 40, new RandomStream(1, RandomPurpose.User, 0), firstStep: 100,
                cancellation: TestContext.Current.CancellationToken));
        })];
        Assert.Equal(errors[0].Message, errors[1].Message);
        Assert.Equal(7, errors[1].Chain);
    }

    private static Func<Device, Energy> Small(StateSpace space) => BothDevices.Network(
        space, new DenseLayer { Outputs = 9 }, new SiluLayer(), new BranchesLayer
        {
            Paths = [[new DenseLayer { Outputs = 1 }], [new DenseLayer { Outputs = 4 }, new SquareLayer(), new SumLayer()]],
        });
}
