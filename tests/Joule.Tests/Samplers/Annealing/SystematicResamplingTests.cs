using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SystematicResamplingTests
{
    private const int Grid = 100_000;

    private static readonly double[] Weights = [0, 0.3, 1e-9, 2.2, 0.7, 0, 1.1, 0.3, 0];

    private static double[] Logs => [.. Weights.Select(w => 500 + Math.Log(w))];

    [Fact]
    public void Copies_are_unbiased_and_within_one_of_their_mean()
    {
        // The mean over a grid of u, of which each count has one or two jumps: its error is at most 2/Grid.
        int n = Weights.Length;
        double[] mean = new double[n];
        int[] copies = new int[n];
        for (int i = 0; i < Grid; i++)
        {
            SystematicResampling.Count(Logs, (i + 0.5) / Grid, copies);
            Assert.Equal(n, copies.Sum());
            for (int p = 0; p < n; p++)
            {
                double expected = n * Weights[p] / Weights.Sum();
                Assert.InRange(copies[p], (int)Math.Floor(expected), (int)Math.Ceiling(expected));
                mean[p] += (double)copies[p] / Grid;
            }
        }
        for (int p = 0; p < n; p++)
            Assert.Equal(n * Weights[p] / Weights.Sum(), mean[p], 2.0 / Grid);
    }

    [Fact]
    public void A_particle_is_chosen_by_its_weight()
    {
        double[] share = new double[Weights.Length];
        for (int i = 0; i < Grid; i++)
            share[SystematicResampling.Choose(Logs, (i + 0.5) / Grid)] += 1.0 / Grid;
        for (int p = 0; p < share.Length; p++)
            Assert.Equal(Weights[p] / Weights.Sum(), share[p], 2.0 / Grid);
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1 - 1e-10)]
    public void Equal_weights_give_one_copy_each_and_a_single_one_gives_all(double uniform)
    {
        int[] copies = new int[7];
        SystematicResampling.Count(new double[7], uniform, copies);
        Assert.All(copies, c => Assert.Equal(1, c));
        double none = double.NegativeInfinity;
        SystematicResampling.Count([none, none, -4, none, none, none, none], uniform, copies);
        Assert.Equal([0, 0, 7, 0, 0, 0, 0], copies);
        Assert.Equal(2, SystematicResampling.Choose([none, none, -4, none, none, none, none], uniform));
    }
}
