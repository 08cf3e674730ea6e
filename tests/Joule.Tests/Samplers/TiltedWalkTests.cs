using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.Tests.Energies;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>Exact chains in the coordinates of a base.</summary>
public sealed class TiltedWalkTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.5, 0.3)]
    [InlineData(0.9, 0.1)]
    [InlineData(1, 1)]
    public void Chains_from_noise_have_the_moments_that_quadrature_gives(double stepSize, double jumps)
    {
        // 20,000 independent chains of 60 steps: with |f| at most .9, a jump is accepted with .16 or more, so that less than 10⁻² of the
        // start would be left of (1 − .3·.16)^60 and far less is, as most are accepted. With a tenth of jumps, chains start from the base,
        // whose moments differ by a tenth of a deviation or less. Five standard errors of a moment, from its exact variance.
        const int chains = 20_000, side = 300;
        using Device device = Device.Cpu(2);
        using ResidualEnergy energy = ResidualEnergies.Plane(device, 0.9, 12);
        Rows grid = ResidualEnergies.Grid(side), energies = TestRows.Empty(side * side, 1);
        energy.Evaluate(grid, energies);
        Rows states = TestRows.Empty(chains, 2);
        for (int i = 0; i < chains; i++)
        {
            if (jumps > 0.2)
                energy.Space.FillNoise(new RandomStream(4, RandomPurpose.User, 0), (uint)i, states[i]);
            else
                energy.SampleBase(new RandomStream(4, RandomPurpose.User, 0), (uint)i, states[i]);
        }
        Sampler sampler = new TiltedWalkOptions { StepSize = stepSize, JumpShare = jumps }.Create(energy);
        using ChainLoop loop = new(device, energy, chains);
        loop.Run(sampler, states, 60, Noise, 0, Token);
        double[] weights = [.. energies.Span.ToArray().Select(e => Math.Exp(-(double)e))];
        double total = weights.Sum();
        foreach ((string name, Func<float, float, double> of) in Moments())
        {
            double mean = 0, square = 0, found = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                double value = of(grid[i][0], grid[i][1]);
                mean += weights[i] * value / total;
                square += weights[i] * value * value / total;
            }
            for (int i = 0; i < chains; i++)
                found += of(states[i][0], states[i][1]) / chains;
            Assert.True(Math.Abs(found - mean) < 5 * Math.Sqrt((square - mean * mean) / chains), $"{name}: {found}, not {mean}");
        }
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.3, 1);
        Rows ends = TestRows.Empty(chains, 1);
        energy.Evaluate(states, ends);
        Assert.True(TestRows.SameBits(ends.Span, loop.Energies));
    }

    [Fact]
    public void Without_a_correction_every_proposal_is_accepted_and_a_jump_forgets_the_start()
    {
        using Device device = Device.Cpu(2);
        using ResidualEnergy energy = ResidualEnergies.Plane(device, 1, 0);
        Rows one = TestRows.Empty(50, 2), other = TestRows.Empty(50, 2);
        one.Span.Fill(0.25f);
        other.Span.Fill(0.75f);
        Sampler sampler = new TiltedWalkOptions { JumpShare = 1 }.Create(energy);
        using ChainLoop loop = new(device, energy, 50);
        loop.Run(sampler, one, 1, Noise, 0, Token);
        Assert.Equal(1, loop.Proposals!.Value.Acceptance);
        loop.Run(sampler, other, 1, Noise, 0, Token);
        Assert.True(TestRows.SameBits(one.Span, other.Span));
    }

    [Fact]
    public void Threads_and_cuts_do_not_change_a_bit()
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            foreach (int[] parts in (int[][])[[20], [7, 1, 12]])
            {
                using Device device = Device.Cpu(threads);
                using ResidualEnergy energy = ResidualEnergies.Plane(device, 1, 12);
                Sampler sampler = new TiltedWalkOptions().Create(energy);
                using ChainLoop loop = new(device, energy, 70);
                using ChainMemory memory = new(device, sampler, 70);
                Rows states = TestRows.Empty(70, 2);
                for (int i = 0; i < 70; i++)
                    energy.Space.FillNoise(new RandomStream(4, RandomPurpose.User, 0), (uint)i, states[i]);
                memory.Init(sampler, states);
                ulong done = 0;
                foreach (int steps in parts)
                {
                    loop.Run(sampler, states, steps, Noise, memory, done, Token);
                    done += (ulong)steps;
                }
                expected ??= states.Span.ToArray();
                Assert.True(TestRows.SameBits(expected, states.Span), $"{threads} threads, {string.Join(" + ", parts)} steps");
            }
        }
    }

    [Fact]
    public void A_steady_loop_allocates_nothing()
    {
        using Device device = Device.Cpu(1);
        using ResidualEnergy energy = ResidualEnergies.Plane(device, 1, 1);
        Sampler sampler = new TiltedWalkOptions().Create(energy);
        using ChainLoop loop = new(device, energy, 70);
        using ChainMemory memory = new(device, sampler, 70);
        Rows states = TestRows.Empty(70, 2);
        states.Span.Fill(0.5f);
        memory.Init(sampler, states);
        loop.Run(sampler, states, 2, Noise, memory, 0, Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong run = 1; run < 20; run++)
            loop.Run(sampler, states, 2, Noise, memory, 2 * run, Token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_energy_without_a_base_is_refused_by_name()
    {
        string message = Assert.Throws<InvalidInputException>(
            () => new TiltedWalkOptions().Create(new GaussianEnergy([0, 0], [1, 1]))).Message;
        Assert.Contains("GaussianEnergy", message, StringComparison.Ordinal);
        Assert.Contains("ITilted", message, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, Func<float, float, double> Of)> Moments()
    {
        yield return ("x", (x, _) => x);
        yield return ("y", (_, y) => y);
        yield return ("x²", (x, _) => x * (double)x);
        yield return ("y²", (_, y) => y * (double)y);
        yield return ("xy", (x, y) => x * (double)y);
        yield return ("x < ½", (x, _) => x < 0.5f ? 1 : 0);
    }
}
