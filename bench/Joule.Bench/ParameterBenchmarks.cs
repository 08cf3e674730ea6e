using BenchmarkDotNet.Attributes;
using Joule.Compute;

namespace Joule.Bench;

/// <summary>Kernels on parameters in an update, for as many parameters as the MLP has and as a large network has.</summary>
public class ParameterBenchmarks : KernelBenchmark
{
    private static readonly AdamCoefficients Coefficients = new(1e-6f, 0.9f, 0.999f, 1e-8f, 1, 1, 1, 0);

    private Rows _parameters, _gradient, _mean, _square, _norm;

    [Params(100_609, 4_000_000)]
    public int Count { get; set; }

    public override KernelWork WorkOf(string method) => KernelWork.Memory(Count, method switch
    {
        nameof(Adam) => 7,
        nameof(MovingAverage) => 3,
        _ => 1,
    });

    [GlobalSetup]
    public void Setup()
    {
        _parameters = Normal(1, Count);
        _gradient = Normal(1, Count);
        _mean = Normal(1, Count);
        _square = Normal(1, Count);
        _norm = Normal(1, 2);
        foreach (ref float value in _square.Span)
            value *= value;
    }

    [GlobalCleanup]
    public void Cleanup() => FreeBuffers();

    [Benchmark]
    public void Adam() => Kernels.Adam(_parameters, _gradient, _mean, _square, Coefficients);

    [Benchmark]
    public void MovingAverage() => Kernels.MovingAverage(_mean, _parameters, 0.999f);

    [Benchmark]
    public void SquaredNorm() => Kernels.SquaredNorm(_gradient, _norm);
}
