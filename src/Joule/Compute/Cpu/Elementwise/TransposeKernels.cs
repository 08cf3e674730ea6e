using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>Transposes matrices in blocks that fit into registers.</summary>
internal static unsafe class TransposeKernels
{
    /// <summary>target[j·targetStride + i] = source[i·sourceStride + j] for i &lt; rows, j &lt; columns.</summary>
    public static void Transpose(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        int i = 0;
        for (; Avx.IsSupported && i + 8 <= rows; i += 8)
        {
            float* s = source + i * sourceStride, t = target + i;
            int j = 0;
            for (; j + 8 <= columns; j += 8, s += 8, t += 8 * targetStride)
                Block8(s, sourceStride, t, targetStride);
            if (j + 4 <= columns)
            {
                Half(s, sourceStride, t, targetStride);
                j += 4;
                s += 4;
                t += 4 * targetStride;
            }
            Plain(s, sourceStride, t, targetStride, 8, columns - j);
        }
        for (; i + 4 <= rows; i += 4)
        {
            float* s = source + i * sourceStride, t = target + i;
            int j = 0;
            for (; j + 4 <= columns; j += 4, s += 4, t += 4 * targetStride)
                Block4(s, sourceStride, t, targetStride);
            Plain(s, sourceStride, t, targetStride, 4, columns - j);
        }
        Plain(source + i * sourceStride, sourceStride, target + i, targetStride, rows - i, columns);
    }

    private static void Plain(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                target[j * targetStride + i] = source[i * sourceStride + j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block4(float* s, nint ss, float* t, nint ts)
    {
        Vector128<float> a = Vector128.Load(s), b = Vector128.Load(s + ss), c = Vector128.Load(s + 2 * ss), d = Vector128.Load(s + 3 * ss);
        Transpose4(ref a, ref b, ref c, ref d);
        a.Store(t);
        b.Store(t + ts);
        c.Store(t + 2 * ts);
        d.Store(t + 3 * ts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        Vector128<float> ab0 = Interleave(a, b, false), ab1 = Interleave(a, b, true), cd0 = Interleave(c, d, false),
            cd1 = Interleave(c, d, true);
        a = Vector128.Create(ab0.GetLower(), cd0.GetLower());
        b = Vector128.Create(ab0.GetUpper(), cd0.GetUpper());
        c = Vector128.Create(ab1.GetLower(), cd1.GetLower());
        d = Vector128.Create(ab1.GetUpper(), cd1.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleave(Vector128<float> a, Vector128<float> b, bool upper)
    {
        if (Sse.IsSupported)
            return upper ? Sse.UnpackHigh(a, b) : Sse.UnpackLow(a, b);
        Vector64<float> x = upper ? a.GetUpper() : a.GetLower(), y = upper ? b.GetUpper() : b.GetLower();
        return Vector128.Create(x[0], y[0], x[1], y[1]);
    }

    // Eight rows of eight: pairs, then pairs of pairs, within each half of a register; loading puts the halves in place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block8(float* s, nint ss, float* t, nint ts)
    {
        Half(s, ss, t, ts);
        Half(s + 4, ss, t + 4 * ts, ts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half(float* s, nint ss, float* t, nint ts)
    {
        // Lower halves hold rows 0 to 3, upper halves rows 4 to 7.
        Vector256<float> a = Vector256.Create(Vector128.Load(s), Vector128.Load(s + 4 * ss)),
            b = Vector256.Create(Vector128.Load(s + ss), Vector128.Load(s + 5 * ss));
        Vector256<float> c = Vector256.Create(Vector128.Load(s + 2 * ss), Vector128.Load(s + 6 * ss)),
            d = Vector256.Create(Vector128.Load(s + 3 * ss), Vector128.Load(s + 7 * ss));
        Vector256<float> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b), cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
        Avx.Shuffle(ab0, cd0, 0x44).Store(t);
        Avx.Shuffle(ab0, cd0, 0xEE).Store(t + ts);
        Avx.Shuffle(ab1, cd1, 0x44).Store(t + 2 * ts);
        Avx.Shuffle(ab1, cd1, 0xEE).Store(t + 3 * ts);
    }
}
