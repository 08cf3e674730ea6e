using System.Runtime.CompilerServices;

namespace Joule.Compute;

/// <summary>
/// Convolutions of one channel on 512-bit registers. A matrix product has too few taps here to fill its tiles, so sixteen neighbouring
/// positions are processed together, with a position in a register and output channels in its lanes: each tap adds one pixel times the
/// tap's weights.
/// </summary>
internal sealed unsafe class LaneConvolution : IDisposable
{
    private const int Lanes = LaneKernels.Lanes;

    private readonly ConvolutionShape _s;
    private readonly int _chunks;
    private readonly DeviceBuffer _weights;

    public LaneConvolution(ConvolutionShape s)
    {
        _s = s;
        _chunks = (s.Outputs + Lanes - 1) / Lanes;
        _weights = new((long)_chunks * Lanes * s.Taps);
    }

    /// <summary>
    /// Whether the processor has the registers, and the shape has one channel, positions one or two floats apart, and a small kernel.
    /// </summary>
    public static bool Supports(ConvolutionShape s) =>
        Gemm.Bits == 512 && s is { Channels: 1, Stride: <= 2, Kernel: <= LaneKernels.MostTaps };

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
                    float* from = x + oy * _s.Stride * input.RowLength + ox * _s.Stride,
                        to = y + ((nint)oy * _s.OutputWidth + ox) * _s.Outputs + first;
                    int positions = Math.Min(Lanes, _s.OutputWidth - ox);
                    // What is written past the end of a row is overwritten with the next row.
                    bool whole = outputs == Lanes && oy * _s.OutputWidth + ox + Lanes <= _s.Positions;
                    LaneKernels.Run(_s.Stride, _s.Kernel, from, input.RowLength, w, start, whole ? to : rest, whole ? _s.Outputs : Lanes);
                    for (int i = 0; i < positions && !whole; i++)
                        Buffer.MemoryCopy(rest + i * Lanes, to + (nint)i * _s.Outputs, outputs * sizeof(float), outputs * sizeof(float));
                }
            }
        }
    }

    public void Dispose() => _weights.Dispose();
}
