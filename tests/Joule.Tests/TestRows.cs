using Joule.Compute;

namespace Joule.Tests;

/// <summary>
/// Rows for tests, and measures on them. The memory of the last 64 rows of a thread is kept alive for tests that use pointers.
/// </summary>
internal static class TestRows
{
    [ThreadStatic]
    private static Queue<DeviceBuffer>? s_kept;

    public static Rows Empty(int count, int width)
    {
        DeviceBuffer buffer = new((long)count * width);
        s_kept ??= new Queue<DeviceBuffer>();
        if (s_kept.Count == 64)
            s_kept.Dequeue();
        s_kept.Enqueue(buffer);
        return buffer.AsRows(count, width);
    }

    public static Rows Normal(int count, int width, ulong seed, float deviation = 1)
    {
        Rows rows = Empty(count, width);
        RandomStream stream = new(seed, RandomPurpose.User, 0);
        for (int i = 0; i < count; i++)
            stream.FillNormal(rows[i], (uint)i, 0, deviation);
        return rows;
    }

    public static Rows Of(int count, int width, params ReadOnlySpan<float> values)
    {
        Rows rows = Empty(count, width);
        values.CopyTo(rows.Span);
        return rows;
    }

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

    /// <summary>‖actual − expected‖ / ‖expected‖.</summary>
    public static double RelativeError(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected) =>
        RelativeError(Doubles(actual), expected);

    /// <summary>‖actual − expected‖ / ‖expected‖; NaN if the reference is zero, so that no check passes on nothing.</summary>
    public static double RelativeError(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.Sqrt(difference / norm);
    }

    /// <summary>Equal bit for bit.</summary>
    public static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(a).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(b));
}
