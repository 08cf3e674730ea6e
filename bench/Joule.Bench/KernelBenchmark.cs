using BenchmarkDotNet.Running;
using Joule.Bench.Shared;
using Joule.Compute;

namespace Joule.Bench;

/// <summary>Benchmarks of kernels on one thread, with the work of each method.</summary>
public abstract class KernelBenchmark
{
    private static readonly List<double> Ceilings = [];

    private readonly List<DeviceBuffer> _buffers = [];

    /// <summary>
    /// GFLOP/s of the multiply-add loop: the median of measurements before and after every benchmark of the run, because clocks drift.
    /// </summary>
    internal static double CeilingGflops => Median.Of(Ceilings);

    protected Device Device { get; } = Device.Cpu(1);

    /// <summary>The work of one call of a method with the current parameters.</summary>
    public abstract KernelWork WorkOf(string method);

    /// <summary>The work of a benchmark.</summary>
    internal static KernelWork WorkOf(BenchmarkCase benchmark)
    {
        KernelBenchmark kernel = (KernelBenchmark)Activator.CreateInstance(benchmark.Descriptor.Type)!;
        foreach (BenchmarkDotNet.Parameters.ParameterInstance parameter in benchmark.Parameters.Items)
            benchmark.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(kernel, parameter.Value);
        return kernel.WorkOf(benchmark.Descriptor.WorkloadMethod.Name);
    }

    /// <summary>Measures the ceiling at this moment.</summary>
    protected static void NoteCeiling() => Ceilings.Add(Ceiling.Gflops(1));

    /// <summary>Rows of normal draws.</summary>
    protected Rows Normal(int count, int width)
    {
        DeviceBuffer buffer = Device.Allocate((long)count * width);
        new RandomStream(1, RandomPurpose.User, (ulong)_buffers.Count).FillNormal(buffer.Span, 0);
        _buffers.Add(buffer);
        return buffer.AsRows(count, width);
    }

    /// <summary>Frees memory.</summary>
    protected void FreeBuffers()
    {
        foreach (DeviceBuffer buffer in _buffers)
            buffer.Dispose();
        _buffers.Clear();
    }
}
