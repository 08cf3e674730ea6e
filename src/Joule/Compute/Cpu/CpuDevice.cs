namespace Joule.Compute;

/// <summary>The processor: a worker pool, and kernels that use the widest vectors it has.</summary>
internal sealed unsafe class CpuDevice : Device
{
    private readonly WorkerPool _pool;

    public CpuDevice(int threads)
    {
        KernelWarmUp.Begin();
        _pool = new WorkerPool(threads);
    }

    public override string Description => $"CPU, {Lanes} thread{(Lanes == 1 ? "" : "s")}, {Gemm.Bits}-bit vectors";

    public override int Lanes => _pool.Lanes;

    public override DeviceBuffer Allocate(long length) => new(length);

    public override void Upload(ReadOnlySpan<float> from, Rows to) => from.CopyTo(to.Span);

    public override void Download(Rows from, Span<float> to) => from.Span.CopyTo(to);

    public override void Copy(Rows from, Rows to) => from.Span.CopyTo(to.Span);

    public override void Clear(Rows rows) => rows.Span.Clear();

    public override void Run(IBlockWork work, int blocks) => _pool.Run(work, blocks);

    public override DenseKernel CreateDense(int inputs, int outputs) => new CpuDense(inputs, outputs);

    public override ConvolutionKernel CreateConvolution(ConvolutionShape shape) => new CpuConvolution(shape);

    public override void AveragePool(Rows x, Rows y, int height, int width, int channels, int size)
    {
        int oh = height / size, ow = width / size;
        float scale = 1f / (size * size);
        y.Span.Clear();
        for (int n = 0; n < x.Count; n++)
        {
            float* xn = x.Pointer + (nint)n * x.Width, yn = y.Pointer + (nint)n * y.Width;
            for (int iy = 0; iy < oh * size; iy++)
                for (int ix = 0; ix < ow * size; ix++)
                {
                    float* s = xn + (iy * width + ix) * channels, t = yn + (iy / size * ow + ix / size) * channels;
                    PointwiseKernels.Scale(s, scale, t, channels, true);
                }
        }
    }

    public override void AveragePoolReverse(Rows dy, Rows dx, int height, int width, int channels, int size, bool accumulate)
    {
        int oh = height / size, ow = width / size;
        float scale = 1f / (size * size);
        if (!accumulate)
            dx.Span.Clear();
        for (int n = 0; n < dx.Count; n++)
        {
            float* xn = dx.Pointer + (nint)n * dx.Width, yn = dy.Pointer + (nint)n * dy.Width;
            for (int iy = 0; iy < oh * size; iy++)
                for (int ix = 0; ix < ow * size; ix++)
                {
                    float* t = xn + (iy * width + ix) * channels, s = yn + (iy / size * ow + ix / size) * channels;
                    PointwiseKernels.Scale(s, scale, t, channels, true);
                }
        }
    }

    public override void Transpose(Rows x, Rows y, int a, int b, bool accumulate)
    {
        for (int n = 0; n < x.Count; n++)
        {
            float* xn = x.Pointer + (nint)n * x.Width, yn = y.Pointer + (nint)n * y.Width;
            if (!accumulate)
            {
                TransposeKernels.Transpose(xn, b, yn, a, a, b);
                continue;
            }
            for (int i = 0; i < a; i++)
                for (int j = 0; j < b; j++)
                    yn[j * a + i] += xn[i * b + j];
        }
    }

    public override void Pointwise(PointwiseFunction function, float parameter, Rows x, Rows y, Rows slope) =>
        PointwiseKernels.Apply(function, parameter, x.Pointer, y.Pointer, slope.Count == 0 ? null : slope.Pointer, x.Length);

    public override void Multiply(Rows a, Rows b, Rows y, bool accumulate) => PointwiseKernels.Multiply(a.Pointer, b.Pointer, y.Pointer, a.Length, accumulate);

    public override void Scale(Rows x, float scale, Rows y, bool accumulate) => PointwiseKernels.Scale(x.Pointer, scale, y.Pointer, x.Length, accumulate);

    public override void SumRows(Rows x, Rows y)
    {
        for (int n = 0; n < x.Count; n++)
        {
            double sum = 0;
            foreach (float value in x[n])
                sum += value;
            y.Pointer[n] = (float)sum;
        }
    }

    public override void Spread(Rows x, Rows y, bool accumulate)
    {
        for (int n = 0; n < y.Count; n++)
        {
            float value = x.Pointer[n];
            Span<float> row = y[n];
            for (int i = 0; i < row.Length; i++)
                row[i] = accumulate ? row[i] + value : value;
        }
    }

    public override void Clamp(Rows x, float low, float high) => LangevinKernels.Clamp(x.Pointer, x.Length, low, high);

    public override void LangevinUpdate(Rows x, Rows gradient, in LangevinCoefficients coefficients, in RandomStream noise, uint firstChain, Span<float> squaredNorms) =>
        LangevinKernels.Update(x.Pointer, gradient.Pointer, x.Count, x.Width, coefficients, noise, firstChain, squaredNorms);

    public override void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain) =>
        LangevinKernels.AddNoise(x.Pointer, x.Count, x.Width, noiseScale, low, high, noise, firstChain);

    public override void SumSlots(Rows slots, Rows total, bool accumulate)
    {
        for (int s = 0; s < slots.Count; s++)
            PointwiseKernels.Scale(slots.Pointer + (nint)s * slots.Width, 1, total.Pointer, slots.Width, accumulate || s > 0);
    }

    public override void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c) =>
        OptimizerKernels.Adam(parameters.Pointer, gradient.Pointer, mean.Pointer, square.Pointer, parameters.Length, c);

    public override void Momentum(Rows parameters, Rows gradient, Rows velocity, float learningRate, float momentum, float gradientScale, float decay) =>
        OptimizerKernels.Momentum(parameters.Pointer, gradient.Pointer, velocity.Pointer, parameters.Length, learningRate, momentum, gradientScale, decay);

    public override void RmsProp(Rows parameters, Rows gradient, Rows square, float learningRate, float smoothing, float epsilon, float gradientScale, float decay) =>
        OptimizerKernels.RmsProp(parameters.Pointer, gradient.Pointer, square.Pointer, parameters.Length, learningRate, smoothing, epsilon, gradientScale, decay);

    public override void MovingAverage(Rows average, Rows x, float decay) => OptimizerKernels.MovingAverage(average.Pointer, x.Pointer, x.Length, decay);

    public override double SquaredNorm(Rows x) => OptimizerKernels.SquaredNorm(x.Pointer, x.Length);

    public override double SquaredDistance(Rows a, Rows b) => StateKernels.SquaredDistance(a.Pointer, b.Pointer, Math.Min(a.Length, b.Length));

    public override (int Low, int High) CountAtWalls(Rows x, float low, float high) => StateKernels.CountAtWalls(x.Pointer, x.Length, low, high);

    public override void DoubleWell(Rows x, float height, float b, Span<float> energies, Rows gradient) =>
        DoubleWellKernels.Rows(x.Pointer, gradient.Pointer, x.Count, x.Width, height, b, energies);

    public override void DoubleWell(Rows x, float height, float b, Span<float> energies) =>
        DoubleWellKernels.Rows(x.Pointer, null, x.Count, x.Width, height, b, energies);

    public override void LeapfrogStart(Rows x, Rows gradient, Rows momentum, Rows proposal, in LeapfrogCoefficients coefficients,
        in RandomStream noise, uint firstChain, Span<double> kinetic, Span<float> squaredNorms)
    {
        // Noise on nothing, for all chains together: the same draws as row by row, made faster where rows are short.
        momentum.Span.Clear();
        AddNoise(momentum, 1, float.NegativeInfinity, float.PositiveInfinity, noise, firstChain);
        bool walls = coefficients.HasWalls;
        for (int n = 0; n < x.Count; n++)
        {
            nint row = (nint)n * x.Width;
            float* from = x.Pointer + row, g = gradient.Pointer + row, p = momentum.Pointer + row, q = proposal.Pointer + row;
            squaredNorms[n] = walls
                ? LeapfrogKernels.Start<LeapfrogKernels.BoxWalls>(from, g, p, q, x.Width, coefficients, out kinetic[n])
                : LeapfrogKernels.Start<LeapfrogKernels.NoWalls>(from, g, p, q, x.Width, coefficients, out kinetic[n]);
        }
    }

    public override void LeapfrogStep(Rows x, Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients)
    {
        if (coefficients.HasWalls)
            LeapfrogKernels.Step<LeapfrogKernels.BoxWalls>(x.Pointer, momentum.Pointer, gradient.Pointer, x.Length, coefficients);
        else
            LeapfrogKernels.Step<LeapfrogKernels.NoWalls>(x.Pointer, momentum.Pointer, gradient.Pointer, x.Length, coefficients);
    }

    public override void LeapfrogEnd(Rows momentum, Rows gradient, in LeapfrogCoefficients coefficients, Span<double> kinetic, Span<float> squaredNorms)
    {
        for (int n = 0; n < momentum.Count; n++)
        {
            nint row = (nint)n * momentum.Width;
            squaredNorms[n] = LeapfrogKernels.End(momentum.Pointer + row, gradient.Pointer + row, momentum.Width, coefficients, out kinetic[n]);
        }
    }

    protected override void Dispose(bool disposing) => _pool.Dispose();
}
