using System.Runtime.InteropServices;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Writes a linear job for the chains of a block. A thread takes four outputs at some positions, and all of what they sum over or a part;
/// the parts' sums go to shared memory, where <see cref="Sum"/> adds them in a fixed order.
/// </summary>
internal sealed class JobEmitter
{
    private const int MostUnrolled = 8;

    private readonly LinearJob _job;
    private readonly int _chains;
    private readonly int _threads;
    private readonly int _tile; // positions of a thread
    private readonly int _runsOfPart;
    private readonly int _partsOfRun;
    private readonly int _length; // chunks of a part of a run

    /// <summary>Cuts a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="chains">Chains of a block.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="mostPositions">Largest number of positions of a thread.</param>
    public JobEmitter(LinearJob job, int chains, int threads, int mostPositions)
    {
        (_job, _chains, _threads) = (job, chains, threads);
        _tile = 1;
        while (2 * _tile <= mostPositions && AllRows % (2 * _tile) == 0 && (job.Positions == 1 || LeavesWork(2 * _tile)))
            _tile *= 2;
        int parts = Math.Max(1, threads / (Quads * AllRows / _tile));
        _runsOfPart = parts >= job.Runs ? 1 : job.Runs;
        int wanted = _runsOfPart == 1 ? Math.Clamp(parts / job.Runs, 1, Chunks) : 1;
        _length = (Chunks + wanted - 1) / wanted;
        _partsOfRun = (Chunks + _length - 1) / _length;
    }

    /// <summary>Whether the sums have several parts, which meet in shared memory.</summary>
    public bool HasParts => Parts > 1;

    /// <summary>Parts of the sums.</summary>
    public int Parts => _runsOfPart == 1 ? _job.Runs * _partsOfRun : 1;

    /// <summary>The job.</summary>
    public LinearJob Job => _job;

    /// <summary>How often a weight is read for a step of the block's chains.</summary>
    public int Reads => AllRows / _tile;

    /// <summary>Weights of a part, of the longest one.</summary>
    public int PartWeights => HasParts ? _length * ChunkFloats * _job.PaddedOutputs : _job.WeightCount;

    /// <summary>Floats of shared memory for the parts' sums.</summary>
    public int PartialFloats => HasParts ? Parts * AllRows * _job.PaddedOutputs : 0;

    /// <summary>Items of <see cref="Sum"/>: four outputs at a position of a chain.</summary>
    public int Items => AllRows * Quads;

    /// <summary>Groups of four outputs of a position.</summary>
    public int Quads => _job.PaddedOutputs / 4;

    private int AllRows => _chains * _job.Positions;

    private bool IsScalar => _job.Source.IsScalar;

    // Many positions save weights; but all threads need work.
    private bool LeavesWork(int tile) => AllRows == tile || AllRows / tile * Quads * 4 > _threads;

    // Of four floats, or of one if the source is scalar.
    private int Chunks => IsScalar ? _job.RunFloats : _job.RunFloats / 4;

    private int ChunkFloats => IsScalar ? 1 : 4;

    /// <summary>Writes the job. If it has parts, a barrier must follow before <see cref="Sum"/>.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="thread">The thread's index.</param>
    /// <param name="weights">The job's weights.</param>
    /// <param name="kept">What of them lies in shared memory; null: nothing.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    /// <param name="finish">Receives an item, as <see cref="Sum"/> does, and its sums, if there are no parts.</param>
    public void Emit(PtxWriter w, U32 thread, Address weights, ResidentJob? kept, int partials, Action<U32, F32[]> finish)
    {
        int groups = AllRows / _tile;
        w.Spread(thread, _threads, Quads * groups * Parts, slot =>
        {
            U32 quad = w.Remainder(slot, (uint)Quads), rest = w.Divide(slot, (uint)Quads);
            U32 group = w.Remainder(rest, (uint)groups), part = w.Divide(rest, (uint)groups);
            U32[] from = new U32[_tile], rows = new U32[_tile];
            for (int t = 0; t < _tile; t++)
            {
                rows[t] = w.Add(group, (uint)(t * groups));
                from[t] = w.SharedBase(PositionFloat(w, rows[t]), 4);
            }
            Address at = w.Element(weights, quad, 16);
            U32 left = w.Constant((uint)_length);
            if (HasParts)
            {
                (U32 run, U32 within, U32 first, U32 inputs) = PartOf(w, part);
                U32 skip = w.MultiplyAdd(run, (uint)(_job.Source.RowFloats * sizeof(float)), w.Multiply(first, (uint)ChunkFloats * 4));
                for (int t = 0; t < _tile; t++)
                    from[t] = w.Add(from[t], skip);
                at = w.Element(at, inputs, RowBytes);
                left = Length(w, within, left);
            }
            F32[,] sums = new F32[_tile, 4];
            foreach (ref F32 sum in MemoryMarshal.CreateSpan(ref sums[0, 0], sums.Length))
                sum = w.Constant(0f);
            int start = _job.Source.At + _job.Source.Pixel(_job.FirstRow, _job.FirstColumn) * sizeof(float);
            Either(w, part, kept, quad, at, pointer =>
            {
                for (int run = 0; run < _runsOfPart; run++)
                    Run(w, pointer, from, left, start + run * _job.Source.RowFloats * sizeof(float), sums, run == _runsOfPart - 1);
            });
            for (int t = 0; t < _tile; t++)
            {
                F32[] four = [sums[t, 0], sums[t, 1], sums[t, 2], sums[t, 3]];
                U32 row = HasParts ? w.MultiplyAdd(part, (uint)AllRows, rows[t]) : rows[t];
                U32 item = w.MultiplyAdd(row, (uint)Quads, quad);
                if (HasParts)
                    w.StoreShared4(w.SharedBase(item, 16), partials, four);
                else
                    finish(item, four);
            }
        });
    }

    /// <summary>The sums of all parts for an item.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="item">(chain · positions + position) · (outputs / 4) + quad.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    public F32[] Sum(PtxWriter w, U32 item, int partials)
    {
        U32 from = w.SharedBase(item, 16);
        F32[] sums = w.LoadShared4(from, partials);
        for (int p = 1; p < Parts; p++)
        {
            F32[] next = w.LoadShared4(from, partials + p * AllRows * Quads * 16);
            for (int c = 0; c < 4; c++)
                sums[c] = w.Add(sums[c], next[c]);
        }
        return sums;
    }

    /// <summary>Writes the loading of a job's weights into shared memory.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="thread">The thread's index.</param>
    /// <param name="weights">The job's weights.</param>
    /// <param name="kept">What is kept of them.</param>
    /// <param name="rank">The block's place in its cluster; null: each block keeps all.</param>
    public void Load(PtxWriter w, U32 thread, Address weights, ResidentJob kept, U32? rank)
    {
        uint quads = (uint)PartWeights / 4;
        w.Repeat(thread, (uint)_threads, (uint)kept.PartsOfBlock * quads, item =>
        {
            if (!HasParts)
            {
                Copy(w.Element(weights, item, 16));
                return;
            }
            U32 part = w.Divide(item, quads), within = w.Remainder(item, quads);
            if (rank is { } place)
                part = w.MultiplyAdd(place, (uint)kept.PartsOfBlock, part);
            (_, U32 withinRun, _, U32 inputs) = PartOf(w, part);
            U32 filled = w.Multiply(Length(w, withinRun, w.Constant((uint)_length)), (uint)(ChunkFloats * Quads));
            w.If(w.Both(w.Less(part, (uint)kept.Parts), w.Less(within, filled)),
                () => Copy(w.Element(w.Element(weights, inputs, RowBytes), within, 16)));

            void Copy(Address from) => w.StoreShared4(w.SharedBase(item, 16), kept.At, w.LoadConstants4(from));
        });
    }

    private int RowBytes => _job.PaddedOutputs * sizeof(float);

    // Of a part: its run, its place in the run, its first chunk there, and its first row of weights.
    private (U32 Run, U32 Within, U32 First, U32 Row) PartOf(PtxWriter w, U32 part)
    {
        U32 run = w.Divide(part, (uint)_partsOfRun), within = w.Remainder(part, (uint)_partsOfRun);
        U32 first = w.Multiply(within, (uint)_length);
        return (run, within, first, w.MultiplyAdd(run, (uint)_job.RunFloats, w.Multiply(first, (uint)ChunkFloats)));
    }

    // Chunks of a part: the last one of a run may be shorter.
    private U32 Length(PtxWriter w, U32 within, U32 full)
    {
        if (IsUniform)
            return full;
        U32 last = w.Constant((uint)(Chunks - (_partsOfRun - 1) * _length));
        return w.Select(w.Less(within, (uint)(_partsOfRun - 1)), full, last);
    }

    // Writes a body that reads a part's weights where they lie.
    private void Either(PtxWriter w, U32 part, ResidentJob? kept, U32 quad, Address at, Action<WeightPointer> body)
    {
        if (kept is null)
        {
            body(WeightPointer.InGlobal(w, at));
            return;
        }
        if (kept.Parts == Parts)
        {
            body(Kept());
            return;
        }
        Label other = w.NewLabel(), end = w.NewLabel();
        w.JumpUnless(w.Less(part, (uint)kept.Parts), other);
        body(Kept());
        w.Jump(end);
        w.Place(other);
        body(WeightPointer.InGlobal(w, at));
        w.Place(end);

        WeightPointer Kept()
        {
            U32 place = w.SharedBase(quad, 16);
            uint bytes = (uint)PartWeights * sizeof(float);
            if (!kept.IsSpread)
                return WeightPointer.InShared(w, HasParts ? w.MultiplyAdd(part, bytes, place) : place, kept.At);
            U32 start = w.SharedStartOf(w.Divide(part, (uint)kept.PartsOfBlock));
            U32 within = w.MultiplyAdd(quad, 16, w.Multiply(w.Remainder(part, (uint)kept.PartsOfBlock), bytes));
            return WeightPointer.InCluster(w, w.Add(start, within), kept.At);
        }
    }

    private bool IsUniform => Chunks % _length == 0;

    // Where a chain's position begins to read, from the first one of the first chain.
    private U32 PositionFloat(PtxWriter w, U32 row)
    {
        U32 chain = w.Divide(row, (uint)_job.Positions), position = w.Remainder(row, (uint)_job.Positions);
        U32 at = w.Multiply(chain, (uint)_job.Source.Floats);
        if (_job.Positions == 1)
            return at;
        U32 y = w.Divide(position, (uint)_job.Columns), x = w.Remainder(position, (uint)_job.Columns);
        at = w.MultiplyAdd(y, (uint)(_job.Step * _job.Source.RowFloats), at);
        return w.MultiplyAdd(x, (uint)(_job.Step * _job.Source.PixelFloats), at);
    }

    // Some chunks of a run. The weights go on after it; the positions stay.
    private void Run(PtxWriter w, WeightPointer at, U32[] from, U32 left, int start, F32[,] sums, bool isLast)
    {
        int chunkBytes = ChunkFloats * _job.PaddedOutputs * sizeof(float);
        if (IsUniform && _length <= MostUnrolled)
        {
            Chunk(w, at, from, start, _length, sums);
            if (!isLast)
                at.Increase(_length * chunkBytes);
            return;
        }
        U32[] moving = [.. from.Select(f => w.Add(f, 0))];
        U32 count = w.Add(left, 0);
        foreach (int unrolled in (int[])[_tile == 1 && !IsScalar ? 4 : 2, 1])
        {
            if (unrolled > _length)
                continue;
            Label top = w.NewLabel(), end = w.NewLabel();
            w.Place(top);
            w.JumpIf(w.Less(count, (uint)unrolled), end);
            Chunk(w, at, moving, start, unrolled, sums);
            at.Increase(unrolled * chunkBytes);
            foreach (U32 m in moving)
                w.Increase(m, (uint)(unrolled * ChunkFloats * sizeof(float)));
            w.Decrease(count, (uint)unrolled);
            w.Jump(top);
            w.Place(end);
        }
    }

    private void Chunk(PtxWriter w, WeightPointer at, U32[] from, int start, int chunks, F32[,] sums)
    {
        F32[][] weights = new F32[chunks * ChunkFloats][];
        for (int k = 0; k < weights.Length; k++)
            weights[k] = at.Load4(k * RowBytes);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            for (int t = 0; t < _tile; t++)
            {
                F32[] x = IsScalar ? [w.LoadShared(from[t], start + chunk * 4)] : w.LoadShared4(from[t], start + chunk * 16);
                for (int k = 0; k < x.Length; k++)
                {
                    for (int c = 0; c < 4; c++)
                        w.Accumulate(sums[t, c], x[k], weights[chunk * ChunkFloats + k][c]);
                }
            }
        }
    }
}
