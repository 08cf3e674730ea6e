using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class BoxMullerTests
{
    // Float32 rounds the radius and the sine or cosine to a few parts in 10⁷ each, and the polynomials' errors are smaller. So a draw has a
    // relative error of at most 5·10⁻⁷, or the same absolute error where the cosine is near 0.
    private const double Bound = 5e-7;

    /// <summary>The draws of two random words, in float64.</summary>
    internal static (double First, double Second) Pair(uint a, uint b)
    {
        double below = (a + 0.5) / 4294967296.0, x = (((b & 0x7FFFFE) | 1) - 4194304.0) / 8388608.0;
        double radius = Math.Sqrt(-2 * Math.Log(below));
        return (radius * Math.Cos(Math.PI * x) * (b >> 31 == 0 ? 1 : -1), radius * Math.Sin(Math.PI * x));
    }

    [Fact]
    public void Draws_of_extreme_and_random_words_agree_with_float64_for_every_width()
    {
        uint[] ends = [0, 1, 2, 3, 254, 255, 0x3FFFFFFF, 0x40000000, 0x7FFFFFBF, 0x7FFFFFC0, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001,
            0x80000040, 0xBFFFFFFF, 0xC0000000, 0xFF000000, 0xFFFFFFFE, 0xFFFFFFFF];
        List<uint> a = [], b = [];
        foreach (uint radius in ends)
        {
            foreach (uint angle in ends)
            {
                a.Add(radius);
                b.Add(angle);
            }
        }
        for (int shift = 0; shift < 32; shift++)
        {
            for (uint angle = 0; angle < 64; angle++)
            {
                a.Add((1u << shift) + angle / 8 - 4);
                b.Add(angle * 0x04000000 + 0x003FFFFF);
            }
        }
        RandomStream random = new(9, RandomPurpose.User, 0);
        for (int i = a.Count; i < 1 << 20; i++)
        {
            a.Add(random.Bits(0, i));
            b.Add(random.Bits(1, i));
        }
        Check([.. a], [.. b]);
    }

    [Fact]
    public void The_angles_are_equally_spaced_around_the_circle()
    {
        // The angle is an odd number times π/2²³, and every odd number occurs once on either half circle: the mean of r^k cos(kφ) follows.
        HashSet<int> odds = [];
        for (uint b = 0; b < 1 << 23; b += 2)
            odds.Add((int)((b & 0x7FFFFE) | 1) - (1 << 22));
        Assert.Equal(1 << 22, odds.Count);
        Assert.Equal(0, odds.Sum(o => (long)o));
        Assert.All(new[] { odds.Min(), -odds.Max() }, o => Assert.Equal(1 - (1 << 22), o));
    }

    [Fact]
    public void The_next_words_are_the_next_blocks_for_every_width()
    {
        foreach (int width in PhiloxTests.Widths())
        {
            uint[] words = new uint[64], next = new uint[64];
            Draw(width, words, next);
            RandomStream stream = new(3, RandomPurpose.User, 5);
            for (int i = 0; i < 64; i++)
                Assert.Equal(stream.Bits(7, 64 + i), next[i]);
        }
    }

    private static void Check(uint[] a, uint[] b)
    {
        double worst = 0;
        foreach (int width in PhiloxTests.Widths())
        {
            uint[] words = new uint[64];
            for (int i = 0; i + 32 <= a.Length; i += 32)
            {
                a.AsSpan(i, 16).CopyTo(words);
                b.AsSpan(i, 16).CopyTo(words.AsSpan(16));
                a.AsSpan(i + 16, 16).CopyTo(words.AsSpan(32));
                b.AsSpan(i + 16, 16).CopyTo(words.AsSpan(48));
                float[] draws = Draw(width, words, new uint[64]);
                for (int j = 0; j < 32; j++)
                {
                    int at = j / 16 * 32 + j % 16;
                    (double first, double second) = Pair(words[at], words[at + 16]);
                    worst = Math.Max(worst, Error(first, draws[at]));
                    worst = Math.Max(worst, Error(second, draws[at + 16]));
                }
            }
        }
        Assert.InRange(worst, 0, Bound);

        // A maximum must not hide a NaN.
        static double Error(double expected, float actual) =>
            float.IsFinite(actual) ? Math.Abs(actual - expected) / (1 + Math.Abs(expected)) : double.PositiveInfinity;
    }

    private static float[] Draw(int width, uint[] words, uint[] next) => width switch
    {
        16 => Draw<Lanes512, Vector512<float>, Vector512<uint>>(words, next),
        8 => Draw<Lanes256, Vector256<float>, Vector256<uint>>(words, next),
        _ => Draw<Lanes128, Vector128<float>, Vector128<uint>>(words, next),
    };

    private static unsafe float[] Draw<TLanes, TFloat, TBits>(uint[] words, uint[] next)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        uint* memory = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(new RandomStream(3, RandomPurpose.User, 5), memory);
        schedule.Chain(7);
        float[] draws = new float[64];
        fixed (uint* w = words, following = next)
        fixed (float* target = draws)
        {
            for (int part = 0; part < 16; part += TLanes.Count)
            {
                TBits w0 = Load(w + part), w1 = Load(w + part + 16), w2 = Load(w + part + 32), w3 = Load(w + part + 48);
                BoxMuller.Next<TLanes, TFloat, TBits>(schedule, (uint)(16 + part), ref w0, ref w1, ref w2, ref w3, out TFloat n0,
                    out TFloat n1, out TFloat n2, out TFloat n3);
                TFloat[] normals = [n0, n1, n2, n3];
                TBits[] blocks = [w0, w1, w2, w3];
                for (int i = 0; i < 4; i++)
                {
                    TLanes.Store(normals[i], target + part + 16 * i);
                    TLanes.Store(TLanes.AsFloat(blocks[i]), (float*)following + part + 16 * i);
                }
            }
        }
        return draws;

        static TBits Load(uint* source) => TLanes.AsBits(TLanes.Load((float*)source));
    }
}
