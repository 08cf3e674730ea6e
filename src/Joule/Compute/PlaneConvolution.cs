using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The gradient of a convolution by an input of few channels, where there are too few registers for <see cref="LaneConvolution"/>. A tile of the matrix product would
/// fill only a lane or three of its vectors, so here lanes are pixels: the outputs' gradient is turned into one plane a channel, and every tap adds a shifted plane.
/// </summary>
internal sealed unsafe class PlaneConvolution : IFewChannels
{
    private const int Lanes = 16;

    private readonly ConvolutionShape _s;
    private readonly PhaseGrid _grid;
    private readonly int _pitch;
    private readonly nint _plane;
    private readonly nint _origin;
    private readonly int _line;
    private readonly DeviceBuffer _weights;
    private readonly OffsetTable[] _shifts;

    public PlaneConvolution(ConvolutionShape s, PhaseGrid grid)
    {
        (_s, _grid) = (s, grid);
        // A row's border on the right is the next row's on the left.
        _pitch = s.OutputWidth + Math.Max(grid.Before, grid.AfterColumns);
        _origin = grid.Before * _pitch + grid.Before;
        _plane = (_origin + (s.OutputHeight + grid.AfterRows) * _pitch + Lanes + Lanes - 1) / Lanes * Lanes;
        _line = (Math.Max(1, grid.Phases.Max(p => p.Rows)) * _pitch + Lanes - 1) / Lanes * Lanes;
        _weights = new((long)s.Outputs * s.Taps);
        _shifts = [.. grid.Phases.Select(p => OffsetTable.Of(1, p.TapRows, p.TapColumns, (_, y, x) => y * _pitch + x))];
    }

    public long ScratchLength => _s.Outputs * (long)_plane + _line + 4 * Lanes;

    public void PackReverse(float* w)
    {
        float* to = _weights.Pointer;
        foreach (PhaseOfKernel phase in _grid.Phases)
            for (int c = 0; c < _s.Channels; c++)
                for (int o = 0; o < _s.Outputs; o++)
                    for (int y = 0; y < phase.TapRows; y++)
                        for (int x = 0; x < phase.TapColumns; x++)
                            *to++ = w[((nint)(o * _s.Channels + c) * _s.Kernel + phase.KernelRow(y)) * _s.Kernel + phase.KernelColumn(x)];
    }

    public void ReverseInput(Rows dy, Rows dx, float* scratch, bool accumulate)
    {
        float* line = scratch + _s.Outputs * _plane;
        new Span<float>(scratch, checked((int)(_s.Outputs * _plane))).Clear();
        for (int n = 0; n < dy.Count; n++)
        {
            Turn(dy.Pointer + (nint)n * dy.Width, scratch);
            float* w = _weights.Pointer, image = dx.Pointer + (nint)n * dx.Width;
            for (int p = 0; p < _shifts.Length; p++)
            {
                PhaseOfKernel phase = _grid.Phases[p];
                int taps = phase.TapRows * phase.TapColumns;
                for (int c = 0; c < _s.Channels; c++, w += (nint)taps * _s.Outputs)
                {
                    if (phase.Rows == 0 || phase.Columns == 0)
                        continue;
                    nint first = (nint)phase.FirstRow * _pitch + phase.FirstColumn;
                    int length = (phase.Rows - 1) * _pitch + phase.Columns;
                    Correlate(scratch + _origin + first, _shifts[p].Pointer, taps, w, line, (length + Lanes - 1) / Lanes);
                    Spread(phase, line, image + c, accumulate);
                }
            }
        }
    }

    public void Dispose() => _weights.Dispose();

    private void Turn(float* dy, float* planes)
    {
        float* to = planes + _origin;
        for (int y = 0; y < _s.OutputHeight; y++, to += _pitch, dy += _s.OutputWidth * _s.Outputs)
            TransposeKernels.Transpose(dy, _s.Outputs, to, _plane, _s.OutputWidth, _s.Outputs);
    }

    private void Correlate(float* planes, nint* shifts, int taps, float* w, float* line, int vectors)
    {
        // A single sum waits for itself: the last vectors go by fours too, some of them a second time.
        for (int v = 0; v < vectors; v += 4)
        {
            int at = Math.Min(v, vectors - 4) * Lanes;
            if (vectors >= 4)
                Four(planes + at, _plane, shifts, taps, _s.Outputs, w, line + at);
            else
            {
                for (int i = 0; i < vectors; i++)
                    One(planes + i * Lanes, _plane, shifts, taps, _s.Outputs, w, line + i * Lanes);
            }
        }
    }

    private void Spread(PhaseOfKernel phase, float* line, float* image, bool accumulate)
    {
        int step = _s.Stride * _s.Channels;
        for (int y = 0; y < phase.Rows; y++, line += _pitch)
        {
            float* to = image + ((nint)phase.PixelRow(phase.FirstRow + y) * _s.Width + phase.PixelColumn(phase.FirstColumn)) * _s.Channels;
            if (accumulate)
            {
                for (int x = 0; x < phase.Columns; x++)
                    to[x * step] += line[x];
            }
            else
            {
                for (int x = 0; x < phase.Columns; x++)
                    to[x * step] = line[x];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Four(float* planes, nint plane, nint* shifts, int taps, int outputs, float* w, float* line)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (int o = 0; o < outputs; o++, planes += plane)
        {
            for (int t = 0; t < taps; t++, w++)
            {
                float* p = planes - shifts[t];
                Vector512<float> weight = Vector512.Create(*w);
                a = Vector512.MultiplyAddEstimate(weight, Vector512.Load(p), a);
                b = Vector512.MultiplyAddEstimate(weight, Vector512.Load(p + 16), b);
                c = Vector512.MultiplyAddEstimate(weight, Vector512.Load(p + 32), c);
                d = Vector512.MultiplyAddEstimate(weight, Vector512.Load(p + 48), d);
            }
        }
        a.Store(line);
        b.Store(line + 16);
        c.Store(line + 32);
        d.Store(line + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void One(float* planes, nint plane, nint* shifts, int taps, int outputs, float* w, float* line)
    {
        Vector512<float> a = default;
        for (int o = 0; o < outputs; o++, planes += plane)
        {
            for (int t = 0; t < taps; t++, w++)
                a = Vector512.MultiplyAddEstimate(Vector512.Create(*w), Vector512.Load(planes - shifts[t]), a);
        }
        a.Store(line);
    }
}
