using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>Conversion of bytes to floats.</summary>
internal static unsafe class ByteKernels
{
    /// <summary>target = scale · source, elementwise.</summary>
    public static void Scale(ReadOnlySpan<byte> source, float scale, Span<float> target)
    {
        target = target[..source.Length];
        int i = 0;
        fixed (byte* from = source)
        fixed (float* to = target)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                for (; i + 16 <= source.Length; i += 16)
                    (Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load(from + i))) * Vector512.Create(scale))
                        .Store(to + i);
            }
            else if (Avx2.IsSupported)
            {
                for (; i + 8 <= source.Length; i += 8)
                    (Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(from + i)) * Vector256.Create(scale)).Store(to + i);
            }
            else
            {
                for (; i + 16 <= source.Length; i += 16)
                {
                    (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(from + i));
                    (Vector128<uint> a, Vector128<uint> b) = Vector128.Widen(lower);
                    (Vector128<uint> c, Vector128<uint> d) = Vector128.Widen(upper);
                    (Vector128.ConvertToSingle(a.AsInt32()) * Vector128.Create(scale)).Store(to + i);
                    (Vector128.ConvertToSingle(b.AsInt32()) * Vector128.Create(scale)).Store(to + i + 4);
                    (Vector128.ConvertToSingle(c.AsInt32()) * Vector128.Create(scale)).Store(to + i + 8);
                    (Vector128.ConvertToSingle(d.AsInt32()) * Vector128.Create(scale)).Store(to + i + 12);
                }
            }
        }
        for (; i < source.Length; i++)
            target[i] = scale * source[i];
    }
}
