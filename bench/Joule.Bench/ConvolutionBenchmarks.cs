using BenchmarkDotNet.Attributes;
using Joule.Compute;

namespace Joule.Bench;

/// <summary>Convolutions of the book's network and of a residual network, on one block of rows.</summary>
public class ConvolutionBenchmarks : KernelBenchmark
{
    private const int RowsOfBlock = 8;

    private ConvolutionKernel _kernel = null!;
    private Rows _x, _y, _bias, _scratch, _partial;

    [Params("book 1", "book 2", "book 3", "book 4", "64 at 28x28")]
    public string Layer { get; set; } = "";

    private ConvolutionShape Shape => Layer switch
    {
        "book 1" => new ConvolutionShape(32, 32, 1, 16, 5, 2, 2),
        "book 2" => new ConvolutionShape(16, 16, 16, 32, 3, 2, 1),
        "book 3" => new ConvolutionShape(8, 8, 32, 64, 3, 2, 1),
        "book 4" => new ConvolutionShape(4, 4, 64, 64, 3, 2, 1),
        _ => new ConvolutionShape(28, 28, 64, 64, 3, 1, 1),
    };

    public override KernelWork WorkOf(string method) =>
        KernelWork.Arithmetic((double)RowsOfBlock * Shape.Positions * Shape.Taps * Shape.Outputs);

    [GlobalSetup]
    public void Setup()
    {
        ConvolutionShape shape = Shape;
        _kernel = Kernels.Convolution(shape);
        _x = Normal(RowsOfBlock, shape.Height * shape.Width * shape.Channels);
        _y = Normal(RowsOfBlock, shape.Positions * shape.Outputs);
        _bias = Normal(1, shape.Outputs);
        _scratch = Normal(1, _kernel.ScratchLength);
        _partial = Normal(1, _kernel.PartialLength);
        Rows weights = Normal(shape.Outputs, shape.Taps);
        for (int task = 0; task < _kernel.PackTasks; task++)
            _kernel.Pack(weights, task);
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
    public void Forward() => _kernel.Forward(_x, _bias, _y, _scratch, default);

    [Benchmark]
    public void ReverseInput() => _kernel.ReverseInput(_y, _x, default, _scratch, false);

    [Benchmark]
    public void WeightGradient() => _kernel.WeightGradient(_x, _y, _partial, _scratch);
}
