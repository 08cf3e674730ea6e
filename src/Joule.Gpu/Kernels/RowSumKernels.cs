using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Kernels that sum in float64: each thread of a block adds every so many numbers, then the threads' sums are added in halves. The order
/// depends on the number of threads alone.
/// </summary>
internal static class RowSumKernels
{
    /// <summary>
    /// Σ (a − b)²; a block takes a pair. Parameters: the first rows; the second rows; words from one pair to the next; width; one float64
    /// per pair.
    /// </summary>
    /// <param name="threads">Threads of a block, a power of two.</param>
    public static KernelText SquaredDistances(int threads)
    {
        PtxWriter w = new();
        Address left = w.Pointer("left"), right = w.Pointer("right");
        U32 apart = w.WordParameter("apart"), width = w.WordParameter("width");
        Address distances = w.Pointer("distances");
        w.BeginShared();
        U32 pair = w.Block(), thread = w.Thread();
        F64 sum = w.Constant(0.0);
        w.Loop(thread, (uint)threads, width, number =>
        {
            U32 at = w.MultiplyAdd(pair, apart, number);
            F32 apartBy = w.Subtract(w.LoadGlobal(w.Element(left, at, 4)), w.LoadGlobal(w.Element(right, at, 4)));
            F64 difference = w.ToDouble(apartBy);
            w.Assign(sum, w.MultiplyAdd(difference, difference, sum));
        });
        Reduce(w, thread, threads, [sum], totals => w.StoreGlobal(w.Element(distances, pair, 8), 0, totals[0]));
        return w.Finish("rows_squared_distances", threads);
    }

    /// <summary>
    /// With r = s·g − z: w·Σ r²/(2D), and z ← w·s/(D·n)·r; a block takes a row. Parameters: g; z; s and w of each row; one float64 per row;
    /// width D; D·n; 2D.
    /// </summary>
    /// <param name="threads">Threads of a block, a power of two.</param>
    public static KernelText CompareWithTargets(int threads)
    {
        PtxWriter w = new();
        Address gradients = w.Pointer("gradients"), targets = w.Pointer("targets"), scales = w.Pointer("scales");
        Address losses = w.Pointer("losses");
        U32 width = w.WordParameter("width");
        F64 numbers = w.DoubleParameter("numbers"), twice = w.DoubleParameter("twice_width");
        w.BeginShared();
        U32 row = w.Block(), thread = w.Thread();
        F32 scale = w.LoadConstant(w.Element(scales, row, 8)), weight = w.LoadConstant(w.Element(scales, row, 8), 4);
        F64 wide = w.ToDouble(weight);
        F32 factor = w.ToSingle(w.Divide(w.Multiply(wide, w.ToDouble(scale)), numbers));
        F64 sum = w.Constant(0.0);
        w.Loop(thread, (uint)threads, width, number =>
        {
            U32 at = w.MultiplyAdd(row, width, number);
            Address target = w.Element(targets, at, 4);
            F32 rest = w.Subtract(w.Multiply(scale, w.LoadGlobal(w.Element(gradients, at, 4))), w.LoadGlobal(target));
            w.StoreGlobal(target, 0, w.Multiply(factor, rest));
            F64 difference = w.ToDouble(rest);
            w.Assign(sum, w.MultiplyAdd(difference, difference, sum));
        });
        Reduce(w, thread, threads, [sum], totals =>
            w.StoreGlobal(w.Element(losses, row, 8), 0, w.Divide(w.Multiply(wide, totals[0]), twice)));
        return w.Finish("rows_compare_with_targets", threads);
    }

    /// <summary>Σ x² of chunks; a block takes one. Parameters: numbers; how many; those of a chunk; one float64 per chunk.</summary>
    /// <param name="threads">Threads of a block, a power of two.</param>
    public static KernelText SquaredNorms(int threads)
    {
        PtxWriter w = new();
        Address numbers = w.Pointer("numbers");
        U32 count = w.WordParameter("count"), chunk = w.WordParameter("chunk");
        Address sums = w.Pointer("sums");
        w.BeginShared();
        U32 block = w.Block(), thread = w.Thread(), first = w.Multiply(block, chunk), end = w.Min(w.Add(first, chunk), count);
        F64 sum = w.Constant(0.0);
        w.Loop(w.Add(first, thread), (uint)threads, end, at =>
        {
            F64 x = w.ToDouble(w.LoadGlobal(w.Element(numbers, at, 4)));
            w.Assign(sum, w.MultiplyAdd(x, x, sum));
        });
        Reduce(w, thread, threads, [sum], totals => w.StoreGlobal(w.Element(sums, block, 8), 0, totals[0]));
        return w.Finish("rows_squared_norms", threads);
    }

    /// <summary>
    /// Counts numbers at walls; a block takes a row. Parameters: rows; width; the walls; two float64 numbers for each row: at the low one,
    /// at the high one.
    /// </summary>
    /// <param name="threads">Threads of a block, a power of two.</param>
    public static KernelText CountAtWalls(int threads)
    {
        PtxWriter w = new();
        Address rows = w.Pointer("rows");
        U32 width = w.WordParameter("width");
        F32 low = w.FloatParameter("low"), high = w.FloatParameter("high");
        Address counts = w.Pointer("counts");
        w.BeginShared();
        U32 row = w.Block(), thread = w.Thread();
        F64 lows = w.Constant(0.0), highs = w.Constant(0.0);
        w.Loop(thread, (uint)threads, width, number =>
        {
            F32 x = w.LoadGlobal(w.Element(rows, w.MultiplyAdd(row, width, number), 4));
            w.If(w.AtLeast(low, x), () => w.Assign(lows, w.Add(lows, 1)));
            w.If(w.AtLeast(x, high), () => w.Assign(highs, w.Add(highs, 1)));
        });
        Reduce(w, thread, threads, [lows, highs], totals =>
        {
            Address own = w.Element(counts, row, 16);
            w.StoreGlobal(own, 0, totals[0]);
            w.StoreGlobal(own, 8, totals[1]);
        });
        return w.Finish("rows_count_at_walls", threads);
    }

    // Thread 0 gets the sums over all threads.
    private static void Reduce(PtxWriter w, U32 thread, int threads, F64[] sums, Action<F64[]> store)
    {
        int at = w.TakeShared(2 * sums.Length * threads), bytes = sizeof(double) * threads;
        U32 own = w.SharedBase(thread, sizeof(double));
        for (int s = 0; s < sums.Length; s++)
            w.StoreShared(own, at + s * bytes, sums[s]);
        w.Barrier();
        for (int half = threads / 2; half >= 1; half /= 2)
        {
            w.If(w.Less(thread, (uint)half), () =>
            {
                for (int s = 0; s < sums.Length; s++)
                {
                    int mine = at + s * bytes;
                    F64 other = w.LoadSharedDouble(own, mine + half * sizeof(double));
                    w.StoreShared(own, mine, w.Add(w.LoadSharedDouble(own, mine), other));
                }
            });
            w.Barrier();
        }
        w.If(w.IsZero(thread), () => store([.. Enumerable.Range(0, sums.Length).Select(s => w.LoadSharedDouble(own, at + s * bytes))]));
    }
}
