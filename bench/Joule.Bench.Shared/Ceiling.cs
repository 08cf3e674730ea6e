using System.Diagnostics;

namespace Joule.Bench.Shared;

/// <summary>
/// The peak arithmetic of this machine's cores at this moment. Clocks drift, so it is measured together with what it is compared with.
/// </summary>
public static class Ceiling
{
    private const int Bursts = 7;
    private const double BurstSeconds = 0.002;

    private static readonly Lazy<int> Iterations = new(Calibrate);

    private static float s_sink;

    /// <summary>
    /// GFLOP/s of the multiply-add loop on a number of threads at once: the best of a few bursts of two milliseconds, because a disturbed
    /// burst is not a ceiling.
    /// </summary>
    public static double Gflops(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        int iterations = Iterations.Value;
        int[] arrived = new int[Bursts];
        long[,] begins = new long[Bursts, threads], ends = new long[Bursts, threads];
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(lane => new Thread(() => RunBursts(lane)) { IsBackground = true })];
        foreach (Thread thread in others)
            thread.Start();
        RunBursts(0);
        foreach (Thread thread in others)
            thread.Join();
        return Enumerable.Range(0, Bursts).Max(burst =>
        {
            double seconds = Stopwatch.GetElapsedTime(Lanes(begins, burst).Min(), Lanes(ends, burst).Max()).TotalSeconds;
            return threads * iterations * MultiplyAddLoop.FlopsOfIteration / seconds * 1e-9;
        });

        void RunBursts(int lane)
        {
            for (int burst = 0; burst < Bursts; burst++)
            {
                // All threads spin while waiting: a sleeping thread may be woken on the core of another one.
                Interlocked.Increment(ref arrived[burst]);
                while (Volatile.Read(ref arrived[burst]) < threads)
                    Thread.SpinWait(1);
                begins[burst, lane] = Stopwatch.GetTimestamp();
                Volatile.Write(ref s_sink, MultiplyAddLoop.Run(iterations));
                ends[burst, lane] = Stopwatch.GetTimestamp();
            }
        }

        IEnumerable<long> Lanes(long[,] times, int burst) => Enumerable.Range(0, threads).Select(lane => times[burst, lane]);
    }

    private static int Calibrate()
    {
        int iterations = 1 << 12;
        while (true)
        {
            long begin = Stopwatch.GetTimestamp();
            Volatile.Write(ref s_sink, MultiplyAddLoop.Run(iterations));
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (seconds >= BurstSeconds)
                return (int)(iterations * BurstSeconds / seconds);
            iterations *= 2;
        }
    }
}
