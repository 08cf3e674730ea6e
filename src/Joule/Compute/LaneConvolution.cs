using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>
/// Convolutions of one channel on 512-bit registers. A matrix product has too few taps there to fill its tiles, so sixteen neighbouring positions are
/// worked on at once, with a position in a register and output channels in its lanes: every tap adds one pixel times the tap's weights.
/// </summary>
internal sealed unsafe class LaneConvolution : IDisposable
{
    private const int Lanes = 16;

    private readonly ConvolutionShape _s;
    private readonly int _chunks;
    private readonly DeviceBuffer _weights;
    private readonly OffsetTable _taps;

    public LaneConvolution(ConvolutionShape s, PaddedImage input)
    {
        _s = s;
        _chunks = (s.Outputs + Lanes - 1) / Lanes;
        _weights = new((long)_chunks * Lanes * s.Taps);
        _taps = OffsetTable.Of(1, s.Kernel, s.Kernel, (_, y, x) => y * input.RowLength + x);
    }

    /// <summary>Whether the processor has the registers, and the shape one channel whose positions are one or two floats apart.</summary>
    public static bool Supports(ConvolutionShape s) => Avx512F.IsSupported && s is { Channels: 1, Stride: <= 2 };

    /// <summary>Packs weights [outputs, 1, kernel, kernel].</summary>
    public void Pack(float* w)
    {
        float* to = _weights.Pointer;
        for (int chunk = 0; chunk < _chunks; chunk++)
            for (int t = 0; t < _s.Taps; t++, to += Lanes)
                for (int o = chunk * Lanes; o < Math.Min(_s.Outputs, (chunk + 1) * Lanes); o++)
                    to[o - chunk * Lanes] = w[(nint)o * _s.Taps + t];
    }

    /// <summary>One image: y = x ∗ W + bias, where x has its border.</summary>
    [SkipLocalsInit]
    public void Forward(float* x, PaddedImage input, float* bias, float* y)
    {
        float* start = stackalloc float[Lanes], rest = stackalloc float[Lanes * Lanes];
        for (int chunk = 0; chunk < _chunks; chunk++)
        {
            int first = chunk * Lanes, outputs = Math.Min(Lanes, _s.Outputs - first);
            for (int o = 0; o < Lanes; o++)
                start[o] = bias == null || o >= outputs ? 0 : bias[first + o];
            float* w = _weights.Pointer + (nint)first * _s.Taps;
            for (int oy = 0; oy < _s.OutputHeight; oy++)
            {
                for (int ox = 0; ox < _s.OutputWidth; ox += Lanes)
                {
                    float* from = x + oy * _s.Stride * input.RowLength + ox * _s.Stride, to = y + ((nint)oy * _s.OutputWidth + ox) * _s.Outputs + first;
                    int positions = Math.Min(Lanes, _s.OutputWidth - ox);
                    bool whole = positions == Lanes && outputs == Lanes;
                    if (_s.Stride == 1)
                        Sixteen<One>(from, _taps.Pointer, _s.Taps, w, start, whole ? to : rest, whole ? _s.Outputs : Lanes);
                    else
                        Sixteen<Two>(from, _taps.Pointer, _s.Taps, w, start, whole ? to : rest, whole ? _s.Outputs : Lanes);
                    for (int i = 0; i < positions && !whole; i++)
                        Buffer.MemoryCopy(rest + i * Lanes, to + (nint)i * _s.Outputs, outputs * sizeof(float), outputs * sizeof(float));
                }
            }
        }
    }

    public void Dispose() => _weights.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sixteen<T>(float* x, nint* offsets, int taps, float* w, float* start, float* y, nint pitch) where T : struct, IStep
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15 = Vector512.Load(start);
        for (int t = 0; t < taps; t++, w += Lanes)
        {
            float* q = x + offsets[t];
            Vector512<float> v = Vector512.Load(w);
            a0 = Vector512.MultiplyAddEstimate(Vector512.Create(q[0 * T.Step]), v, a0);
            a1 = Vector512.MultiplyAddEstimate(Vector512.Create(q[1 * T.Step]), v, a1);
            a2 = Vector512.MultiplyAddEstimate(Vector512.Create(q[2 * T.Step]), v, a2);
            a3 = Vector512.MultiplyAddEstimate(Vector512.Create(q[3 * T.Step]), v, a3);
            a4 = Vector512.MultiplyAddEstimate(Vector512.Create(q[4 * T.Step]), v, a4);
            a5 = Vector512.MultiplyAddEstimate(Vector512.Create(q[5 * T.Step]), v, a5);
            a6 = Vector512.MultiplyAddEstimate(Vector512.Create(q[6 * T.Step]), v, a6);
            a7 = Vector512.MultiplyAddEstimate(Vector512.Create(q[7 * T.Step]), v, a7);
            a8 = Vector512.MultiplyAddEstimate(Vector512.Create(q[8 * T.Step]), v, a8);
            a9 = Vector512.MultiplyAddEstimate(Vector512.Create(q[9 * T.Step]), v, a9);
            a10 = Vector512.MultiplyAddEstimate(Vector512.Create(q[10 * T.Step]), v, a10);
            a11 = Vector512.MultiplyAddEstimate(Vector512.Create(q[11 * T.Step]), v, a11);
            a12 = Vector512.MultiplyAddEstimate(Vector512.Create(q[12 * T.Step]), v, a12);
            a13 = Vector512.MultiplyAddEstimate(Vector512.Create(q[13 * T.Step]), v, a13);
            a14 = Vector512.MultiplyAddEstimate(Vector512.Create(q[14 * T.Step]), v, a14);
            a15 = Vector512.MultiplyAddEstimate(Vector512.Create(q[15 * T.Step]), v, a15);
        }
        a0.Store(y);
        a1.Store(y + 1 * pitch);
        a2.Store(y + 2 * pitch);
        a3.Store(y + 3 * pitch);
        a4.Store(y + 4 * pitch);
        a5.Store(y + 5 * pitch);
        a6.Store(y + 6 * pitch);
        a7.Store(y + 7 * pitch);
        a8.Store(y + 8 * pitch);
        a9.Store(y + 9 * pitch);
        a10.Store(y + 10 * pitch);
        a11.Store(y + 11 * pitch);
        a12.Store(y + 12 * pitch);
        a13.Store(y + 13 * pitch);
        a14.Store(y + 14 * pitch);
        a15.Store(y + 15 * pitch);
    }

    private interface IStep
    {
        static abstract int Step { get; }
    }

    private readonly struct One : IStep
    {
        public static int Step => 1;
    }

    private readonly struct Two : IStep
    {
        public static int Step => 2;
    }
}
