using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Writes the sums of a <see cref="WeightJob"/> over the chains of a block. A thread takes a tile of weights, and all rows of the anchor's
/// pixels or a part of them; the sums of parts meet in shared memory and are added in a fixed order.
/// </summary>
internal sealed class WeightEmitter
{
    private const int MostPartialFloats = 8192, MostProducts = 128; // of an unrolled body

    private readonly WeightJob _job;
    private readonly int _threads;
    private readonly int _rows; // of all chains
    private readonly int _rowsOfPart;
    private readonly int _parts;

    /// <summary>Cuts a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="chains">Chains of a block.</param>
    /// <param name="threads">Threads of a block.</param>
    public WeightEmitter(WeightJob job, int chains, int threads)
    {
        (_job, _threads) = (job, threads);
        _rows = chains * job.Anchor.Height;
        int parts = Math.Clamp(Math.Min(threads / job.Tiles, MostPartialFloats / job.Floats), 1, _rows);
        _rowsOfPart = (_rows + parts - 1) / parts;
        _parts = (_rows + _rowsOfPart - 1) / _rowsOfPart;
    }

    /// <summary>Whether the sums have several parts, which meet in shared memory.</summary>
    public bool HasParts => _parts > 1;

    /// <summary>Floats of shared memory for the parts' sums.</summary>
    public int PartialFloats => HasParts ? _parts * _job.Floats : 0;

    private Plane Anchor => _job.Anchor;

    /// <summary>Writes the job. With parts, a barrier must follow before <see cref="Finish"/>; otherwise the sums are stored.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="thread">The thread's index.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    /// <param name="sums">Where the sums go.</param>
    public void Emit(PtxWriter w, U32 thread, int partials, BlockSums sums) => w.Spread(thread, _threads, _job.Tiles * _parts, slot =>
    {
        U32 tile = HasParts ? w.Remainder(slot, (uint)_job.Tiles) : slot;
        U32 part = HasParts ? w.Divide(slot, (uint)_job.Tiles) : w.Constant(0u);
        F32[] totals = new F32[4 * _job.Quads];
        for (int i = 0; i < totals.Length; i++)
            totals[i] = w.Constant(0f);
        EachRow(w, tile, part, totals);
        for (int quad = 0; quad < _job.Quads; quad++)
        {
            F32[] four = totals[(4 * quad)..(4 * quad + 4)];
            if (HasParts)
            {
                U32 at = w.Add(w.MultiplyAdd(part, (uint)(_job.Quads * _job.Tiles), tile), (uint)(quad * _job.Tiles));
                w.StoreShared4(w.SharedBase(at, 16), partials, four);
            }
            else
            {
                sums.Store(w, _job, w.Add(tile, (uint)(quad * _job.Tiles)), four);
            }
        }
    });

    /// <summary>Adds the sums of the parts and stores them.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="thread">The thread's index.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    /// <param name="sums">Where the sums go.</param>
    public void Finish(PtxWriter w, U32 thread, int partials, BlockSums sums) => w.Spread(thread, _threads, _job.Quads * _job.Tiles, item =>
    {
        U32 from = w.SharedBase(item, 16);
        F32[] totals = w.LoadShared4(from, partials);
        for (int part = 1; part < _parts; part++)
        {
            F32[] next = w.LoadShared4(from, partials + part * _job.Floats * sizeof(float));
            for (int c = 0; c < 4; c++)
                totals[c] = w.Add(totals[c], next[c]);
        }
        sums.Store(w, _job, item, totals);
    });

    private void EachRow(PtxWriter w, U32 tile, U32 part, F32[] totals)
    {
        U32 windowQuad = w.Remainder(tile, (uint)_job.WindowQuads), rest = w.Divide(tile, (uint)_job.WindowQuads);
        U32 column = w.Remainder(rest, (uint)_job.TilesOfRow), above = w.Divide(rest, (uint)_job.TilesOfRow);
        U32 row = w.Remainder(above, (uint)_job.Height), anchorQuad = w.Divide(above, (uint)_job.Height);
        U32 anchorStart = w.Multiply(anchorQuad, 4);
        U32 windowStart = _job.Window is not { } window ? anchorStart : w.MultiplyAdd(row, (uint)window.RowFloats,
            w.MultiplyAdd(column, (uint)(_job.Taps * window.PixelFloats), w.Multiply(windowQuad, 4)));
        U32 next = w.Multiply(part, (uint)_rowsOfPart);
        U32 end = w.Min(w.Add(next, (uint)_rowsOfPart), (uint)_rows);
        Label top = w.NewLabel();
        w.Place(top);
        U32 chain = w.Divide(next, (uint)Anchor.Height), y = w.Remainder(next, (uint)Anchor.Height);
        U32 from = w.SharedBase(w.MultiplyAdd(chain, (uint)Anchor.Floats, w.MultiplyAdd(y, (uint)Anchor.RowFloats, anchorStart)), 4);
        U32 around = _job.Window is not { } plane ? from : w.SharedBase(
            w.MultiplyAdd(chain, (uint)plane.Floats, w.MultiplyAdd(y, (uint)(_job.Step * plane.RowFloats), windowStart)), 4);
        EachPixel(w, from, around, totals);
        w.Increase(next, 1);
        w.JumpIf(w.Less(next, end), top);
    }

    // The pixels of a row of the anchor.
    private void EachPixel(PtxWriter w, U32 from, U32 around, F32[] totals)
    {
        int unrolled = Math.Min(Anchor.Width, Math.Max(1, MostProducts / _job.Sums)), rounds = Anchor.Width / unrolled;
        if (rounds > 1)
        {
            Label top = w.NewLabel();
            U32 left = w.Constant((uint)rounds);
            w.Place(top);
            Pixels(w, from, around, unrolled, totals);
            w.Increase(from, (uint)(unrolled * Anchor.PixelFloats * sizeof(float)));
            if (_job.Window is { } window)
                w.Increase(around, (uint)(unrolled * _job.Step * window.PixelFloats * sizeof(float)));
            w.Decrease(left, 1);
            w.JumpUnless(w.IsZero(left), top);
            Pixels(w, from, around, Anchor.Width % unrolled, totals);
            return;
        }
        Pixels(w, from, around, Anchor.Width, totals);
    }

    private void Pixels(PtxWriter w, U32 from, U32 around, int count, F32[] totals)
    {
        Dictionary<int, F32[]> seen = []; // pixels of the window, which neighbours share
        for (int x = 0; x < count; x++)
        {
            F32[] anchor = Load(w, Anchor, from, Anchor.Pixel(0, x));
            for (int tap = 0; tap < _job.Taps; tap++)
            {
                F32[]? window = null;
                if (_job.Window is { } plane && !seen.TryGetValue(_job.Step * x + tap, out window))
                {
                    window = Load(w, plane, around, plane.Pixel(-_job.Padding, _job.Step * x + tap - _job.Padding));
                    seen[_job.Step * x + tap] = window;
                }
                int at = tap * _job.AnchorChannels * _job.WindowChannels;
                for (int a = 0; a < _job.AnchorChannels; a++)
                {
                    for (int b = 0; b < _job.WindowChannels; b++, at++)
                    {
                        if (window is null)
                            w.AddTo(totals[at], anchor[a]);
                        else
                            w.Accumulate(totals[at], anchor[a], window[b]);
                    }
                }
            }
        }
    }

    private static F32[] Load(PtxWriter w, Plane plane, U32 start, int offset)
    {
        int at = plane.At + offset * sizeof(float);
        return plane.IsScalar ? [w.LoadShared(start, at)] : w.LoadShared4(start, at);
    }
}

/// <summary>A block's sums in global memory, over all its groups of chains.</summary>
/// <param name="Start">The first one.</param>
/// <param name="HasEarlier">A word that is 0 for the first group: the memory then holds nothing yet.</param>
internal readonly record struct BlockSums(Address Start, U32 HasEarlier)
{
    /// <summary>Adds four sums of a job.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="job">The job.</param>
    /// <param name="item">Group of sums · tiles + tile.</param>
    /// <param name="sums">The sums. They are changed.</param>
    public void Store(PtxWriter w, WeightJob job, U32 item, F32[] sums)
    {
        Address at = w.Element(w.Offset(Start, (long)job.At * sizeof(float)), item, 16);
        // An earlier job of the same place is cut in the same way, so that the same thread has stored these four sums.
        if (job.Earlier is not null)
            Add();
        else
            w.Unless(w.IsZero(HasEarlier), Add);
        w.StoreGlobal4(at, 0, sums);

        void Add()
        {
            F32[] earlier = w.LoadGlobal4(at);
            for (int c = 0; c < 4; c++)
                w.AddTo(sums[c], earlier[c]);
        }
    }
}
