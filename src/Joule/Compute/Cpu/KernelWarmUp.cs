namespace Joule.Compute;

/// <summary>
/// Vector code is compiled on its first call, even in a program compiled ahead of time, and the tiles of a product take longest. So a
/// separate thread calls them once on a few numbers when the first device is created, while the program still reads its model: the first
/// energy comes earlier.
/// </summary>
internal static unsafe class KernelWarmUp
{
    // With 4 rows and with 1, these use every tile for rows of contiguous numbers: 15 = 6 + 6 + 2 + 1 = 8 + 4 + 2 + 1, and 112 = 64 + 32 +
    // 16.
    private const int Rows = 15;
    private const int Columns = 112;
    private const int Depth = 8;
    private const int Side = 40;

    private static int s_begun;

    /// <summary>Starts it, once per process, if there is another core for it.</summary>
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
            // Nothing waits for this. Whatever needs the memory reports the error.
        }
    }

    private static void CallAll()
    {
        using DeviceBuffer x = new(Rows * Depth), w = new(Gemm.PackedLength(Depth, Columns)), y = new(Rows * Columns),
            sums = new(LaneKernels.Lanes * LaneKernels.Lanes);
        // One row first: the first energy is often that of one state.
        foreach (int rows in (ReadOnlySpan<int>)[1, 4, Rows])
        {
            Gemm.MultiplyPacked(x.Pointer, Depth, 1, w.Pointer, null, y.Pointer, Columns, rows, Columns, Depth, false,
                Epilogue.Activate(PointwiseFunction.Silu, 0, null));
        }
        // Typical first layers of networks on grey images.
        float* pixels = y.Pointer;
        if (Gemm.Bits == 512)
        {
            LaneKernels.Run(2, 5, pixels, Side, pixels, pixels, sums.Pointer, LaneKernels.Lanes);
            LaneKernels.Run(1, 3, pixels, Side, pixels, pixels, sums.Pointer, LaneKernels.Lanes);
        }
    }
}
