using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>The effect of clamping a Langevin chain at walls: a share of order √η of the numbers is exactly at a wall.</summary>
public sealed class LangevinWallsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.005f, 0.127)]
    [InlineData(0.00125f, 0.067)]
    public void The_share_at_the_walls_of_a_flat_density_grows_with_the_square_root_of_the_step(float stepSize, double documented)
    {
        // 400 chains × 100 numbers, independent: n = 40,000. Five standard errors of a share.
        const int chains = 400, width = 100, n = chains * width;
        double expected = ShareAtWalls(Math.Sqrt(2 * stepSize));
        Assert.Equal(documented, expected, 0.0006);
        using Device device = Device.Cpu(2);
        SlopeEnergy flat = new(width, 0, 0, 1);
        using ChainLoop loop = new(device, flat, chains);
        Rows states = TestRows.Empty(chains, width);
        for (int i = 0; i < chains; i++)
            new RandomStream(2, RandomPurpose.User, 0).FillUniform(states[i], (uint)i);
        loop.Run(new Langevin(flat, new LangevinOptions { StepSize = stepSize }), states, 600,
            new RandomStream(2, RandomPurpose.SamplingChains, 0), 0, Token);
        double seen = states.Span.ToArray().Count(x => x is 0 or 1) / (double)n;
        Assert.Equal(expected, seen, 5 * Math.Sqrt(expected * (1 - expected) / n));
    }

    [Fact]
    public void Nothing_gathers_at_reflecting_walls()
    {
        using Device device = Device.Cpu(2);
        SlopeEnergy flat = new(100, 0, 0, 1);
        using ChainLoop loop = new(device, flat, 400);
        Rows states = TestRows.Empty(400, 100);
        loop.Run(new HamiltonianMonteCarlo(flat, new() { StepSize = 0.1f, LeapfrogSteps = 1 }), states, 600,
            new RandomStream(2, RandomPurpose.SamplingChains, 0), 0, Token);
        // Of 40,000 float32 numbers, one exactly at a wall is chance; ten are not.
        Assert.InRange(states.Span.ToArray().Count(x => x is 0 or 1), 0, 10);
    }

    // The stationary distribution of x ← clamp(x + σξ, 0, 1): two atoms and cells between them, by iterating the step to convergence.
    private static double ShareAtWalls(double deviation)
    {
        const int cells = 400, rounds = 1500, places = cells + 2;
        double Middle(int place) => place == 0 ? 0 : place == cells + 1 ? 1 : (place - 0.5) / cells;
        double[][] step = [.. Enumerable.Range(0, places).Select(from =>
        {
            double[] below = [.. Enumerable.Range(0, cells + 1).Select(k => Normal(((double)k / cells - Middle(from)) / deviation))];
            return (double[])[below[0], .. Enumerable.Range(1, cells).Select(k => below[k] - below[k - 1]), 1 - below[cells]];
        })];
        double[] density = [.. Enumerable.Repeat(1.0 / places, places)];
        for (int round = 0; round < rounds; round++)
        {
            double[] next = new double[places];
            for (int from = 0; from < places; from++)
                for (int to = 0; to < places; to++)
                    next[to] += density[from] * step[from][to];
            density = next;
        }
        return density[0] + density[^1];
    }

    // The distribution function of N(0, 1) by Marsaglia's series; beyond 8 it is 0 or 1.
    private static double Normal(double x)
    {
        if (Math.Abs(x) > 8)
            return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (int i = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); i += 2)
            sum += term *= x * x / i;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
