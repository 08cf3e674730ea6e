using Joule.Compute;
using MathNet.Numerics;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Two million draws with a fixed seed; tolerances are five standard errors of the statistic unless stated.</summary>
public sealed class RandomDistributionTests
{
    private const int Chains = 2000, Length = 1000, Count = Chains * Length;

    private static readonly float[] NormalDraws = Draw((stream, row, chain) => stream.FillNormal(row, chain));
    private static readonly float[] UniformDraws = Draw((stream, row, chain) => stream.FillUniform(row, chain));

    private delegate void Fill(RandomStream stream, Span<float> row, uint chain);

    [Fact]
    public void Normal_moments()
    {
        double n = Count, mean = NormalDraws.Average(x => (double)x);
        double second = NormalDraws.Sum(x => Math.Pow(x - mean, 2)) / n, third = 0, fourth = 0;
        foreach (float x in NormalDraws)
        {
            double z = (x - mean) / Math.Sqrt(second);
            third += z * z * z / n;
            fourth += z * z * z * z / n;
        }
        Assert.Equal(0, mean, 5 / Math.Sqrt(n));
        Assert.Equal(1, second, 5 * Math.Sqrt(2 / n));
        Assert.Equal(0, third, 5 * Math.Sqrt(6 / n));
        Assert.Equal(3, fourth, 5 * Math.Sqrt(24 / n));
    }

    [Fact]
    public void Normal_draws_pass_Kolmogorov_and_Smirnov() =>
        Assert.True(KolmogorovSmirnov(NormalDraws, x => 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2))) > 1e-4);

    [Fact]
    public void Uniform_draws_pass_Kolmogorov_and_Smirnov_and_stay_inside()
    {
        Assert.All([UniformDraws.Min(), UniformDraws.Max()], x => Assert.True(x is >= 0 and < 1));
        Assert.True(KolmogorovSmirnov(UniformDraws, x => x) > 1e-4);
    }

    [Fact]
    public void The_check_of_Kolmogorov_and_Smirnov_sees_a_small_shift() =>
        Assert.True(KolmogorovSmirnov(UniformDraws, x => Math.Clamp(x + 0.003, 0, 1)) < 1e-4);

    [Theory]
    [InlineData(4, 6.334248367e-5)]
    [InlineData(5, 5.733031438e-7)]
    public void Normal_tails_are_as_heavy_as_they_must_be(double beyond, double probability)
    {
        // Sixteen million draws: 1013 and 9.2 expected beyond 4 and 5 deviations; five standard errors of a Poisson count (and one, for its steps).
        const int rows = 250_000;
        float[] row = new float[64];
        int seen = 0;
        for (uint chain = 0; chain < rows; chain++)
        {
            new RandomStream(5, RandomPurpose.User, 8).FillNormal(row, chain);
            foreach (float x in row)
                seen += Math.Abs(x) > beyond ? 1 : 0;
        }
        double expected = rows * 64.0 * probability;
        Assert.InRange(seen, expected - 5 * Math.Sqrt(expected) - 1, expected + 5 * Math.Sqrt(expected) + 1);
        Assert.True(seen > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(Length)]
    public void Draws_some_places_apart_are_uncorrelated(int lag)
    {
        // A lag of a whole row compares neighbouring chains; 16 and 32 are the pairs that share a radius. Squares too: a shared radius would show there.
        double product = 0, squares = 0;
        for (int i = 0; i < Count - lag; i++)
        {
            double a = NormalDraws[i], b = NormalDraws[i + lag];
            product += a * b;
            squares += (a * a - 1) * (b * b - 1);
        }
        Assert.Equal(0, product / Count, 5 / Math.Sqrt(Count));
        Assert.Equal(0, squares / Count, 5 * 2 / Math.Sqrt(Count));
    }

    private static float[] Draw(Fill fill)
    {
        float[] draws = new float[Count];
        RandomStream stream = new(1, RandomPurpose.User, 0);
        for (uint chain = 0; chain < Chains; chain++)
            fill(stream, draws.AsSpan((int)chain * Length, Length), chain);
        return draws;
    }

    /// <summary>The asymptotic p-value of sup |F̂ − F|.</summary>
    private static double KolmogorovSmirnov(float[] draws, Func<double, double> distribution)
    {
        float[] sorted = [.. draws];
        Array.Sort(sorted);
        double d = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double f = distribution(sorted[i]);
            d = Math.Max(d, Math.Max(f - i / (double)sorted.Length, (i + 1) / (double)sorted.Length - f));
        }
        double lambda = Math.Sqrt(sorted.Length) * d, p = 0;
        for (int k = 1; k <= 100; k++)
            p += 2 * (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * lambda * lambda);
        return p;
    }
}
