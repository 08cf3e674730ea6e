using System.Runtime.CompilerServices;

namespace Joule.Compute;

/// <summary>
/// What Philox needs for one chain of a stream, computed once for all its draws: the round keys, and the first two rounds as far as they do
/// not depend on the block counter (three of the four counter words are the same in all blocks of a chain).
/// </summary>
internal readonly unsafe struct PhiloxSchedule
{
    /// <summary>Words of memory that a schedule needs.</summary>
    public const int Length = 20;

    private const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    // Words 4 to 19 are the keys of rounds 2 to 9. The first four are what rounds 0 and 1 add to their products. They stay in memory, from
    // which broadcasting is free; broadcasting a register uses the unit that the rounds need most.
    private readonly uint* _words;
    private readonly ulong _first;
    private readonly uint _key0;
    private readonly uint _key1;

    /// <summary>Prepares a stream in memory of <see cref="Length"/> words that the caller keeps.</summary>
    public PhiloxSchedule(in RandomStream stream, uint* words)
    {
        _words = words;
        _key0 = stream.Key0;
        _key1 = stream.Key1 + W1;
        _first = (ulong)Philox.M1 * stream.Counter2;
        _words[0] = stream.Counter3 ^ stream.Key1;
        _words[1] = (uint)_first ^ (_key0 + W0);
        uint k0 = stream.Key0, k1 = stream.Key1;
        for (int i = 2; i < 20; i += 2)
        {
            _words[i] = k0 += W0;
            _words[i + 1] = k1 += W1;
        }
    }

    /// <summary>Selects a chain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Chain(uint chain)
    {
        // Round 0 maps the words (counter, chain, low, high) to (this, the low half of M1·low, …).
        ulong product = Philox.M0 * (ulong)((uint)(_first >> 32) ^ chain ^ _key0);
        _words[2] = (uint)(product >> 32) ^ _key1;
        _words[3] = (uint)product;
    }

    /// <summary>Blocks first, first + 1, … of the chain, as many as there are lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Blocks<TLanes, TFloat, TBits>(uint first, out TBits w0, out TBits w1, out TBits w2, out TBits w3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        // A 64-bit lane holds one block's word in its lower half and leftovers of the products in its upper half, which multiplication does
        // not read. Even and odd blocks go through the rounds separately and are merged at the end.
        TBits m0 = TLanes.Spread(Philox.M0), m1 = TLanes.Spread(Philox.M1);
        TBits counters = TLanes.Add(TLanes.Spread(first), TLanes.Indices);
        Start<TLanes, TFloat, TBits>(counters, m0, m1, out TBits e0, out TBits e1, out TBits e2, out TBits e3);
        Start<TLanes, TFloat, TBits>(TLanes.OddToEven(counters), m0, m1, out TBits o0, out TBits o1, out TBits o2, out TBits o3);
        Round<TLanes, TFloat, TBits>(4, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(4, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(6, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(6, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(8, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(8, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(10, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(10, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(12, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(12, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(14, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(14, m0, m1, ref o0, ref o1, ref o2, ref o3);
        Round<TLanes, TFloat, TBits>(16, m0, m1, ref e0, ref e1, ref e2, ref e3);
        Round<TLanes, TFloat, TBits>(16, m0, m1, ref o0, ref o1, ref o2, ref o3);
        End<TLanes, TFloat, TBits>(m0, m1, e0, e1, e2, e3, o0, o1, o2, o3, out w0, out w1, out w2, out w3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End<TLanes, TFloat, TBits>(
        TBits m0, TBits m1, TBits e0, TBits e1, TBits e2, TBits e3, TBits o0, TBits o1, TBits o2, TBits o3,
        out TBits w0, out TBits w1, out TBits w2, out TBits w3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TBits p0 = TLanes.MultiplyEven(e0, m0), q0 = TLanes.MultiplyEven(o0, m0), p1 = TLanes.MultiplyEven(e2, m1),
            q1 = TLanes.MultiplyEven(o2, m1);
        w0 = TLanes.Xor(TLanes.MergeHigh(p1, q1), TLanes.MergeLow(e1, o1), TLanes.Spread(_words[18]));
        w1 = TLanes.MergeLow(p1, q1);
        w2 = TLanes.Xor(TLanes.MergeHigh(p0, q0), TLanes.MergeLow(e3, o3), TLanes.Spread(_words[19]));
        w3 = TLanes.MergeLow(p0, q0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start<TLanes, TFloat, TBits>(TBits counter, TBits m0, TBits m1, out TBits c0, out TBits c1, out TBits c2, out TBits c3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TBits low = TLanes.MultiplyEven(counter, m0);
        c1 = TLanes.MultiplyEven(TLanes.Xor(TLanes.OddToEven(low), TLanes.Spread(_words[0])), m1);
        c0 = TLanes.Xor(TLanes.OddToEven(c1), TLanes.Spread(_words[1]));
        c2 = TLanes.Xor(low, TLanes.Spread(_words[2]));
        c3 = TLanes.Spread(_words[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Round<TLanes, TFloat, TBits>(int key, TBits m0, TBits m1, ref TBits c0, ref TBits c1, ref TBits c2, ref TBits c3)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TBits p0 = TLanes.MultiplyEven(c0, m0), p1 = TLanes.MultiplyEven(c2, m1);
        c0 = TLanes.Xor(TLanes.OddToEven(p1), c1, TLanes.Spread(_words[key]));
        c1 = p1;
        c2 = TLanes.Xor(TLanes.OddToEven(p0), c3, TLanes.Spread(_words[key + 1]));
        c3 = p0;
    }
}
