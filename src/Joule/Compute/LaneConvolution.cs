using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>
/// Convolutions with few input channels on 512-bit registers. A matrix product has too few columns or taps there to fill its tiles, so sixteen neighbouring positions are
/// worked on at once, with a position in a register and output channels in its lanes: forward, every tap adds one pixel times the tap's weights; by input, every
/// tap adds weights times the outputs' gradient, and the lanes are added up last.
/// </summary>
internal sealed unsafe class LaneConvolution : IFewChannels
{
    private const int Lanes = 16;

    private readonly ConvolutionShape _s;
    private readonly PhaseGrid _grid;
    private readonly int _chunks;
    private readonly int _height;
    private readonly int _width;
    private readonly DeviceBuffer _forward;
    private readonly DeviceBuffer _reverse;
    private readonly OffsetTable _taps;
    private readonly OffsetTable[] _shifts;

    public LaneConvolution(ConvolutionShape s, PhaseGrid grid, PaddedImage input)
    {
        (_s, _grid) = (s, grid);
        _chunks = (s.Outputs + Lanes - 1) / Lanes;
        _height = grid.Before + s.OutputHeight + grid.AfterRows;
        _width = grid.Before + s.OutputWidth + grid.AfterColumns;
        _forward = new(HasForward ? (long)_chunks * Lanes * s.Taps : 0);
        _reverse = new((long)_chunks * Lanes * s.Taps);
        _taps = OffsetTable.Of(1, s.Kernel, s.Kernel, (_, y, x) => y * input.RowLength + x);
        _shifts = [.. grid.Phases.Select(p => OffsetTable.Of(_chunks, p.TapRows, p.TapColumns, (n, y, x) => n * Plane - ((nint)y * _width + x) * Lanes))];
    }

    /// <summary>Whether the processor has the registers.</summary>
    public static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Whether <see cref="Forward"/> can be used: positions must be one or two floats apart.</summary>
    public bool HasForward => _s is { Channels: 1, Stride: <= 2 };

    // The last group of a row reads up to fifteen positions past it.
    public long ScratchLength => _chunks * (long)Plane + Lanes * Lanes;

    private nint Plane => (nint)_height * _width * Lanes;

    public void PackForward(float* w)
    {
        float* to = _forward.Pointer;
        for (int chunk = 0; chunk < _chunks; chunk++)
            for (int t = 0; t < _s.Taps; t++, to += Lanes)
                for (int o = chunk * Lanes; o < Math.Min(_s.Outputs, (chunk + 1) * Lanes); o++)
                    to[o - chunk * Lanes] = w[(nint)o * _s.Taps + t];
    }

    public void PackReverse(float* w)
    {
        float* to = _reverse.Pointer;
        foreach (PhaseOfKernel phase in _grid.Phases)
            for (int c = 0; c < _s.Channels; c++)
                for (int chunk = 0; chunk < _chunks; chunk++)
                    for (int y = 0; y < phase.TapRows; y++)
                        for (int x = 0; x < phase.TapColumns; x++, to += Lanes)
                            for (int o = chunk * Lanes; o < Math.Min(_s.Outputs, (chunk + 1) * Lanes); o++)
                                to[o - chunk * Lanes] = w[((nint)(o * _s.Channels + c) * _s.Kernel + phase.KernelRow(y)) * _s.Kernel + phase.KernelColumn(x)];
    }

    /// <summary>One image: y = x ∗ W + bias, where x has its border.</summary>
    public void Forward(float* x, PaddedImage input, float* bias, float* y)
    {
        float* start = stackalloc float[Lanes], rest = stackalloc float[Lanes * Lanes];
        for (int chunk = 0; chunk < _chunks; chunk++)
        {
            int first = chunk * Lanes, outputs = Math.Min(Lanes, _s.Outputs - first);
            for (int o = 0; o < Lanes; o++)
                start[o] = bias == null || o >= outputs ? 0 : bias[first + o];
            float* w = _forward.Pointer + (nint)first * _s.Taps;
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

    /// <summary>dx (+)= the gradient by input.</summary>
    public void ReverseInput(Rows dy, Rows dx, float* scratch, bool accumulate)
    {
        new Span<float>(scratch, checked((int)ScratchLength)).Clear();
        for (int n = 0; n < dy.Count; n++)
        {
            Spread(dy.Pointer + (nint)n * dy.Width, scratch);
            float* w = _reverse.Pointer, image = dx.Pointer + (nint)n * dx.Width;
            for (int p = 0; p < _shifts.Length; p++)
            {
                PhaseOfKernel phase = _grid.Phases[p];
                int taps = phase.TapRows * phase.TapColumns * _chunks;
                for (int c = 0; c < _s.Channels; c++, w += (nint)taps * Lanes)
                    Run(phase, scratch, _shifts[p].Pointer, taps, w, image + c, accumulate);
            }
        }
    }

    public void Dispose()
    {
        _forward.Dispose();
        _reverse.Dispose();
    }

    // [height, width, outputs] into planes of sixteen channels with a border.
    private void Spread(float* dy, float* planes)
    {
        for (int y = 0; y < _s.OutputHeight; y++)
        {
            float* to = planes + ((nint)(_grid.Before + y) * _width + _grid.Before) * Lanes;
            for (int x = 0; x < _s.OutputWidth; x++, to += Lanes)
            {
                for (int chunk = 0; chunk < _chunks; chunk++)
                {
                    int outputs = Math.Min(Lanes, _s.Outputs - chunk * Lanes);
                    float* target = to + chunk * Plane;
                    if (outputs == Lanes)
                        Vector512.Load(dy).Store(target);
                    else
                        Buffer.MemoryCopy(dy, target, outputs * sizeof(float), outputs * sizeof(float));
                    dy += outputs;
                }
            }
        }
    }

    private void Run(PhaseOfKernel phase, float* planes, nint* shifts, int taps, float* w, float* image, bool accumulate)
    {
        int step = _s.Stride * _s.Channels;
        Vector512<float> sums;
        for (int y = 0; y < phase.Rows; y++)
        {
            float* from = planes + ((nint)(_grid.Before + phase.FirstRow + y) * _width + _grid.Before + phase.FirstColumn) * Lanes;
            float* to = image + ((nint)phase.PixelRow(phase.FirstRow + y) * _s.Width + phase.PixelColumn(phase.FirstColumn)) * _s.Channels;
            for (int x = 0; x < phase.Columns; x += Lanes, from += Lanes * Lanes)
            {
                Reduce(from, shifts, taps, w, (float*)&sums);
                float* sum = (float*)&sums;
                for (int i = 0; i < Math.Min(Lanes, phase.Columns - x); i++, to += step)
                    *to = accumulate ? *to + sum[i] : sum[i];
            }
        }
    }

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

    // sums[i] = Σ over taps and lanes of planes[i-th position + shift] · w.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Reduce(float* planes, nint* shifts, int taps, float* w, float* sums)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        for (int t = 0; t < taps; t++, w += Lanes)
        {
            float* q = planes + shifts[t];
            Vector512<float> v = Vector512.Load(w);
            a0 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 0), v, a0);
            a1 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 16), v, a1);
            a2 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 32), v, a2);
            a3 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 48), v, a3);
            a4 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 64), v, a4);
            a5 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 80), v, a5);
            a6 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 96), v, a6);
            a7 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 112), v, a7);
            a8 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 128), v, a8);
            a9 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 144), v, a9);
            a10 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 160), v, a10);
            a11 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 176), v, a11);
            a12 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 192), v, a12);
            a13 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 208), v, a13);
            a14 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 224), v, a14);
            a15 = Vector512.MultiplyAddEstimate(Vector512.Load(q + 240), v, a15);
        }
        Vector512<float> p0 = Pairs(a0, a1);
        Vector512<float> p1 = Pairs(a2, a3);
        Vector512<float> p2 = Pairs(a4, a5);
        Vector512<float> p3 = Pairs(a6, a7);
        Vector512<float> p4 = Pairs(a8, a9);
        Vector512<float> p5 = Pairs(a10, a11);
        Vector512<float> p6 = Pairs(a12, a13);
        Vector512<float> p7 = Pairs(a14, a15);
        Vector512<float> q0 = Quads(p0, p1), q1 = Quads(p2, p3), q2 = Quads(p4, p5), q3 = Quads(p6, p7);
        Halves(Halves(q0, q1), Halves(q2, q3)).Store(sums);
    }

    // In every quarter: sums of two lanes of a, of b, of a, of b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);

    // In every quarter: the sums of four numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quads(Vector512<float> a, Vector512<float> b) =>
        (Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle()) + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    // Neighbouring quarters added up.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(Vector512<float> a, Vector512<float> b) => Avx512F.Shuffle4x128(a, b, 0x88) + Avx512F.Shuffle4x128(a, b, 0xDD);

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
