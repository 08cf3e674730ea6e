namespace Joule.Compute;

/// <summary>
/// Convolution on the processor. The inputs of an output position lie in runs of kernel·channels contiguous numbers, one run per kernel
/// row, so a matrix product can walk over them in place: only the border is added, by one copy of the input. By input, the same holds for
/// each of the stride² sets of pixels that see the same part of the kernel (phases). Few channels have other kernels:
/// <see cref="LaneConvolution"/> forward, <see cref="PlaneConvolution"/> and <see cref="PairConvolution"/> by input.
/// </summary>
internal sealed unsafe class CpuConvolution : ConvolutionKernel
{
    private const int RowsOfProduct = 64;
    private const int MostSamplesOfProduct = 16;
    private const int MostTable = 4096;
    private const int TableOfPhase = 64; // what a phase's objects take, about
    private const int FewChannels = 4;
    private const int ShortRun = 16;
    private const int BytesOfGradient = 512 * 1024;

    private readonly ConvolutionShape _s;
    private readonly int _taps;
    private readonly int _samples;
    private readonly int _gradientSamples;
    private readonly PaddedImage _input;
    private readonly PaddedImage _output;
    private readonly Bands _bands;
    private readonly OffsetTable? _forwardRows;
    private readonly OffsetTable? _gradientRows;
    private readonly DeviceBuffer? _forward;
    private readonly LaneConvolution? _lanes;
    private readonly Phase[] _phases;
    private readonly PlaneConvolution? _planes;
    private readonly PairConvolution? _pairs;
    private readonly int[] _parameterOfTap;

    public CpuConvolution(ConvolutionShape shape)
    {
        _s = shape;
        _taps = shape.Taps;
        _samples = Samples(shape.Positions);
        _input = new PaddedImage(shape.Height, shape.Width, shape.Channels, shape.Padding, shape.Padding, shape.Padding);
        _parameterOfTap = new int[_taps];
        for (int t = 0; t < _taps; t++)
            _parameterOfTap[t] = t % shape.Channels * shape.Kernel * shape.Kernel + t / shape.Channels;
        PhaseGrid grid = new(shape);
        _output = new PaddedImage(shape.OutputHeight, shape.OutputWidth, shape.Outputs, grid.Before, grid.AfterRows, grid.AfterColumns);
        if (shape.Channels <= FewChannels)
            _planes = new PlaneConvolution(shape, grid);
        else if (PairConvolution.Supports(shape))
            _pairs = new PairConvolution(shape, grid, _output, _samples);
        _phases = _planes is null && _pairs is null ? [.. grid.Phases.Select(p => new Phase(shape, p, grid, _output, _samples))] : [];
        if (LaneConvolution.Supports(shape))
        {
            _lanes = new LaneConvolution(shape);
        }
        else
        {
            _forward = new(Gemm.PackedLength(_taps, shape.Outputs));
            _bands = new Bands(_samples, shape.OutputHeight, shape.OutputWidth, MostTable);
            _forwardRows = OffsetTable.Of(_samples, _bands.Rows, _bands.Columns,
                (n, y, x) => n * _input.Length + ((nint)y * shape.Stride * _input.Width + (nint)x * shape.Stride) * shape.Channels);
        }
        // A run of few taps does not fill a tile, so that all taps are rows of one product.
        if (shape.Kernel * shape.Channels < ShortRun)
            _gradientRows = OffsetTable.Of(1, shape.Kernel, shape.Kernel * shape.Channels, (_, y, x) => y * _input.RowLength + x);
        _gradientSamples = (int)Math.Clamp(
            BytesOfGradient / sizeof(float) / (_input.Length + (long)shape.Positions * shape.Outputs), 1, MostSamplesOfProduct);
        long forward = (long)Math.Max(_samples, _gradientSamples) * _input.Length;
        long reverse = _planes?.ScratchLength ?? (long)_samples * _output.Length;
        ScratchLength = checked((int)Math.Max(forward, reverse) + Gemm.Panel);
        TableLength = _taps + (_forwardRows?.Length ?? 0) + (_gradientRows?.Length ?? 0) + (_pairs?.TableLength ?? 0)
            + TableOfPhase * (1 + grid.Phases.Length);
        foreach (Phase phase in _phases)
            TableLength += phase.TableLength;
    }

    public override int ScratchLength { get; }

    public override int TableLength { get; }

    public override int PartialLength => (_taps + 1) * _s.Outputs;

    public override int PackTasks => 1 + Math.Max(1, _phases.Length);

    public override void Pack(Rows weights, int task)
    {
        float* w = weights.Pointer;
        if (task == 0)
            PackForward(w);
        else if (_planes is not null)
            _planes.Pack(w);
        else if (_pairs is not null)
            _pairs.Pack(w);
        else
            _phases[task - 1].Pack(w);
    }

    public override void Forward(Rows x, Rows bias, Rows y, Rows scratch, in Activation activation)
    {
        Epilogue epilogue = activation.Epilogue;
        nint outputs = (nint)_s.Positions * _s.Outputs;
        TileCall call = new()
        {
            Step = 1,
            Length = _s.Kernel * _s.Channels,
            SegmentStep = _input.RowLength,
            Segments = _s.Kernel,
            Groups = 1,
        };
        for (int n = 0; n < x.Count; n += _samples)
        {
            int count = Math.Min(_samples, x.Count - n);
            float* a = _input.Of(x.Pointer + (nint)n * x.Width, count, scratch.Pointer);
            if (_lanes is not null)
            {
                for (int i = 0; i < count; i++)
                    _lanes.Forward(a + i * _input.Length, _input, bias.Count == 0 ? null : bias.Pointer, y.Pointer + (n + i) * outputs);
                epilogue.Offset(n * outputs)
                    .Apply(y.Pointer + n * outputs, RowOffsets.Every(_s.Outputs), 0, count * _s.Positions, _s.Outputs);
                continue;
            }
            for (int b = 0; b < _bands.Count; b++)
            {
                Band band = _bands[b];
                float* from = a + ((nint)band.Row * _input.Width + band.Column) * _s.Stride * _s.Channels;
                nint at = n * outputs + ((nint)band.Row * _s.OutputWidth + band.Column) * _s.Outputs;
                Gemm.Run(
                    &call, from, new RowOffsets(_forwardRows!.Pointer, 0), _forward!.Pointer, _taps, bias.Count == 0 ? null : bias.Pointer,
                    y.Pointer + at, RowOffsets.Every(_s.Outputs), count * band.Positions, _s.Outputs, epilogue.Offset(at));
            }
        }
    }

    public override void ReverseInput(Rows dy, Rows dx, Rows slope, Rows scratch, bool accumulate)
    {
        if (_planes is not null)
        {
            _planes.ReverseInput(dy, dx, scratch.Pointer, accumulate);
            if (slope.Count > 0)
                PointwiseKernels.Multiply(dx.Pointer, slope.Pointer, dx.Pointer, dx.Length, false);
            return;
        }
        Epilogue epilogue = slope.Count == 0 ? default : Epilogue.MultiplyBy(slope.Pointer);
        for (int n = 0; n < dy.Count; n += _samples)
        {
            int count = Math.Min(_samples, dy.Count - n);
            float* a = _output.Of(dy.Pointer + (nint)n * dy.Width, count, scratch.Pointer);
            nint at = (nint)n * dx.Width;
            _pairs?.Run(a, count, dx.Pointer + at, slope.Count == 0 ? null : slope.Pointer + at, accumulate);
            foreach (Phase phase in _phases)
                phase.Run(a, count, dx.Pointer + at, epilogue.Offset(at), accumulate);
        }
    }

    public override void WeightGradient(Rows x, Rows dy, Rows partial, Rows scratch, bool adds = false)
    {
        int outputs = _s.Outputs, run = _s.Kernel * _s.Channels;
        float* bias = partial.Pointer + _taps * outputs;
        if (!adds)
            partial.Span.Clear();
        TileCall call = new()
        {
            Step = (nint)_s.Stride * _s.Channels,
            Length = _s.OutputWidth,
            SegmentStep = _s.Stride * _input.RowLength,
            Segments = _s.OutputHeight,
            GroupStep = _input.Length,
            BStep = outputs,
            Accumulate = true,
        };
        for (int n = 0; n < x.Count; n += _gradientSamples)
        {
            call.Groups = Math.Min(_gradientSamples, x.Count - n);
            float* a = _input.Of(x.Pointer + (nint)n * x.Width, call.Groups, scratch.Pointer), d = dy.Pointer + (nint)n * dy.Width;
            if (_gradientRows is not null)
            {
                Gemm.Run(&call, a, new RowOffsets(_gradientRows.Pointer, 0), d, 1, null, partial.Pointer, RowOffsets.Every(outputs), _taps,
                    outputs, default);
                continue;
            }
            for (int ky = 0; ky < _s.Kernel; ky++)
            {
                Gemm.Run(&call, a + ky * _input.RowLength, RowOffsets.Every(1), d, 1, null,
                    partial.Pointer + (nint)ky * run * outputs, RowOffsets.Every(outputs), run, outputs, default);
            }
        }
        if (!adds)
            PointwiseKernels.AddRows(dy.Pointer, outputs, dy.Count * _s.Positions, outputs, bias);
    }

    public override void AddPartials(Rows partials, Rows weightGradient, Rows biasGradient)
    {
        float* total = partials.Pointer;
        int length = PartialLength, outputs = _s.Outputs;
        for (int s = 1; s < partials.Count; s++)
            PointwiseKernels.Scale(partials.Pointer + (nint)s * length, 1, total, length, true);
        for (int o = 0; o < outputs; o++)
        {
            float* w = weightGradient.Pointer + (nint)o * _taps;
            for (int t = 0; t < _taps; t++)
                w[_parameterOfTap[t]] += total[t * outputs + o];
        }
        if (biasGradient.Count == 0)
            return;
        for (int o = 0; o < outputs; o++)
            biasGradient.Pointer[o] += total[_taps * outputs + o];
    }

    protected override void Dispose(bool disposing)
    {
        _forward?.Dispose();
        _lanes?.Dispose();
        _planes?.Dispose();
        _pairs?.Dispose();
        foreach (Phase phase in _phases)
            phase.Dispose();
    }

    // Enough samples together to fill the tiles with their positions.
    private static int Samples(int positions)
    {
        int samples = 1;
        while (samples < MostSamplesOfProduct && samples * positions <= MostTable / 2
            && (samples * positions < RowsOfProduct || (samples * positions % 8 != 0 && samples < 8)))
            samples++;
        return samples;
    }

    private void PackForward(float* w)
    {
        if (_forward is null)
        {
            _lanes!.Pack(w);
            return;
        }
        for (int j = 0; j < _s.Outputs; j += Gemm.Panel)
        {
            float* panel = _forward.Pointer + (nint)j * _taps;
            int columns = Math.Min(Gemm.Panel, _s.Outputs - j), width = Gemm.PanelWidth(_s.Outputs - j);
            for (int t = 0; t < _taps; t++, panel += width)
            {
                float* tap = w + (nint)j * _taps + _parameterOfTap[t];
                for (int o = 0; o < columns; o++)
                    panel[o] = tap[o * _taps];
            }
        }
    }

    // The pixels with the same offset to the kernel: a convolution of stride 1 over the outputs' gradient with part of the kernel,
    // reversed.
    private sealed class Phase : IDisposable
    {
        private readonly ConvolutionShape _s;
        private readonly PhaseOfKernel _part;
        private readonly Bands _bands;
        private readonly OffsetTable _from;
        private readonly OffsetTable _to;
        private readonly DeviceBuffer _packed;
        private readonly nint _rowLength;
        private readonly nint _width;
        private readonly int _depth;

        public Phase(ConvolutionShape s, PhaseOfKernel part, PhaseGrid grid, PaddedImage output, int samples)
        {
            (_s, _part, _rowLength, _width) = (s, part, output.RowLength, output.Width);
            _bands = new Bands(samples, part.Rows, part.Columns, Math.Max(RowsOfProduct, MostTable / grid.Phases.Length));
            _depth = part.TapRows * part.TapColumns * s.Outputs;
            _packed = new(Gemm.PackedLength(_depth, s.Channels));
            nint sample = (nint)s.Height * s.Width * s.Channels;
            _from = OffsetTable.Of(samples, _bands.Rows, _bands.Columns, (n, y, x) => n * output.Length
                + ((nint)(grid.Before + part.FirstRow + y - part.TapRows + 1) * output.Width + grid.Before + part.FirstColumn + x
                    - part.TapColumns + 1) * s.Outputs);
            _to = OffsetTable.Of(samples, _bands.Rows, _bands.Columns,
                (n, y, x) => n * sample
                    + ((nint)part.PixelRow(part.FirstRow + y) * s.Width + part.PixelColumn(part.FirstColumn + x)) * s.Channels);
        }

        public int TableLength => _from.Length + _to.Length;

        public void Run(float* a, int samples, float* dx, Epilogue epilogue, bool accumulate)
        {
            TileCall call = new()
            {
                Step = 1,
                Length = _part.TapColumns * _s.Outputs,
                SegmentStep = _rowLength,
                Segments = _part.TapRows,
                Groups = 1,
                Accumulate = accumulate,
            };
            for (int b = 0; b < _bands.Count; b++)
            {
                Band band = _bands[b];
                nint at = (band.Row * (nint)_s.Width + band.Column) * _s.Stride * _s.Channels;
                Gemm.Run(&call, a + (band.Row * _width + band.Column) * _s.Outputs, new RowOffsets(_from.Pointer, 0), _packed.Pointer,
                    _depth, null,
                    dx + at, new RowOffsets(_to.Pointer, 0), samples * band.Positions, _s.Channels, epilogue.Offset(at));
            }
        }

        public void Pack(float* w)
        {
            int area = _s.Kernel * _s.Kernel;
            for (int j = 0; j < _s.Channels; j += Gemm.Panel)
            {
                float* panel = _packed.Pointer + (nint)j * _depth;
                int columns = Math.Min(Gemm.Panel, _s.Channels - j), width = Gemm.PanelWidth(_s.Channels - j);
                for (int y = _part.TapRows - 1; y >= 0; y--)
                {
                    for (int x = _part.TapColumns - 1; x >= 0; x--)
                    {
                        float* tap = w + (nint)j * area + _part.KernelRow(y) * _s.Kernel + _part.KernelColumn(x);
                        for (int o = 0; o < _s.Outputs; o++, panel += width, tap += _s.Channels * area)
                            for (int c = 0; c < columns; c++)
                                panel[c] = tap[c * area];
                    }
                }
            }
        }

        public void Dispose() => _packed.Dispose();
    }
}
