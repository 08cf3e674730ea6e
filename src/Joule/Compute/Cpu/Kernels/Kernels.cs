namespace Joule.Compute;

/// <summary>
/// The kernels of programs on a processor, with the widest vectors that it has. They work on rows of float32 on the calling thread and hold
/// no state. Results are written to device memory.
/// </summary>
public static unsafe partial class Kernels
{
    /// <summary>A dense linear map y = x·Wᵀ + b with weights [outputs, inputs].</summary>
    public static DenseKernel Dense(int inputs, int outputs) => new CpuDense(inputs, outputs);

    /// <summary>
    /// A convolution over rows laid out [height, width, channels] with weights [outputs, channels, kernel height, kernel width].
    /// </summary>
    public static ConvolutionKernel Convolution(ConvolutionShape shape) => new CpuConvolution(shape);

    /// <summary>Non-overlapping average pooling over rows laid out [height, width, channels].</summary>
    public static void AveragePool(Rows x, Rows y, int height, int width, int channels, int size)
    {
        int oh = height / size, ow = width / size;
        float scale = 1f / (size * size);
        y.Span.Clear();
        for (int n = 0; n < x.Count; n++)
        {
            float* xn = x.Pointer + (nint)n * x.Width, yn = y.Pointer + (nint)n * y.Width;
            for (int iy = 0; iy < oh * size; iy++)
            {
                for (int ix = 0; ix < ow * size; ix++)
                {
                    float* s = xn + (iy * width + ix) * channels, t = yn + (iy / size * ow + ix / size) * channels;
                    PointwiseKernels.Scale(s, scale, t, channels, true);
                }
            }
        }
    }

    /// <summary>The reverse of <see cref="AveragePool"/>: dx (+)= the gradient dy spread evenly.</summary>
    public static void AveragePoolReverse(Rows dy, Rows dx, int height, int width, int channels, int size, bool accumulate)
    {
        int oh = height / size, ow = width / size;
        float scale = 1f / (size * size);
        if (!accumulate)
            dx.Span.Clear();
        for (int n = 0; n < dx.Count; n++)
        {
            float* xn = dx.Pointer + (nint)n * dx.Width, yn = dy.Pointer + (nint)n * dy.Width;
            for (int iy = 0; iy < oh * size; iy++)
            {
                for (int ix = 0; ix < ow * size; ix++)
                {
                    float* t = xn + (iy * width + ix) * channels, s = yn + (iy / size * ow + ix / size) * channels;
                    PointwiseKernels.Scale(s, scale, t, channels, true);
                }
            }
        }
    }

    /// <summary>[a, b] → [b, a] in every row: between channels-first and channels-last.</summary>
    public static void Transpose(Rows x, Rows y, int a, int b, bool accumulate)
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
            {
                for (int j = 0; j < b; j++)
                    yn[j * a + i] += xn[i * b + j];
            }
        }
    }

    /// <summary>y = f(x) and, if <paramref name="slope"/> has rows, slope = f′(x), elementwise; y may be x.</summary>
    public static void Pointwise(PointwiseFunction function, float parameter, Rows x, Rows y, Rows slope) =>
        PointwiseKernels.Apply(function, parameter, x.Pointer, y.Pointer, slope.Count == 0 ? null : slope.Pointer, x.Length);

    /// <summary>y (+)= a ⊙ b, elementwise.</summary>
    public static void Multiply(Rows a, Rows b, Rows y, bool accumulate) =>
        PointwiseKernels.Multiply(a.Pointer, b.Pointer, y.Pointer, a.Length, accumulate);

    /// <summary>y (+)= scale · x.</summary>
    public static void Scale(Rows x, float scale, Rows y, bool accumulate) =>
        PointwiseKernels.Scale(x.Pointer, scale, y.Pointer, x.Length, accumulate);

    /// <summary>y[i] = Σⱼ x[i, j].</summary>
    public static void SumRows(Rows x, Rows y)
    {
        for (int n = 0; n < x.Count; n++)
        {
            double sum = 0;
            foreach (float value in x[n])
                sum += value;
            y.Pointer[n] = (float)sum;
        }
    }

    /// <summary>y[i, j] (+)= x[i].</summary>
    public static void Spread(Rows x, Rows y, bool accumulate)
    {
        for (int n = 0; n < y.Count; n++)
        {
            float value = x.Pointer[n];
            Span<float> row = y[n];
            for (int i = 0; i < row.Length; i++)
                row[i] = accumulate ? row[i] + value : value;
        }
    }

    /// <summary>total[j] = Σₛ slots[s, j] (+ total[j]), s ascending.</summary>
    public static void SumSlots(Rows slots, Rows total, bool accumulate)
    {
        for (int s = 0; s < slots.Count; s++)
            PointwiseKernels.Scale(slots.Pointer + (nint)s * slots.Width, 1, total.Pointer, slots.Width, accumulate || s > 0);
    }
}
