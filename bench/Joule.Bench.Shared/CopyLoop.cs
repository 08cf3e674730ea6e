using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Joule.Bench.Shared;

/// <summary>A vectorised copy from one block of memory to another: the peak read and write rate of a core.</summary>
public static class CopyLoop
{
    private const int Lanes = 16;
    private const int Bursts = 5;
    private const double BurstSeconds = 0.002;

    /// <summary>GB/s, read and written, on the calling thread: the median of a few bursts of two milliseconds.</summary>
    /// <param name="bytes">Bytes of both blocks together. Blocks that fit into a cache are copied at its speed.</param>
    public static double Gigabytes(long bytes)
    {
        int length = (int)Math.Clamp(bytes / (2 * sizeof(float)) / Lanes * Lanes, 4 * Lanes, 1 << 28);
        float[] from = new float[length], to = new float[length];
        // Memory is not mapped before it is first written.
        from.AsSpan().Fill(1);
        to.AsSpan().Fill(1);
        int copies = 1;
        while (Copies(from, to, copies) < BurstSeconds)
            copies *= 2;
        return Median.Of(Enumerable.Range(0, Bursts).Select(_ => 2.0 * sizeof(float) * length * copies / Copies(from, to, copies) * 1e-9));
    }

    private static double Copies(float[] from, float[] to, int copies)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < copies; i++)
            Copy(from, to);
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Copy(float[] from, float[] to)
    {
        ref float source = ref MemoryMarshal.GetArrayDataReference(from), target = ref MemoryMarshal.GetArrayDataReference(to);
        nuint length = (nuint)to.Length, i = 0;
        for (; i + 4 * Lanes <= length; i += 4 * Lanes)
        {
            Vector512<float> a = Vector512.LoadUnsafe(ref source, i), b = Vector512.LoadUnsafe(ref source, i + Lanes);
            Vector512<float> c = Vector512.LoadUnsafe(ref source, i + 2 * Lanes), d = Vector512.LoadUnsafe(ref source, i + 3 * Lanes);
            a.StoreUnsafe(ref target, i);
            b.StoreUnsafe(ref target, i + Lanes);
            c.StoreUnsafe(ref target, i + 2 * Lanes);
            d.StoreUnsafe(ref target, i + 3 * Lanes);
        }
        for (; i < length; i += Lanes)
            Vector512.LoadUnsafe(ref source, i).StoreUnsafe(ref target, i);
    }
}
