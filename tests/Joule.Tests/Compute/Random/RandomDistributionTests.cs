using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Joule.Compute;
using MathNet.Numerics;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// A hundred million normal draws, and a few million of their pairs and neighbours, with fixed seeds. Unless stated otherwise, tolerances
/// are five standard errors: that one of a few hundred statistics exceeds them by chance has a probability below 10⁻⁴.
/// </summary>
public sealed class RandomDistributionTests
{
    private const int Chains = 100_000, Length = 1000, Reach = 8, BinsOfOne = 1 << 16;
    private const double Count = (double)Chains * Length;

    // Numbers of draws in [k, k + 1) · 2⁻¹⁶ − 8. Scaling by a power of two and rounding down are exact, and so are the edges.
    private static readonly Lazy<int[]> Bins = new(CountNormals);

    [Fact]
    public void Normal_draws_pass_the_Kolmogorov_Smirnov_test()
    {
        // The empirical distribution F̂ is known exactly at the edges of bins. For x between two edges, F̂(x) − F(x) ≤ F̂(right) − F(left),
        // which is the difference at the right edge plus the mass of the bin; the lower bound is similar. So sup |F̂ − F| is at most the
        // largest difference at an edge plus the largest mass.
        int[] bins = Bins.Value;
        double worst = 0, seen = 0, mass = 0, last = 0;
        for (int k = 0; k < bins.Length; k++)
        {
            seen += bins[k];
            double f = Normal(Edge(k + 1));
            worst = Math.Max(worst, Math.Abs(seen / Count - f));
            mass = Math.Max(mass, f - last);
            last = f;
        }
        Assert.Equal(Count, seen);
        Assert.True(mass < 1e-5);
        double p = KolmogorovSmirnov((worst + mass) * Math.Sqrt(Count));
        Assert.True(p > 0.01, $"p = {p}");
    }

    [Fact]
    public void The_Kolmogorov_Smirnov_test_detects_a_shift_of_three_ten_thousandths()
    {
        int[] bins = Bins.Value;
        double worst = 0, seen = 0;
        for (int k = 0; k < bins.Length; k++)
        {
            seen += bins[k];
            worst = Math.Max(worst, Math.Abs(seen / Count - Normal(Edge(k + 1) + 3e-4)));
        }
        Assert.True(KolmogorovSmirnov(worst * Math.Sqrt(Count)) < 0.01);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 0, 15)]
    [InlineData(4, 3, 105)]
    [InlineData(5, 0, 945)]
    [InlineData(6, 15, 10395)]
    public void Normal_moments(int order, double expected, double twice)
    {
        // Each draw counts as the middle of its bin. Half a bin, 8·10⁻⁶, is a tenth of the standard error of the mean, and the effect
        // averages out to its square.
        int[] bins = Bins.Value;
        double moment = 0;
        for (int k = 0; k < bins.Length; k++)
            moment += bins[k] * Math.Pow(Edge(k) + 0.5 / BinsOfOne, order);
        Assert.Equal(expected, moment / Count, 5 * Math.Sqrt((twice - expected * expected) / Count));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(5.5)]
    [InlineData(6)]
    public void Both_tails_have_the_right_weight(double beyond)
    {
        // Counts of rare events follow a Poisson distribution: the tolerance is five standard deviations plus one for its discreteness. 29
        // draws are expected beyond 5 on each side, and 0.1 beyond 6.
        int[] bins = Bins.Value;
        int at = (int)((Reach + beyond) * BinsOfOne);
        double expected = Count * 0.5 * SpecialFunctions.Erfc(beyond / Math.Sqrt(2)), slack = 5 * Math.Sqrt(expected) + 1;
        Assert.InRange(bins.AsSpan(at).ToArray().Sum(c => (double)c), expected - slack, expected + slack);
        Assert.InRange(bins.AsSpan(0, bins.Length - at).ToArray().Sum(c => (double)c), expected - slack, expected + slack);
    }

    [Fact]
    public void Pairs_have_an_independent_exponential_radius_and_uniform_angle()
    {
        // e^(−r²/2) and the angle are uniform; each of 64 × 64 cells of their square holds 488 pairs on average.
        const int pairs = 2_000_000, cells = 64;
        float[] row = new float[64];
        int[] counts = new int[cells * cells];
        double[] radii = new double[pairs], angles = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            if (i % 32 == 0)
                new RandomStream(6, RandomPurpose.User, 1).FillNormal(row, (uint)(i / 32));
            int at = i % 32 / 16 * 32 + i % 16;
            double a = row[at], b = row[at + 16];
            radii[i] = Math.Exp(-(a * a + b * b) / 2);
            angles[i] = Math.Atan2(b, a) / (2 * Math.PI) + 0.5;
            counts[Math.Min((int)(radii[i] * cells), cells - 1) * cells + Math.Min((int)(angles[i] * cells), cells - 1)]++;
        }
        double expected = pairs / (double)(cells * cells), chi = counts.Sum(c => (c - expected) * (c - expected) / expected),
            freedom = cells * cells - 1;
        Assert.InRange(chi, freedom - 5 * Math.Sqrt(2 * freedom), freedom + 5 * Math.Sqrt(2 * freedom));
        Assert.True(UniformKolmogorovSmirnov(radii) > 0.01);
        Assert.True(UniformKolmogorovSmirnov(angles) > 0.01);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(15, 0, 0)]
    [InlineData(16, 0, 0)]
    [InlineData(32, 0, 0)]
    [InlineData(48, 0, 0)]
    [InlineData(64, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, 2)]
    [InlineData(16, 1, 1)]
    public void Draws_at_different_indices_chains_or_steps_are_independent(int places, uint chains, ulong steps)
    {
        // Draws 16 apart are a pair, which shares a radius. The means of the products of any two of x, x² − 1 and |x| − √(2/π), each
        // divided by its deviation, are 0 with variance 1/n.
        const int rows = 1000, width = 2048;
        RandomStream stream = new(11, RandomPurpose.User, 20);
        float[] a = new float[width], b = new float[width];
        float[][] ofA = [new float[width], new float[width], new float[width]],
            ofB = [new float[width], new float[width], new float[width]];
        double[] sums = new double[9];
        int n = width - places;
        for (uint row = 0; row < rows; row++)
        {
            stream.FillNormal(a, row);
            stream.At(20 + steps).FillNormal(b, row + chains);
            Features(a.AsSpan(0, n), ofA);
            Features(b.AsSpan(places), ofB);
            for (int k = 0; k < 9; k++)
                sums[k] += TensorPrimitives.Dot<float>(ofA[k / 3].AsSpan(0, n), ofB[k % 3].AsSpan(0, n));
        }
        double count = (double)rows * n;
        Assert.All(sums, s => Assert.Equal(0, s / count, 5 / Math.Sqrt(count)));

        static void Features(ReadOnlySpan<float> x, float[][] features)
        {
            float mean = MathF.Sqrt(2 / MathF.PI), deviation = MathF.Sqrt(1 - 2 / MathF.PI);
            for (int i = 0; i < x.Length; i++)
            {
                features[0][i] = x[i];
                features[1][i] = (x[i] * x[i] - 1) / MathF.Sqrt(2);
                features[2][i] = (MathF.Abs(x[i]) - mean) / deviation;
            }
        }
    }

    [Fact]
    public void Uniform_draws_pass_the_Kolmogorov_Smirnov_test_and_stay_inside()
    {
        const int chains = 2000;
        float[] row = new float[Length];
        double[] draws = new double[chains * Length];
        for (int chain = 0; chain < chains; chain++)
        {
            new RandomStream(1, RandomPurpose.User, 0).FillUniform(row, (uint)chain);
            for (int i = 0; i < Length; i++)
                draws[chain * Length + i] = row[i];
        }
        Assert.All([draws.Min(), draws.Max()], x => Assert.True(x is >= 0 and < 1));
        Assert.True(UniformKolmogorovSmirnov(draws) > 0.01);
        Assert.True(UniformKolmogorovSmirnov([.. draws.Select(x => Math.Min(x + 0.003, 1))]) < 1e-4);
    }

    private static int[] CountNormals()
    {
        int[] bins = new int[2 * Reach * BinsOfOne];
        float[] row = new float[Length];
        RandomStream stream = new(1, RandomPurpose.User, 0);
        Vector256<float> scale = Vector256.Create((float)BinsOfOne);
        for (uint chain = 0; chain < Chains; chain++)
        {
            stream.FillNormal(row, chain);
            for (int i = 0; i < Length; i += 8)
            {
                Vector256<int> at = Vector256.ConvertToInt32(Vector256.Floor(Vector256.Create<float>(row.AsSpan(i, 8)) * scale))
                    + Vector256.Create(Reach * BinsOfOne);
                for (int lane = 0; lane < 8; lane++)
                    bins[at[lane]]++;
            }
        }
        return bins;
    }

    private static double Edge(int bin) => (double)bin / BinsOfOne - Reach;

    private static double Normal(double x) => 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2));

    private static double UniformKolmogorovSmirnov(double[] draws)
    {
        double[] sorted = [.. draws];
        Array.Sort(sorted);
        double d = 0;
        for (int i = 0; i < sorted.Length; i++)
            d = Math.Max(d, Math.Max(sorted[i] - i / (double)sorted.Length, (i + 1) / (double)sorted.Length - sorted[i]));
        return KolmogorovSmirnov(d * Math.Sqrt(sorted.Length));
    }

    /// <summary>The asymptotic probability that √n·sup |F̂ − F| exceeds a value.</summary>
    private static double KolmogorovSmirnov(double lambda)
    {
        double p = 0;
        for (int k = 1; k <= 100; k++)
            p += 2 * (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * lambda * lambda);
        return p;
    }
}
