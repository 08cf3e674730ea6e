namespace Joule.Compute;

/// <summary>
/// Code with vectors is compiled when it is first called, also in a program that was compiled ahead of time, and the tiles of a product
/// take longest. So a thread of its own calls them once on a few numbers when the first device is made, while the program still reads its
/// model: its first energy comes earlier by that.
/// </summary>
internal static unsafe class KernelWarmUp
{
    // With 4 rows and with 1, these take every tile for rows whose numbers lie side by side: 15 = 6 + 6 + 2 + 1 = 8 + 4 + 2 + 1, and 112 =
    // 64 + 32 + 16.
    private const int Rows = 15;
    private const int Columns = 112;
    private const int Depth = 8;
    private const int Side = 40;

    private static int s_begun;

    /// <summary>Starts it, once in a process, where there is another core for it.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1 && Interlocked.Exchange(ref s_begun, 1) == 0)
            new Thread(Run) { IsBackground = true, Name = "joule warm-up" }.Start();
    }

    private static void Run()
    {
        try
        {
            CallAll();
        }
        catch (OutOfMemoryException)
        {
            // Nobody waits for this. What needs the memory will say so.
        }
    }

    private static void CallAll()
    {
        using DeviceBuffer x = new(Rows * Depth), w = new(Gemm.PackedLength(Depth, Columns)), y = new(Rows * Columns),
            sums = new(LaneKernels.Lanes * LaneKernels.Lanes);
        // One row first: a first energy is often that of one state.
        foreach (int rows in (ReadOnlySpan<int>)[1, 4, Rows])
        {
            Gemm.MultiplyPacked(x.Pointer, Depth, 1, w.Pointer, null, y.Pointer, Columns, rows, Columns, Depth, false,
                Epilogue.Activate(PointwiseFunction.Silu, 0, null));
        }
        // The first layers of networks on grey images.
        float* pixels = y.Pointer;
        if (Gemm.Bits == 512)
        {
            LaneKernels.Run(2, 5, pixels, Side, pixels, pixels, sums.Pointer, LaneKernels.Lanes);
            LaneKernels.Run(1, 3, pixels, Side, pixels, pixels, sums.Pointer, LaneKernels.Lanes);
        }
    }
}
