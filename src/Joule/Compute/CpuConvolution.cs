using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Convolution on the processor: output positions are taken in tiles; a tile's inputs are gathered into rows of taps that stay in the nearest caches,
/// and a matrix product over the taps does the rest.
/// </summary>
internal sealed unsafe class CpuConvolution : ConvolutionKernel
{
    private const int TileBytes = 96 * 1024;

    private readonly ConvolutionShape _s;
    private readonly int _taps;
    private readonly int _tile;
    private readonly DeviceBuffer _forward;
    private readonly DeviceBuffer _reverse;
    private readonly DeviceBuffer _plain;

    public CpuConvolution(ConvolutionShape shape)
    {
        _s = shape;
        _taps = shape.Taps;
        _tile = Math.Clamp(TileBytes / sizeof(float) / _taps / 8 * 8, 8, 1024);
        _forward = new(Gemm.PackedLength(_taps, shape.Outputs));
        _reverse = new(Gemm.PackedLength(shape.Outputs, _taps));
        _plain = new((long)_taps * shape.Outputs);
    }

    public override int ScratchLength => _tile * _taps + 32;

    public override int PartialLength => (_taps + 1) * _s.Outputs;

    public override void Pack(Rows weights)
    {
        float* w = weights.Pointer;
        for (int o = 0; o < _s.Outputs; o++)
            for (int t = 0; t < _taps; t++)
                _plain.Pointer[t * _s.Outputs + o] = w[ParameterIndex(o, t)];
        Gemm.Pack(_plain.Pointer, _taps, _s.Outputs, _s.Outputs, 1, _forward.Pointer);
        Gemm.Pack(_plain.Pointer, _s.Outputs, _taps, 1, _s.Outputs, _reverse.Pointer);
    }

    public override void Forward(Rows x, Rows bias, Rows y, Rows scratch)
    {
        int total = x.Count * _s.Positions;
        for (int p = 0; p < total; p += _tile)
        {
            int count = Math.Min(_tile, total - p);
            Gather(x.Pointer, p, count, scratch.Pointer);
            Gemm.MultiplyPacked(scratch.Pointer, _taps, 1, _forward.Pointer, bias.Count == 0 ? null : bias.Pointer,
                y.Pointer + (nint)p * _s.Outputs, _s.Outputs, count, _s.Outputs, _taps, false);
        }
    }

    public override void ReverseInput(Rows dy, Rows dx, Rows scratch, bool accumulate)
    {
        if (!accumulate)
            dx.Span.Clear();
        int total = dy.Count * _s.Positions;
        for (int p = 0; p < total; p += _tile)
        {
            int count = Math.Min(_tile, total - p);
            Gemm.MultiplyPacked(dy.Pointer + (nint)p * _s.Outputs, _s.Outputs, 1, _reverse.Pointer, null, scratch.Pointer, _taps, count, _taps, _s.Outputs, false);
            Scatter(scratch.Pointer, p, count, dx.Pointer);
        }
    }

    public override void WeightGradient(Rows x, Rows dy, Rows partial, Rows scratch)
    {
        int total = x.Count * _s.Positions;
        int outputs = _s.Outputs;
        float* bias = partial.Pointer + _taps * outputs;
        partial.Span.Clear();
        for (int p = 0; p < total; p += _tile)
        {
            int count = Math.Min(_tile, total - p);
            float* d = dy.Pointer + (nint)p * outputs;
            Gather(x.Pointer, p, count, scratch.Pointer);
            Gemm.Multiply(scratch.Pointer, 1, _taps, d, outputs, partial.Pointer, outputs, _taps, outputs, count, true);
            for (int i = 0; i < count; i++, d += outputs)
                for (int o = 0; o < outputs; o++)
                    bias[o] += d[o];
        }
    }

    public override void AddPartials(Rows partials, Rows weightGradient, Rows biasGradient)
    {
        float* total = partials.Pointer;
        int length = PartialLength, outputs = _s.Outputs;
        for (int s = 1; s < partials.Count; s++)
            PointwiseKernels.Scale(partials.Pointer + (nint)s * length, 1, total, length, true);
        float* w = weightGradient.Pointer;
        for (int o = 0; o < outputs; o++)
            for (int t = 0; t < _taps; t++)
                w[ParameterIndex(o, t)] += total[t * outputs + o];
        if (biasGradient.Count == 0)
            return;
        for (int o = 0; o < outputs; o++)
            biasGradient.Pointer[o] += total[_taps * outputs + o];
    }

    protected override void Dispose(bool disposing)
    {
        _forward.Dispose();
        _reverse.Dispose();
        _plain.Dispose();
    }

    // Tap (ky, kx, c) of output o in [outputs, channels, kernel, kernel].
    private int ParameterIndex(int o, int tap)
    {
        int c = tap % _s.Channels, k = tap / _s.Channels;
        return (o * _s.Channels + c) * _s.Kernel * _s.Kernel + k;
    }

    private void Gather(float* x, int first, int count, float* taps)
    {
        ConvolutionShape s = _s;
        int run = s.Kernel * s.Channels, positions = s.Positions, ow = s.OutputWidth;
        int sample = first / positions, oy = first % positions / ow, ox = first % ow;
        nint sampleLength = (nint)s.Height * s.Width * s.Channels;
        for (int i = 0; i < count; i++, taps += _taps)
        {
            float* image = x + sample * sampleLength;
            int x0 = ox * s.Stride - s.Padding, y0 = oy * s.Stride - s.Padding;
            int left = Math.Max(0, -x0), right = Math.Min(s.Kernel, s.Width - x0);
            int skip = left * s.Channels, length = Math.Max(0, right - left) * s.Channels;
            float* source = image + ((nint)y0 * s.Width + x0 + left) * s.Channels;
            float* target = taps;
            for (int ky = 0; ky < s.Kernel; ky++, target += run, source += s.Width * s.Channels)
            {
                if ((uint)(y0 + ky) >= (uint)s.Height || length == 0)
                {
                    Zero(target, run);
                    continue;
                }
                if (length < run)
                    Zero(target, run);
                Copy(source, target + skip, length);
            }
            Advance(ref sample, ref oy, ref ox, s.OutputHeight, ow);
        }
    }

    private void Scatter(float* taps, int first, int count, float* dx)
    {
        ConvolutionShape s = _s;
        int run = s.Kernel * s.Channels, positions = s.Positions, ow = s.OutputWidth;
        int sample = first / positions, oy = first % positions / ow, ox = first % ow;
        nint sampleLength = (nint)s.Height * s.Width * s.Channels;
        for (int i = 0; i < count; i++, taps += _taps)
        {
            float* image = dx + sample * sampleLength;
            int x0 = ox * s.Stride - s.Padding, y0 = oy * s.Stride - s.Padding;
            int left = Math.Max(0, -x0), right = Math.Min(s.Kernel, s.Width - x0);
            int length = (right - left) * s.Channels;
            float* target = image + ((nint)y0 * s.Width + x0 + left) * s.Channels;
            float* source = taps + left * s.Channels;
            for (int ky = 0; ky < s.Kernel; ky++, source += run, target += s.Width * s.Channels)
            {
                if ((uint)(y0 + ky) < (uint)s.Height)
                    Add(source, target, length);
            }
            Advance(ref sample, ref oy, ref ox, s.OutputHeight, ow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ref int sample, ref int oy, ref int ox, int height, int width)
    {
        if (++ox < width)
            return;
        ox = 0;
        if (++oy < height)
            return;
        oy = 0;
        sample++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zero(float* target, int length)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
            Vector256<float>.Zero.Store(target + i);
        for (; i < length; i++)
            target[i] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* source, float* target, int length)
    {
        int i = 0;
        for (; i + 16 <= length; i += 16)
            Vector512.Load(source + i).Store(target + i);
        if (i + 8 <= length)
        {
            Vector256.Load(source + i).Store(target + i);
            i += 8;
        }
        if (i + 4 <= length)
        {
            Vector128.Load(source + i).Store(target + i);
            i += 4;
        }
        for (; i < length; i++)
            target[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* source, float* target, int length)
    {
        int i = 0;
        for (; i + 16 <= length; i += 16)
            (Vector512.Load(target + i) + Vector512.Load(source + i)).Store(target + i);
        if (i + 8 <= length)
        {
            (Vector256.Load(target + i) + Vector256.Load(source + i)).Store(target + i);
            i += 8;
        }
        if (i + 4 <= length)
        {
            (Vector128.Load(target + i) + Vector128.Load(source + i)).Store(target + i);
            i += 4;
        }
        for (; i < length; i++)
            target[i] += source[i];
    }
}
