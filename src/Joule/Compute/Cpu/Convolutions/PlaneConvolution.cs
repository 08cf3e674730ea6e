using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The gradient of a convolution by an input of few channels. A tile of the matrix product would fill only a few lanes of its vectors, so
/// here lanes are pixels: the outputs' gradient is transposed to one plane per channel, and each tap adds a shifted plane. The phases are
/// computed separately and interleaved at the end.
/// </summary>
internal sealed unsafe class PlaneConvolution : IDisposable
{
    private const int Lanes = 16;

    private static readonly bool Wide = Gemm.Bits == 512;

    private readonly ConvolutionShape _s;
    private readonly PhaseGrid _grid;
    private readonly int _pitch;
    private readonly nint _plane;
    private readonly nint _origin;
    private readonly DeviceBuffer _weights;
    private readonly OffsetTable[] _shifts;
    private readonly nint[] _firstWeights;
    private readonly nint[] _lines;
    private readonly int[] _linePitches;

    public PlaneConvolution(ConvolutionShape s, PhaseGrid grid)
    {
        (_s, _grid) = (s, grid);
        // A row's right border is the next row's left border.
        _pitch = s.OutputWidth + Math.Max(grid.Before, grid.AfterColumns);
        _origin = grid.Before * _pitch + grid.Before;
        _plane = (_origin + (s.OutputHeight + grid.AfterRows) * _pitch + Lanes + Lanes - 1) / Lanes * Lanes;
        _weights = new((long)s.Outputs * s.Taps);
        _shifts = [.. grid.Phases.Select(p => OffsetTable.Of(1, p.TapRows, p.TapColumns, (_, y, x) => y * _pitch + x))];
        _firstWeights = new nint[grid.Phases.Length + 1];
        _lines = new nint[grid.Phases.Length + 1];
        _linePitches = new int[grid.Phases.Length];
        // The last rows of eight reach past the last plane.
        _lines[0] = s.Outputs * _plane + (Wide ? PlaneKernels.Rows * _pitch : 0);
        for (int p = 0; p < grid.Phases.Length; p++)
        {
            PhaseOfKernel phase = grid.Phases[p];
            _firstWeights[p + 1] = _firstWeights[p] + phase.TapRows * phase.TapColumns * s.Channels * s.Outputs;
            _linePitches[p] = Wide ? RoundUp(phase.Columns, Lanes) : _pitch;
            _lines[p + 1] = _lines[p] + RoundUp(RoundUp(phase.Rows, PlaneKernels.Rows) * _linePitches[p], Lanes);
        }
    }

    /// <summary>Scratch floats that <see cref="ReverseInput"/> needs.</summary>
    public long ScratchLength => _lines[^1] + 4 * Lanes;

    /// <summary>Packs weights [outputs, channels, kernel, kernel].</summary>
    public void Pack(float* w)
    {
        float* to = _weights.Pointer;
        foreach (PhaseOfKernel phase in _grid.Phases)
        {
            for (int c = 0; c < _s.Channels; c++)
            {
                int most = Wide ? PlaneKernels.MostTaps : Math.Max(1, phase.TapRows);
                for (int first = 0; first < phase.TapRows; first += most)
                {
                    int rows = Math.Min(most, phase.TapRows - first);
                    for (int o = 0; o < _s.Outputs; o++)
                    {
                        float* kernel = w + (nint)(o * _s.Channels + c) * _s.Kernel * _s.Kernel;
                        if (Wide)
                        {
                            // By columns, from the last tap up: the order in which the rows of a plane reach them.
                            for (int x = 0; x < phase.TapColumns; x++)
                                for (int y = first + rows - 1; y >= first; y--)
                                    *to++ = kernel[phase.KernelRow(y) * _s.Kernel + phase.KernelColumn(x)];
                        }
                        else
                        {
                            for (int y = 0; y < rows; y++)
                                for (int x = 0; x < phase.TapColumns; x++)
                                    *to++ = kernel[phase.KernelRow(y) * _s.Kernel + phase.KernelColumn(x)];
                        }
                    }
                }
            }
        }
    }

    /// <summary>dx (+)= the gradient of x ∗ W with respect to x, applied to dy.</summary>
    public void ReverseInput(Rows dy, Rows dx, float* scratch, bool accumulate)
    {
        new Span<float>(scratch, checked((int)_lines[0])).Clear();
        for (int n = 0; n < dy.Count; n++)
        {
            Turn(dy.Pointer + (nint)n * dy.Width, scratch);
            for (int c = 0; c < _s.Channels; c++)
            {
                for (int p = 0; p < _grid.Phases.Length; p++)
                {
                    PhaseOfKernel phase = _grid.Phases[p];
                    float* from = scratch + _origin + (nint)phase.FirstRow * _pitch + phase.FirstColumn;
                    float* w = _weights.Pointer + _firstWeights[p] + (nint)c * phase.TapRows * phase.TapColumns * _s.Outputs;
                    if (phase.Rows == 0 || phase.Columns == 0)
                        continue;
                    if (phase.TapRows == 0)
                        new Span<float>(scratch + _lines[p], phase.Rows * _linePitches[p]).Clear();
                    else if (Wide)
                        Rows(phase, from, w, scratch + _lines[p], _linePitches[p]);
                    else
                        Line(phase, from, _shifts[p].Pointer, w, scratch + _lines[p]);
                }
                Assemble(scratch, dx.Pointer + (nint)n * dx.Width + c, accumulate);
            }
        }
    }

    public void Dispose() => _weights.Dispose();

    private static int RoundUp(int length, int unit) => (length + unit - 1) / unit * unit;

    private void Turn(float* dy, float* planes)
    {
        float* to = planes + _origin;
        for (int y = 0; y < _s.OutputHeight; y++, to += _pitch, dy += _s.OutputWidth * _s.Outputs)
            TransposeKernels.Transpose(dy, _s.Outputs, to, _plane, _s.OutputWidth, _s.Outputs);
    }

    // A phase, by rows of whole vectors.
    private void Rows(PhaseOfKernel phase, float* planes, float* w, float* lines, int linePitch)
    {
        for (int first = 0; first < phase.TapRows; first += PlaneKernels.MostTaps)
        {
            int taps = Math.Min(PlaneKernels.MostTaps, phase.TapRows - first);
            float* from = planes - (nint)(first + taps - 1) * _pitch;
            for (int x = 0; x < phase.Columns; x += Lanes)
                PlaneKernels.Correlate(
                    phase.Rows, taps, from + x, _plane, _pitch, _s.Outputs, phase.TapColumns, w, lines + x, linePitch, first > 0);
            w += (nint)taps * phase.TapColumns * _s.Outputs;
        }
    }

    // A phase as one line: its rows in order, with their borders.
    private void Line(PhaseOfKernel phase, float* planes, nint* shifts, float* w, float* line)
    {
        int taps = phase.TapRows * phase.TapColumns, vectors = ((phase.Rows - 1) * _pitch + phase.Columns + Lanes - 1) / Lanes;
        // A single sum would wait for itself: the last vectors are also processed in fours, some of them twice.
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

    // Interleaves the phases' lines into one channel of the image.
    private void Assemble(float* scratch, float* image, bool accumulate)
    {
        int stride = _s.Stride;
        nint line = (nint)_s.Width * _s.Channels;
        for (int y = 0; y < Math.Min(stride, _s.Height); y++)
        {
            // Every stride-th row of the image, from row y.
            int rows = (_s.Height - y + stride - 1) / stride, first = (y + _s.Padding) % stride * stride, m = (y + _s.Padding) / stride;
            float* target = image + y * line;
            if (Wide && stride == 2 && _s.Channels == 1)
            {
                int even = first + _s.Padding % 2, odd = first + (_s.Padding + 1) % 2;
                PlaneKernels.Interleave(LineOf(scratch, even, m), _linePitches[even], LineOf(scratch, odd, m), _linePitches[odd], target,
                    stride * line, rows, _s.Width, accumulate);
                continue;
            }
            for (int row = 0; row < rows; row++, target += stride * line)
            {
                for (int p = first; p < first + stride; p++)
                {
                    PhaseOfKernel phase = _grid.Phases[p];
                    if (phase.Columns > 0)
                        PlaneKernels.Put(LineOf(scratch, p, m + row), target + phase.PixelColumn(phase.FirstColumn) * _s.Channels,
                            stride * _s.Channels, phase.Columns, accumulate);
                }
            }
        }
    }

    private float* LineOf(float* scratch, int phase, int m) =>
        scratch + _lines[phase] + (nint)(m - _grid.Phases[phase].FirstRow) * _linePitches[phase];

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
