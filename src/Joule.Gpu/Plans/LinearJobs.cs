namespace Joule.Gpu.Plans;

/// <summary>The jobs of dense layers and convolutions, forward and back.</summary>
internal static class LinearJobs
{
    /// <summary>All numbers of a plane to a vector.</summary>
    /// <param name="source">The plane.</param>
    /// <param name="outputs">Numbers of the vector.</param>
    /// <param name="weight">The source of the weight of (output, number in the public order).</param>
    public static PlacedJob ToVector(Plane source, int outputs, Func<int, int, int> weight) =>
        new(new LinearJob(source, 1, 1, outputs, source.Height, source.Width * source.PixelFloats,
            (y, i, o) => source.Number(y * source.Width * source.PixelFloats + i) is int n and >= 0 ? weight(o, n) : WeightSource.Zero));

    /// <summary>A vector's gradient to all numbers of a plane: the reverse of <see cref="ToVector"/>.</summary>
    /// <param name="gradient">The vector's gradient.</param>
    /// <param name="target">The plane.</param>
    /// <param name="weight">The source of the weight of (output, number in the public order).</param>
    public static PlacedJob FromVector(Plane gradient, Plane target, Func<int, int, int> weight) =>
        new(new LinearJob(gradient, 1, 1, target.InnerFloats, 1, gradient.PixelFloats,
            (_, i, o) => i < gradient.Channels && target.Number(o) is int n and >= 0 ? weight(i, n) : WeightSource.Zero))
        {
            IsWhole = true,
        };

    /// <summary>A convolution.</summary>
    /// <param name="source">What it reads.</param>
    /// <param name="to">What it writes.</param>
    /// <param name="c">Its shape.</param>
    public static PlacedJob Convolve(Plane source, Plane to, in Convolution c)
    {
        Convolution conv = c;
        int pixel = source.PixelFloats;
        return new(new LinearJob(source, to.Height, to.Width, conv.Outputs, conv.Kernel, conv.Kernel * pixel,
            (y, i, o) => i % pixel < conv.Inputs ? conv.Weight(o, i % pixel, y, i / pixel) : WeightSource.Zero)
        {
            Step = conv.Stride,
            FirstRow = -conv.Padding,
            FirstColumn = -conv.Padding,
        });
    }

    /// <summary>A convolution's transpose: from its outputs to its inputs.</summary>
    /// <param name="from">What it reads, the convolution's outputs.</param>
    /// <param name="to">What it writes, the convolution's inputs.</param>
    /// <param name="c">The convolution.</param>
    public static IReadOnlyList<PlacedJob> Transpose(Plane from, Plane to, in Convolution c)
    {
        if (to.IsScalar)
            return [Tile(from, to, c)];
        List<PlacedJob> parts = [];
        for (int y = 0; y < Math.Min(c.Stride, to.Height); y++)
        {
            for (int x = 0; x < Math.Min(c.Stride, to.Width); x++)
                parts.Add(Phase(from, to, c, y, x));
        }
        return parts;
    }

    // Input pixel s·y + phase receives from outputs y + Last, y + Last − 1, … by the taps First, First + s, …
    private static (int First, int Count, int Last) Taps(int phase, in Convolution c)
    {
        int first = (phase + c.Padding) % c.Stride;
        return (first, Math.Max(0, (c.Kernel - first + c.Stride - 1) / c.Stride), (phase + c.Padding - first) / c.Stride);
    }

    private static PlacedJob Phase(Plane from, Plane to, Convolution c, int rowPhase, int columnPhase)
    {
        int s = c.Stride, pixel = from.PixelFloats;
        (int firstY, int countY, int lastY) = Taps(rowPhase, c);
        (int firstX, int countX, int lastX) = Taps(columnPhase, c);
        // Pixels between the kernels receive nothing: one tap of weight 0.
        bool isEmpty = countY == 0 || countX == 0;
        (countY, countX) = isEmpty ? (1, 1) : (countY, countX);
        LinearJob job = new(
            from, (to.Height - rowPhase + s - 1) / s, (to.Width - columnPhase + s - 1) / s, c.Inputs, countY, countX * pixel,
            (y, i, o) => !isEmpty && i % pixel < c.Outputs
                ? c.Weight(i % pixel, o, firstY + s * (countY - 1 - y), firstX + s * (countX - 1 - i / pixel)) : WeightSource.Zero)
        {
            FirstRow = lastY - countY + 1,
            FirstColumn = lastX - countX + 1,
        };
        return new PlacedJob(job) { RowPhase = rowPhase, ColumnPhase = columnPhase, Step = s };
    }

    // All s × s pixels of a plane of one channel that belong to a position, from all outputs that any of them needs.
    private static PlacedJob Tile(Plane from, Plane to, Convolution c)
    {
        int s = c.Stride, k = c.Kernel, p = c.Padding, pixel = from.PixelFloats;
        int first = Enumerable.Range(0, s).Min(phase => Taps(phase, c) is var t ? t.Last - t.Count + 1 : 0);
        int count = Math.Max(1, Enumerable.Range(0, s).Max(phase => Taps(phase, c).Last) - first + 1);
        LinearJob job = new(from, (to.Height + s - 1) / s, (to.Width + s - 1) / s, s * s, count, count * pixel,
            (y, i, o) =>
            {
                int tapY = o / s + p - s * (first + y), tapX = o % s + p - s * (first + i / pixel);
                bool isInside = i % pixel < c.Outputs && tapY >= 0 && tapY < k && tapX >= 0 && tapX < k;
                return isInside ? c.Weight(i % pixel, 0, tapY, tapX) : WeightSource.Zero;
            })
        {
            FirstRow = first,
            FirstColumn = first,
        };
        return new PlacedJob(job) { Step = s, IsTile = true };
    }
}

/// <summary>The shape of a convolution with its weights [outputs, inputs, kernel, kernel].</summary>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Pixels between outputs.</param>
/// <param name="Padding">Zeros on every side.</param>
/// <param name="WeightsAt">The index of the first weight among the network's parameters.</param>
internal readonly record struct Convolution(int Inputs, int Outputs, int Kernel, int Stride, int Padding, int WeightsAt)
{
    /// <summary>The source of a weight.</summary>
    public int Weight(int output, int input, int y, int x) => WeightsAt + ((output * Inputs + input) * Kernel + y) * Kernel + x;
}
