using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class AnnealingLessonTests
{
    [Fact]
    public void The_length_of_a_piece_is_the_deviation_of_the_logarithm_for_small_changes()
    {
        // ln g = ±0.1: E[g²]/E[g]² = cosh(0.2)/cosh²(0.1), so the length is √ln of it: 0.1·(1 − 0.01/6 …).
        double[] sums = new double[WeightSums.Numbers];
        for (int i = 0; i < 1000; i++)
            WeightSums.Add(sums, 500 + (i % 2 == 0 ? 0.1 : -0.1));
        Assert.Equal(Math.Sqrt(Math.Log(Math.Cosh(0.2) / Math.Pow(Math.Cosh(0.1), 2))), AnnealingLesson.Length(sums), 1e-9);
        Assert.Equal(0.1, AnnealingLesson.Length(sums), 1e-3);
        Assert.Equal(0, AnnealingLesson.Length(new double[WeightSums.Numbers]));
    }

    [Fact]
    public void Pieces_become_equally_long_and_step_sizes_follow_their_acceptance()
    {
        // Lengths 3, 0 (taken as 0.001), 1: three pieces of 1.3337 each. The first two ends lie in the first piece, which is read linearly.
        double[] shares = [0.3, 0.5, 1], scales = [1, 2, 4], newShares = new double[3], newScales = new double[3];
        AnnealingTally tally = new(new double[AnnealingTally.Numbers(3)]);
        foreach ((int rung, double length, int accepted) in ((int, double, int)[])[(1, 3, 90), (2, 0, 60), (3, 1, 60)])
        {
            Span<double> changes = tally.Changes(rung);
            (changes[1], changes[2], changes[3]) = (1, Math.Exp(length * length) / 1e6, 1e6);
            tally.AddMoves(rung, 100, accepted);
        }
        AnnealingLesson.Learn(shares, scales, tally, 0.6, newShares, newScales);
        double third = 4.001 / 3;
        Assert.Equal(0.3 * third / 3, newShares[0], 1e-9);
        Assert.Equal(0.3 * 2 * third / 3, newShares[1], 1e-9);
        Assert.Equal(1, newShares[2]);
        // Accepted at 0.9 for 0.6, the first step size grows by e^0.3.
        Assert.Equal([Math.Exp(0.3), Math.Exp(0.3), 4], newScales, (a, b) => Math.Abs(a - b) < 1e-9);
        AnnealingLesson.Learn(shares, scales, tally, null, newShares, newScales);
        Assert.Equal([1, 1, 4], newScales, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_warm_up_learns_a_path_on_which_weights_change_alike_and_moves_are_accepted(int particles)
    {
        // A narrow Gaussian far from the base, and a first step size that is accepted at the hot end only.
        const int chains = 40, warmUpSteps = 400, steps = 20;
        GaussianEnergy energy = new([2, 0, -1], [0.1f, 0.2f, 0.4f]);
        AnnealingOptions options = particles == 1 ? new AnnealedImportanceSamplingOptions()
            : new SequentialMonteCarloOptions { Particles = particles };
        HamiltonianMonteCarloOptions inner = new() { StepSize = 0.5f, LeapfrogSteps = 3 };
        options = options with { Temperatures = 20, Power = 1, Inner = inner };
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        using WarmUp warmUp = new(device, energy, options, warmUpSteps);
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, chains);
        Rows states = TestRows.Empty(chains, 3);
        memory.Init(sampler, states);
        RandomStream noise = new(3, RandomPurpose.User, 0);
        CancellationToken token = TestContext.Current.CancellationToken;
        loop.Run(sampler, states, steps, noise, memory, 0, token);
        AnnealingTally before = AnnealingTally.Of(memory, 20);
        memory.Init(sampler, states);
        warmUp.Run(loop, states, noise, memory, cancellation: token);
        memory.ClearTallies();
        sampler = warmUp.Options.Create(energy);
        loop.Run(sampler, states, steps, noise, memory, warmUpSteps, token);
        AnnealingTally after = AnnealingTally.Of(memory, 20);
        double[] lengths = new double[20], first = new double[20], acceptances = new double[20];
        for (int k = 0; k < 20; k++)
        {
            lengths[k] = AnnealingLesson.Length(after.Changes(k + 1));
            first[k] = AnnealingLesson.Length(before.Changes(k + 1));
            acceptances[k] = after.Acceptance(k + 1);
        }
        // Before, the first piece is at least twice as long as the mean, and moves at the cold end are rejected.
        Assert.True(first.Max() > 2 * first.Average());
        Assert.InRange(before.Acceptance(20), 0, 0.2);
        Assert.InRange(lengths.Max() / lengths.Average(), 1, 1.3);
        Assert.All(acceptances, a => Assert.InRange(a, 0.4, 0.9));
        LogPartitionEstimate estimate = sampler.LogPartition(memory)!.Value;
        Assert.Equal(energy.LogPartition, estimate.Value, 4 * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 0, 0.2);
    }
}
