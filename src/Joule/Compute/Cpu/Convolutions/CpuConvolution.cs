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
    private const int OutputsOfSum = 16;

    private readonly ConvolutionShape _s;
    private readonly int _taps;
    private readonly int _samples;
    private readonly int _gradientSamples;
    private readonly PaddedImage _input;
    private readonly PaddedImage _output;
    private readonly int _border;
    private readonly ConvolutionPart[] _parts;
    private readonly TapSpan[] _gradientRowSpans;
    private readonly TapSpan[] _gradientColumnSpans;
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
        TapSpan[] rows = TapSpan.OfOutputs(shape.OutputHeight, shape.Height, shape.Kernel, shape.Stride, shape.Padding),
            columns = TapSpan.OfOutputs(shape.OutputWidth, shape.Width, shape.Kernel, shape.Stride, shape.Padding);
        // Without a border, products leave out the taps that would meet it.
        bool isShort = shape.Kernel * shape.Channels < ShortRun,
            skips = shape.Channels > FewChannels && !isShort && rows.Length <= TapSpan.Most && columns.Length <= TapSpan.Most;
        _border = skips ? 0 : shape.Padding;
        _samples = Samples(shape, skips);
        _input = new PaddedImage(shape.Height, shape.Width, shape.Channels, _border, _border, _border);
        _parameterOfTap = new int[_taps];
        for (int t = 0; t < _taps; t++)
            _parameterOfTap[t] = t % shape.Channels * shape.Kernel * shape.Kernel + t / shape.Channels;
        PhaseGrid grid = new(shape);
        bool isPaired = shape.Channels > FewChannels && PairConvolution.Supports(shape),
            hasBorder = isPaired || grid.Phases.Any(p => p.RowSpans.Length > TapSpan.Most || p.ColumnSpans.Length > TapSpan.Most);
        _output = hasBorder
            ? new PaddedImage(shape.OutputHeight, shape.OutputWidth, shape.Outputs, grid.Before, grid.AfterRows, grid.AfterColumns)
            : new PaddedImage(shape.OutputHeight, shape.OutputWidth, shape.Outputs, 0, 0, 0);
        if (shape.Channels <= FewChannels)
            _planes = new PlaneConvolution(shape, grid);
        else if (isPaired)
            _pairs = new PairConvolution(shape, grid, _output, _samples);
        _phases = _planes is null && _pairs is null
            ? [.. grid.Phases.Select(p => new Phase(shape, p, grid, _output, hasBorder ? grid.Before : null, _samples))]
            : [];
        if (LaneConvolution.Supports(shape))
        {
            _lanes = new LaneConvolution(shape);
            _parts = [];
        }
        else
        {
            _forward = new(Gemm.PackedLength(_taps, shape.Outputs));
            _parts = [.. (skips ? rows : TapSpan.Whole(shape.OutputHeight, shape.Kernel))
                .SelectMany(r => (skips ? columns : TapSpan.Whole(shape.OutputWidth, shape.Kernel)).Select(c => Part(r, c)))];
        }
        _gradientRowSpans = skips ? TapSpan.OfTaps(shape.OutputHeight, shape.Height, shape.Kernel, shape.Stride, shape.Padding)
            : TapSpan.Whole(shape.Kernel, shape.OutputHeight);
        _gradientColumnSpans = skips ? TapSpan.OfTaps(shape.OutputWidth, shape.Width, shape.Kernel, shape.Stride, shape.Padding)
            : TapSpan.Whole(shape.Kernel, shape.OutputWidth);
        // A run of few taps does not fill a tile, so that all taps are rows of one product.
        if (isShort)
            _gradientRows = OffsetTable.Of(1, shape.Kernel, shape.Kernel * shape.Channels, (_, y, x) => y * _input.RowLength + x);
        _gradientSamples = (int)Math.Clamp(
            BytesOfGradient / sizeof(float) / (_input.Length + (long)shape.Positions * shape.Outputs), 1, MostSamplesOfProduct);
        long forward = _input.HasBorder ? (long)Math.Max(_samples, _gradientSamples) * _input.Length : 0;
        long reverse = _planes?.ScratchLength ?? (_output.HasBorder ? (long)_samples * _output.Length : 0);
        ScratchLength = checked((int)Math.Max(forward, reverse) + Gemm.Panel);
        TableLength = _taps + (_gradientRows?.Length ?? 0) + (_pairs?.TableLength ?? 0) + TableOfPhase * (1 + grid.Phases.Length)
            + _parts.Sum(p => p.TableLength) + _phases.Sum(p => p.TableLength);
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
        for (int n = 0; n < x.Count; n += _samples)
        {
            int count = Math.Min(_samples, x.Count - n);
            float* a = _input.Of(x.Pointer + (nint)n * x.Width, count, scratch.Pointer);
            for (int i = 0; i < count && _lanes is not null; i++)
                _lanes.Forward(a + i * _input.Length, _input, bias.Count == 0 ? null : bias.Pointer, y.Pointer + (n + i) * outputs);
            foreach (ConvolutionPart part in _parts)
            {
                part.Run(
                    a, count, _forward!.Pointer, _taps, bias.Count == 0 ? null : bias.Pointer, y.Pointer + n * outputs, _s.Outputs, default,
                    false);
            }
            epilogue.Offset(n * outputs)
                .Apply(y.Pointer + n * outputs, RowOffsets.Every(_s.Outputs), 0, count * _s.Positions, _s.Outputs);
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
            foreach (TapSpan rows in _gradientRowSpans)
                foreach (TapSpan columns in _gradientColumnSpans)
                    WeightGradient(rows, columns, call, a, d, partial.Pointer);
        }
        if (!adds)
            PointwiseKernels.AddRows(dy.Pointer, outputs, dy.Count * _s.Positions, outputs, bias);
    }

    // The gradient of taps that meet the image at the same outputs.
    private void WeightGradient(TapSpan rows, TapSpan columns, TileCall call, float* a, float* dy, float* partial)
    {
        if (rows.Taps == 0 || columns.Taps == 0)
            return;
        (call.Segments, call.Length) = (rows.Taps, columns.Taps);
        call.SegmentSkip = _s.OutputWidth - columns.Taps;
        call.GroupSkip = (_s.OutputHeight - rows.Taps) * _s.OutputWidth;
        dy += (rows.FirstTap * _s.OutputWidth + columns.FirstTap) * _s.Outputs;
        for (int level = 0; level < 2 && call.Length == 1; level++)
            call = Joined(call);
        int shift = _s.Padding - _border, column = columns.FirstTap * _s.Stride - shift + columns.First;
        for (int ky = rows.First; ky < rows.First + rows.Count; ky++)
        {
            float* from = a + (rows.FirstTap * _s.Stride - shift + ky) * _input.RowLength + column * _s.Channels;
            float* to = partial + ((nint)ky * _s.Kernel + columns.First) * _s.Channels * _s.Outputs;
            Gemm.Run(&call, from, RowOffsets.Every(1), dy, 1, null, to, RowOffsets.Every(_s.Outputs), columns.Count * _s.Channels,
                _s.Outputs, default);
        }
    }

    // Segments of one step each are one segment of longer steps.
    private TileCall Joined(TileCall call)
    {
        call.Step = call.SegmentStep;
        call.BStep *= 1 + call.SegmentSkip;
        (call.Length, call.SegmentStep, call.Segments, call.SegmentSkip) =
            (call.Segments, call.GroupStep, call.Groups, call.GroupSkip / _s.OutputWidth);
        (call.Groups, call.GroupStep, call.GroupSkip) = (1, 0, 0);
        return call;
    }

    public override void AddPartials(Rows partials, Rows weightGradient, Rows biasGradient)
    {
        float* total = partials.Pointer;
        int length = PartialLength, outputs = _s.Outputs;
        for (int s = 1; s < partials.Count; s++)
            PointwiseKernels.Scale(partials.Pointer + (nint)s * length, 1, total, length, true);
        // A few outputs at a time: their weights stay in the first-level cache, and the sums are read in order.
        for (int first = 0; first < outputs; first += OutputsOfSum)
        {
            int count = Math.Min(OutputsOfSum, outputs - first);
            float* w = weightGradient.Pointer + (nint)first * _taps, sum = total + first;
            for (int t = 0; t < _taps; t++, sum += outputs)
            {
                float* target = w + _parameterOfTap[t];
                for (int o = 0; o < count; o++)
                    target[o * _taps] += sum[o];
            }
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
    private static int Samples(ConvolutionShape s, bool skips)
    {
        int samples = 1, positions = s.Positions;
        // Some parts have few positions.
        while (skips && samples < MostSamplesOfProduct && (samples + 1L) * positions * s.Stride * s.Stride <= MostTable)
            samples++;
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

    // The positions of one pair of spans, forward.
    private ConvolutionPart Part(TapSpan rows, TapSpan columns)
    {
        int shift = _s.Padding - _border, channels = _s.Channels, outputs = _s.Outputs;
        nint first = (rows.First * _s.Stride - shift + rows.FirstTap) * _input.RowLength
            + (nint)(columns.First * _s.Stride - shift + columns.FirstTap) * channels;
        Lattice from = new(first, _input.Length, _s.Stride * _input.RowLength, (nint)_s.Stride * channels);
        Lattice to = new(((nint)rows.First * _s.OutputWidth + columns.First) * outputs, (nint)_s.Positions * outputs,
            (nint)_s.OutputWidth * outputs, outputs);
        TileCall call = new()
        {
            Step = 1,
            Length = columns.Taps * channels,
            SegmentStep = _input.RowLength,
            Segments = rows.Taps,
            Groups = 1,
            Skip = (rows.FirstTap * _s.Kernel + columns.FirstTap) * channels,
            SegmentSkip = (_s.Kernel - columns.Taps) * channels,
        };
        return new ConvolutionPart(_samples, MostTable, rows, columns, from, to, call);
    }

    // The pixels with the same offset to the kernel: a convolution of stride 1 over the outputs' gradient with part of the kernel,
    // reversed.
    private sealed class Phase : IDisposable
    {
        private readonly ConvolutionShape _s;
        private readonly PhaseOfKernel _part;
        private readonly ConvolutionPart[] _parts;
        private readonly DeviceBuffer _packed;
        private readonly PaddedImage _output;
        private readonly int _depth;

        // Before: outputs before the first one in each row and column, for a gradient with a border; null without one.
        public Phase(ConvolutionShape s, PhaseOfKernel part, PhaseGrid grid, PaddedImage output, int? before, int samples)
        {
            (_s, _part, _output) = (s, part, output);
            _depth = part.TapRows * part.TapColumns * s.Outputs;
            _packed = new(Gemm.PackedLength(_depth, s.Channels));
            TapSpan[] rows = before is null ? part.RowSpans : TapSpan.Whole(part.Rows, part.TapRows),
                columns = before is null ? part.ColumnSpans : TapSpan.Whole(part.Columns, part.TapColumns);
            int most = Math.Max(RowsOfProduct, MostTable / grid.Phases.Length);
            _parts = [.. rows.SelectMany(r => columns.Select(c => Part(r, c, before ?? 0, samples, most)))];
        }

        public int TableLength => _parts.Sum(p => p.TableLength);

        public void Run(float* a, int samples, float* dx, Epilogue epilogue, bool accumulate)
        {
            foreach (ConvolutionPart part in _parts)
                part.Run(a, samples, _packed.Pointer, _depth, null, dx, _s.Channels, epilogue, accumulate);
        }

        private ConvolutionPart Part(TapSpan rows, TapSpan columns, int before, int samples, int most)
        {
            // Pixels that no output reaches have no taps.
            bool isReached = rows.Taps > 0 && columns.Taps > 0;
            int row = before + _part.FirstRow + rows.First - _part.TapRows + 1 + rows.FirstTap,
                column = before + _part.FirstColumn + columns.First - _part.TapColumns + 1 + columns.FirstTap;
            nint line = _output.RowLength, stride = _s.Stride;
            Lattice from = new(isReached ? row * line + (nint)column * _s.Outputs : 0, _output.Length, line, _s.Outputs);
            Lattice to = new(
                ((nint)_part.PixelRow(_part.FirstRow + rows.First) * _s.Width + _part.PixelColumn(_part.FirstColumn + columns.First))
                    * _s.Channels,
                (nint)_s.Height * _s.Width * _s.Channels, stride * _s.Width * _s.Channels, stride * _s.Channels);
            TileCall call = new()
            {
                Step = 1,
                Length = isReached ? columns.Taps * _s.Outputs : 0,
                SegmentStep = line,
                Segments = isReached ? rows.Taps : 0,
                Groups = 1,
                Skip = isReached ? (rows.FirstTap * _part.TapColumns + columns.FirstTap) * _s.Outputs : 0,
                SegmentSkip = (_part.TapColumns - columns.Taps) * _s.Outputs,
            };
            return new ConvolutionPart(samples, most, rows, columns, from, to, call);
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
