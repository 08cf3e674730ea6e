using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>Tests of the tests: the interpreter finds faults that are planted in kernels.</summary>
public sealed class PtxInterpreterTests
{
    private static readonly Func<Device, Energy> Network = BothDevices.Network(
        StateSpace.Box(Shape.Vector(140), 0, 1), new DenseLayer { Outputs = 7 }, new SiluLayer(),
        new DenseLayer { Outputs = 5 }, new TanhLayer(), new DenseLayer { Outputs = 1 });

    public static TheoryData<string> Samplers => ["langevin", "noise first", "hmc"];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_barrier_of_a_kernel_is_missed_if_it_is_gone(string sampler)
    {
        int barriers = 0;
        Run(Network, sampler, text =>
        {
            barriers = text.Split("bar.sync 0;").Length - 1;
            return text;
        });
        Assert.InRange(barriers, 5, 40);
        Assert.Equal([], Enumerable.Range(0, barriers).Where(i => !IsMissed(i)));

        bool IsMissed(int barrier)
        {
            try
            {
                Run(Network, sampler, text => Without(text, "\tbar.sync 0;\n", barrier));
                return false;
            }
            catch (PtxFault fault)
            {
                return fault.Message.Contains("race", StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_access_that_is_not_aligned_is_a_fault()
    {
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(Network, "langevin", text =>
        {
            int at = text.IndexOf("st.shared.v4.f32 [", StringComparison.Ordinal);
            int plus = text.IndexOf('+', at), end = text.IndexOf(']', plus);
            int offset = int.Parse(text.AsSpan(plus + 1, end - plus - 1), System.Globalization.CultureInfo.InvariantCulture);
            return $"{text[..(plus + 1)]}{offset + 4}{text[end..]}";
        }));
        Assert.Contains("no multiple of 16", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_barrier_that_only_some_threads_reach_is_a_fault()
    {
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(Network, "langevin", text =>
        {
            int jump = text.IndexOf("@!%p", StringComparison.Ordinal), end = text.IndexOf('\n', jump);
            return text.Insert(end + 1, "\tbar.sync 0;\n");
        }));
        Assert.Contains("not at the same one", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void States_that_are_off_by_one_lie_outside()
    {
        // Every index of a state's number is one too high, so the last one is outside of all memory.
        PtxFault fault = Assert.Throws<PtxFault>(() => Run(_ => new HarmonicEnergy(1, 2, 3), "langevin", text =>
        {
            int load = text.IndexOf("ld.global.f32", StringComparison.Ordinal), plus = text.IndexOf('+', load);
            return $"{text[..(plus + 1)]}4{text[(plus + 2)..]}";
        }));
        Assert.Contains("lies in no allocation", fault.Message, StringComparison.Ordinal);
    }

    private static void Run(Func<Device, Energy> make, string sampler, Func<string, string> change)
    {
        // The kernel of the chains, not the one that packs the weights before them.
        InterpretedGpu gpu = new() { Change = text => text.Contains(".entry pack(", StringComparison.Ordinal) ? text : change(text) };
        using GpuDevice device = new(gpu);
        Energy energy = make(device);
        using IDisposable? owner = energy as IDisposable;
        SamplerOptions options = sampler switch
        {
            "hmc" => new HamiltonianMonteCarloOptions { LeapfrogSteps = 2, LengthJitter = 0 },
            _ => new LangevinOptions { NoiseFirst = sampler == "noise first" },
        };
        using ChainLoop loop = new(device, energy, 2);
        using DeviceBuffer memory = device.Allocate(2L * energy.Space.Width);
        loop.Run(options.Create(energy), memory.AsRows(2, energy.Space.Width), 3, new RandomStream(1, RandomPurpose.User, 0));
    }

    private static string Without(string text, string line, int occurrence)
    {
        int at = text.IndexOf(line, StringComparison.Ordinal);
        for (int i = 0; i < occurrence; i++)
            at = text.IndexOf(line, at + 1, StringComparison.Ordinal);
        return text.Remove(at, line.Length);
    }
}
