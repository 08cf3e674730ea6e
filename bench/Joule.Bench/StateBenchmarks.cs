using BenchmarkDotNet.Attributes;
using Joule.Compute;

namespace Joule.Bench;

/// <summary>Kernels on states of a block of chains and on activations, other than products.</summary>
public class StateBenchmarks : KernelBenchmark
{
    private const int Chains = 32;
    private const int Side = 28;
    private const int Channels = 16;
    private const int Width = Side * Side;

    private static readonly LangevinCoefficients Coefficients = new(2.5f, 0.005f, 0.03f, 0, 1);

    private Rows _norms, _x, _y, _slope, _images, _pooled, _transposed;
    private ulong _step;

    public override KernelWork WorkOf(string method) => method switch
    {
        nameof(UniformFill) or nameof(NormalFill) => KernelWork.Memory(Chains * Width, 1),
        nameof(AveragePool) => KernelWork.Memory(Chains * Width * Channels, 1.25),
        nameof(Transpose) => KernelWork.Memory(Chains * Width * Channels, 2),
        nameof(AddNoise) => KernelWork.Memory(Chains * Width, 2),
        _ => KernelWork.Memory(Chains * Width, 3),
    };

    [GlobalSetup]
    public void Setup()
    {
        _norms = Normal(Chains, 1);
        _x = Normal(Chains, Width);
        _y = Normal(Chains, Width);
        _slope = Normal(Chains, Width);
        _images = Normal(Chains, Width * Channels);
        _pooled = Normal(Chains, Width * Channels / 4);
        _transposed = Normal(Chains, Width * Channels);
    }

    [GlobalCleanup]
    public void Cleanup() => FreeBuffers();

    [Benchmark]
    public void Silu() => Kernels.Pointwise(PointwiseFunction.Silu, 0, _x, _y, _slope);

    [Benchmark]
    public void Relu() => Kernels.Pointwise(PointwiseFunction.Relu, 0, _x, _y, _slope);

    [Benchmark]
    public void LangevinUpdate() => Kernels.LangevinUpdate(_x, _y, Coefficients, Next(), 0, _norms);

    [Benchmark]
    public void AddNoise() => Kernels.AddNoise(_x, 0.005f, 0, 1, Next(), 0);

    [Benchmark]
    public void NormalFill() => Next().FillNormal(_x.Span, 0);

    [Benchmark]
    public void UniformFill() => Next().FillUniform(_x.Span, 0);

    [Benchmark]
    public void AveragePool() => Kernels.AveragePool(_images, _pooled, Side, Side, Channels, 2);

    [Benchmark]
    public void Transpose() => Kernels.Transpose(_images, _transposed, Width, Channels, false);

    private RandomStream Next() => new(1, RandomPurpose.User, _step++);
}
