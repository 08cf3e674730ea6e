using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Devices;

/// <summary>The operations on rows of a GPU: each one kernel, compiled at its first use.</summary>
/// <param name="device">The device, for copies.</param>
/// <param name="engine">The GPU.</param>
internal sealed class RowKernels(Device device, IGpuEngine engine) : IRowOperations, IDisposable
{
    private const int MostThreads = 256;

    private readonly Dictionary<Func<int, KernelText>, IGpuKernel> _kernels = [];
    private readonly GpuScratch _which = new(engine, "indices of rows"), _written = new(engine, "rows of the host");
    private readonly GpuScratch _low = new(engine, "walls"), _high = new(engine, "walls");
    private readonly GpuScratch _deviations = new(engine, "deviations of noise");

    // A power of two, for sums in halves.
    private readonly int _threads = 1 << (int)Math.Log2(Math.Clamp(engine.Info.ThreadsOfBlock, 1, MostThreads));

    /// <inheritdoc/>
    public Device Device => device;

    /// <inheritdoc/>
    public void Gather(Rows from, ReadOnlySpan<int> which, Rows to)
    {
        Check(which, from, to);
        Launch(RowMoveKernels.Gather, which.Length, At(from), Indices(which), At(to), (uint)to.Width);
    }

    /// <inheritdoc/>
    public void Scatter(Rows from, Rows to, ReadOnlySpan<int> which)
    {
        Check(which, to, from);
        Launch(RowMoveKernels.Scatter, which.Length, At(from), Indices(which), At(to), (uint)to.Width);
    }

    /// <inheritdoc/>
    public void Fill(Rows to, ReadOnlySpan<int> which, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (which.IsEmpty)
            return;
        Check(which, to, to.Slice(0, which.Length));
        // One copy: the indices, then the rows.
        float[] words = new float[which.Length * (1 + to.Width)];
        MemoryMarshal.Cast<int, float>(which).CopyTo(words);
        for (int i = 0; i < which.Length; i++)
            write(i, words.AsSpan(which.Length + i * to.Width, to.Width));
        _written.Take(to.Count * (1 + to.Width)); // enough for any number of these rows
        KernelArgument indices = _written.Fill(words), rows = KernelArgument.Address(indices.Bits + (ulong)which.Length * sizeof(float));
        Launch(RowMoveKernels.Scatter, which.Length, rows, indices, At(to), (uint)to.Width);
    }

    /// <inheritdoc/>
    public void AddNoise(Rows x, float noiseScale, float low, float high, in RandomStream noise, uint firstChain) =>
        Launch(RowNoiseKernels.AddNoise, x.Count, At(x), (uint)x.Width, noiseScale, low, high, noise.Key0, noise.Key1,
            noise.Counter2, noise.Counter3, firstChain);

    /// <inheritdoc/>
    public void Blur(Rows x, ReadOnlySpan<float> deviations, in RandomStream noise, ReadOnlySpan<float> low, ReadOnlySpan<float> high,
        Rows noisy, Rows added)
    {
        bool fits = (noisy.Count, noisy.Width, added.Count, added.Width) == (x.Count, x.Width, x.Count, x.Width);
        if (!fits || deviations.Length != x.Count || low.Length != high.Length || (low.Length != 0 && low.Length != x.Width))
        {
            throw new ArgumentException($"{x.Count} rows of {x.Width} numbers have as many noisy rows, noises and deviations, and walls "
                + $"for every column or none; there are {noisy.Count} rows of {noisy.Width}, {added.Count} of {added.Width}, "
                + $"{deviations.Length} deviations, and {low.Length} and {high.Length} walls.");
        }
        ReadOnlySpan<KernelArgument> rows = [At(x), _deviations.Fill(deviations), At(noisy), At(added)];
        ReadOnlySpan<KernelArgument> draws = [(uint)x.Width, noise.Key0, noise.Key1, noise.Counter2, noise.Counter3, 0];
        if (low.IsEmpty)
            Launch(RowNoiseKernels.Blur, x.Count, [.. rows, .. draws]);
        else
            Launch(RowNoiseKernels.BlurInWalls, x.Count, [.. rows, _low.Fill(low), _high.Fill(high), .. draws]);
    }

    /// <inheritdoc/>
    public void CompareWithTargets(Rows gradients, Rows targets, Rows scales, Rows losses)
    {
        int count = targets.Count, width = targets.Width;
        bool fits = (gradients.Count, gradients.Width, scales.Count, losses.Count) == (count, width, count, count);
        if (!fits || scales.Width != 2 || losses.Width != 2)
        {
            throw new ArgumentException($"{count} targets of {width} numbers have as many gradients, scales and losses; there are "
                + $"{gradients.Count} of {gradients.Width}, {scales.Count} of {scales.Width} and {losses.Count} of {losses.Width} words.");
        }
        Launch(RowSumKernels.CompareWithTargets, count, At(gradients), At(targets), At(scales), At(losses), (uint)width,
            (double)width * count, 2.0 * width);
    }

    /// <inheritdoc/>
    public void Clamp(Rows x, ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        if (low.Length != x.Width || high.Length != x.Width)
            throw new ArgumentException($"{x.Width} columns have as many walls; there are {low.Length} and {high.Length}.");
        Launch(RowMoveKernels.Clamp, x.Count, At(x), (uint)x.Width, _low.Fill(low), _high.Fill(high));
    }

    /// <inheritdoc/>
    public void SquaredDistances(Rows left, Rows right, int apart, Rows distances)
    {
        long rows = (distances.Count - 1L) * apart + 1;
        if (distances.Width != 2 || left.Width != right.Width || (distances.Count > 0 && rows > Math.Min(left.Count, right.Count)))
        {
            throw new ArgumentException($"{distances.Count} pairs that are {apart} rows apart do not lie in {left.Count} rows of "
                + $"{left.Width} and {right.Count} of {right.Width}, or their results in rows of {distances.Width} words.");
        }
        Launch(RowSumKernels.SquaredDistances, distances.Count, At(left), At(right), (uint)(apart * left.Width), (uint)left.Width,
            At(distances));
    }

    /// <inheritdoc/>
    public void CountAtWalls(Rows x, float low, float high, Rows counts)
    {
        if ((counts.Count, counts.Width) != (x.Count, 4))
            throw new ArgumentException($"{x.Count} rows have as many counts of 4 words; there are {counts.Count} of {counts.Width}.");
        Launch(RowSumKernels.CountAtWalls, x.Count, At(x), (uint)x.Width, low, high, At(counts));
    }

    /// <inheritdoc/>
    public void SquaredNorms(Rows x, int chunk, Rows sums) =>
        Launch(RowSumKernels.SquaredNorms, (x.Length + chunk - 1) / chunk, At(x), (uint)x.Length, (uint)chunk, At(sums));

    /// <inheritdoc/>
    public void Adam(Rows parameters, Rows gradient, Rows mean, Rows square, in AdamCoefficients c) =>
        Each(ParameterKernels.Adam, parameters, At(parameters), At(gradient), At(mean), At(square), (uint)parameters.Length,
            c.GradientScale, c.Beta1, c.Beta2, c.Epsilon, c.Correction1, c.Correction2, c.LearningRate, 1 - c.Decay);

    /// <inheritdoc/>
    public void Momentum(Rows parameters, Rows gradient, Rows velocity, float rate, float momentum, float gradientScale, float decay) =>
        Each(ParameterKernels.Momentum, parameters, At(parameters), At(gradient), At(velocity), (uint)parameters.Length,
            gradientScale, momentum, rate, 1 - decay);

    /// <inheritdoc/>
    public void RmsProp(
        Rows parameters, Rows gradient, Rows square, float rate, float smoothing, float epsilon, float gradientScale, float decay) =>
        Each(ParameterKernels.RmsProp, parameters, At(parameters), At(gradient), At(square), (uint)parameters.Length,
            gradientScale, smoothing, epsilon, rate, 1 - decay);

    /// <inheritdoc/>
    public void MovingAverage(Rows average, Rows x, float decay) =>
        Each(ParameterKernels.MovingAverage, average, At(average), At(x), (uint)average.Length, decay);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IGpuKernel kernel in _kernels.Values)
            kernel.Dispose();
        _kernels.Clear();
        _which.Dispose();
        _written.Dispose();
        _low.Dispose();
        _high.Dispose();
        _deviations.Dispose();
    }

    private static KernelArgument At(Rows rows) => KernelArgument.Address(GpuBuffer.AddressOf(rows));

    private KernelArgument Indices(ReadOnlySpan<int> which) => _which.Fill(MemoryMarshal.Cast<int, float>(which));

    private static void Check(ReadOnlySpan<int> which, Rows many, Rows few)
    {
        if (few.Count < which.Length || many.Width != few.Width || which.ContainsAnyExceptInRange(0, many.Count - 1))
            throw new ArgumentException($"{which.Length} indices do not choose {few.Count} of {many.Count} rows of one width.");
    }

    private void Each(Func<int, KernelText> write, Rows numbers, params ReadOnlySpan<KernelArgument> arguments) =>
        Launch(write, (numbers.Length + _threads - 1) / _threads, arguments);

    private void Launch(Func<int, KernelText> write, int blocks, params ReadOnlySpan<KernelArgument> arguments)
    {
        if (blocks == 0)
            return;
        if (!_kernels.TryGetValue(write, out IGpuKernel? kernel))
            _kernels[write] = kernel = engine.Compile(write(_threads));
        kernel.Launch(blocks, arguments);
    }
}
