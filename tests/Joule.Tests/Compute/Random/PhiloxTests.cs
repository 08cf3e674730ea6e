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
    public void Every_lane_of_every_width_gives_the_published_words(uint[] counter, uint[] key, uint[] expected)
    {
        RandomStream stream = new(
            key[0] | ((ulong)key[1] << 32), (RandomPurpose)(counter[3] >> 24), counter[2] | ((ulong)(counter[3] & 0xFFFFFF) << 32));
        Assert.NotEmpty(Widths());
        foreach (int width in Widths())
        {
            for (uint lane = 0; lane < width; lane++)
                Assert.Equal(expected, Blocks(width, stream, counter[1], counter[0] - lane)[(int)lane]);
        }
    }

    [Fact]
    public void All_lanes_are_single_blocks()
    {
        RandomStream stream = new(0x0123456789abcdef, RandomPurpose.TrainingChains, 0x00abcdef12345678);
        foreach (int width in Widths())
        {
            uint[][] blocks = Blocks(width, stream, 77, 0xfffffffd);
            for (int lane = 0; lane < width; lane++)
            {
                (uint w0, uint w1, uint w2, uint w3) =
                    Philox.Block(0xfffffffd + (uint)lane, 77, stream.Counter2, stream.Counter3, stream.Key0, stream.Key1);
                Assert.Equal([w0, w1, w2, w3], blocks[lane]);
            }
        }
    }

    /// <summary>The vector widths that this processor supports; always at least 4.</summary>
    internal static IEnumerable<int> Widths() =>
        new[] { 4, Vector256.IsHardwareAccelerated ? 8 : 4, Vector512.IsHardwareAccelerated ? 16 : 4 }.Distinct();

    private static uint[][] Blocks(int width, RandomStream stream, uint chain, uint first) => width switch
    {
        16 => Blocks<Lanes512, Vector512<float>, Vector512<uint>>(stream, chain, first),
        8 => Blocks<Lanes256, Vector256<float>, Vector256<uint>>(stream, chain, first),
        _ => Blocks<Lanes128, Vector128<float>, Vector128<uint>>(stream, chain, first),
    };

    private static unsafe uint[][] Blocks<TLanes, TFloat, TBits>(RandomStream stream, uint chain, uint first)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        uint* memory = stackalloc uint[PhiloxSchedule.Length];
        PhiloxSchedule schedule = new(stream, memory);
        schedule.Chain(chain);
        schedule.Blocks<TLanes, TFloat, TBits>(first, out TBits w0, out TBits w1, out TBits w2, out TBits w3);
        uint* words = stackalloc uint[4 * TLanes.Count];
        TBits[] all = [w0, w1, w2, w3];
        for (int w = 0; w < 4; w++)
            TLanes.Store(TLanes.AsFloat(all[w]), (float*)words + w * TLanes.Count);
        uint[][] blocks = new uint[TLanes.Count][];
        for (int lane = 0; lane < blocks.Length; lane++)
            blocks[lane] = [words[lane], words[lane + TLanes.Count], words[lane + 2 * TLanes.Count], words[lane + 3 * TLanes.Count]];
        return blocks;
    }
}
