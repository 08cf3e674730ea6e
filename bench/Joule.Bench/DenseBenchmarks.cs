using BenchmarkDotNet.Attributes;
using Joule.Compute;

namespace Joule.Bench;

/// <summary>Products of a dense layer: rows × inputs × outputs.</summary>
public class DenseBenchmarks : KernelBenchmark
{
    private DenseKernel _kernel = null!;
    private Rows _x, _y, _bias, _weights, _weightGradient, _biasGradient;

    [Params("128x784x128", "32x256x64", "128x128x1", "1024x1024x1024")]
    public string Shape { get; set; } = "";

    private int[] Sides => [.. Shape.Split('x').Select(int.Parse)];

    public override KernelWork WorkOf(string method) => method == nameof(Pack)
        ? KernelWork.Memory((long)Sides[1] * Sides[2], 2)
        : KernelWork.Arithmetic((double)Sides[0] * Sides[1] * Sides[2]);

    [GlobalSetup]
    public void Setup()
    {
        int rows = Sides[0], inputs = Sides[1], outputs = Sides[2];
        _kernel = Kernels.Dense(inputs, outputs);
        _x = Normal(rows, inputs);
        _y = Normal(rows, outputs);
        _bias = Normal(1, outputs);
        _weights = Normal(outputs, inputs);
        _weightGradient = Normal(outputs, inputs);
        _biasGradient = Normal(1, outputs);
        Pack();
        NoteCeiling();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        NoteCeiling();
        _kernel.Dispose();
        FreeBuffers();
    }

    [Benchmark]
    public void Pack()
    {
        for (int task = 0; task < _kernel.PackTasks; task++)
            _kernel.Pack(_weights, task);
    }

    [Benchmark]
    public void Forward() => _kernel.Forward(_x, _bias, _y, default);

    [Benchmark]
    public void ReverseInput() => _kernel.ReverseInput(_y, _x, default, false);

    [Benchmark]
    public void WeightGradient() => _kernel.WeightGradient(_x, _y, _weightGradient, _biasGradient, 0, _weights.Count);
}
