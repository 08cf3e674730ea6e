using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class PhiloxTests
{
    // The known-answer vectors of Random123 (kat_vectors, philox4x32 with 10 rounds): counter, key, result.
    public static TheoryData<uint[], uint[], uint[]> Published => new()
    {
        { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        { [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd] },
        { [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void One_block_gives_the_published_words(uint[] counter, uint[] key, uint[] expected)
    {
        (uint w0, uint w1, uint w2, uint w3) = Philox.Block(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
        Assert.Equal(expected, new uint[] { w0, w1, w2, w3 });
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Every_lane_of_sixteen_gives_the_published_words(uint[] counter, uint[] key, uint[] expected)
    {
        RandomStream stream = new(key[0] | ((ulong)key[1] << 32), (RandomPurpose)(counter[3] >> 24), counter[2] | ((ulong)(counter[3] & 0xFFFFFF) << 32));
        for (uint lane = 0; lane < 16; lane++)
        {
            Philox.Block16(stream, counter[1], counter[0] - lane, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3);
            Assert.Equal(expected, new uint[] { w0[(int)lane], w1[(int)lane], w2[(int)lane], w3[(int)lane] });
        }
    }

    [Fact]
    public void Sixteen_lanes_are_sixteen_single_blocks()
    {
        RandomStream stream = new(0x0123456789abcdef, RandomPurpose.TrainingChains, 0x00abcdef12345678);
        Philox.Block16(stream, 77, 0xfffffff8, out Vector512<uint> w0, out Vector512<uint> w1, out Vector512<uint> w2, out Vector512<uint> w3);
        for (int lane = 0; lane < 16; lane++)
        {
            (uint, uint, uint, uint) one = Philox.Block(0xfffffff8 + (uint)lane, 77, stream.Counter2, stream.Counter3, stream.Key0, stream.Key1);
            Assert.Equal(one, (w0[lane], w1[lane], w2[lane], w3[lane]));
        }
    }

    [Fact]
    public void A_normal_pair_is_what_Box_and_Muller_say_also_at_the_ends_of_the_words()
    {
        uint[] words = [0, 1, 2, 255, (1u << 24) - 1, 1u << 24, (1u << 24) + 1, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x12345678, 0x9abcdef0, 1000000, 0xf0000000];
        uint[] angles = [0, 0x20000000, 0x40000000, 0x60000000, 0x80000000, 0xa0000000, 0xc0000000, 0xe0000000, 0xffffffff, 1, 0x12345678, 0x9abcdef0, 7, 0x55555555, 0xdeadbeef, 0x1fffffff];
        for (int shift = 0; shift < 16; shift++)
        {
            uint[] turned = [.. Enumerable.Range(0, 16).Select(i => angles[(i + shift) % 16])];
            Philox.Normals(Vector512.Create(words), Vector512.Create(turned), out Vector512<float> n0, out Vector512<float> n1);
            for (int i = 0; i < 16; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log((words[i] + 0.5) / 4294967296.0)), angle = 2 * Math.PI * turned[i] / 4294967296.0;
                // u is rounded to steps of 2⁻²⁵ near 1, where r² = −2 ln u is small: r² is right to 2·2⁻²⁵, and so r to its root, 2.5·10⁻⁴.
                double tolerance = Math.Min(2.5e-4, 1.3e-7 / Math.Max(radius, 1e-9)) + 2e-6;
                Assert.Equal(radius * Math.Cos(angle), n0[i], tolerance);
                Assert.Equal(radius * Math.Sin(angle), n1[i], tolerance);
            }
        }
    }
}
