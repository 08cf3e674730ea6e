using BenchmarkDotNet.Attributes;
using Joule.Compute;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Bench;

/// <summary>
/// The cost of the sentinel per update of the presets on MNIST: the figures of 32 states and 32 negatives, the movement of 16 chains, and
/// the verdict. Compare it with the milliseconds of a training step, which <c>bench/compare</c> measures.
/// </summary>
public class SentinelBenchmarks : KernelBenchmark
{
    private const int Batch = 64, Watched = 32, Chains = 16;
    private const int Width = 28 * 28;

    private readonly Sentinel _sentinel = new(new SentinelOptions(), new Contrast(0.1, true, 0.02));
    private readonly FigureList _list = Trainer.ListFigures(new ContrastiveDivergenceOptions().ListFigures());
    private readonly double[] _figures = new double[11];
    private Rows _data, _negatives, _before, _results;
    private long _update;

    public override KernelWork WorkOf(string method) => method switch
    {
        nameof(Figures) => KernelWork.Memory((2 * 2 * Watched + 3 * Chains) * Width, 1),
        _ => KernelWork.Memory(1, 1),
    };

    [GlobalSetup]
    public void Setup()
    {
        _data = Normal(Batch, Width);
        _negatives = Normal(Batch, Width);
        _before = Normal(Chains, Width);
        _results = Normal(Chains + 4 + Watched, 2);
        // A short job would end before these small methods reach their final compilation; a training would not.
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                Figures();
                Verdict();
            }
            Thread.Sleep(200);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => FreeBuffers();

    [Benchmark]
    public double Figures()
    {
        double sum = 0;
        _negatives.Slice(0, Chains).Span.CopyTo(_before.Span);
        for (int i = 0; i < Chains; i++)
            Kernels.SquaredDistance(_before.Slice(i, 1), _negatives.Slice(i, 1), _results.Slice(i, 1));
        Kernels.CountAtWalls(_data.Slice(0, Watched), 0.05f, 0.95f, _results.Slice(Chains, 2));
        Kernels.CountAtWalls(_negatives.Slice(0, Watched), 0.05f, 0.95f, _results.Slice(Chains + 2, 2));
        for (int i = 0; i < Watched; i += 2)
        {
            Kernels.SquaredDistance(_data.Slice(i, 1), _data.Slice(i + 1, 1), _results.Slice(Chains + 4 + i, 1));
            Kernels.SquaredDistance(_negatives.Slice(i, 1), _negatives.Slice(i + 1, 1), _results.Slice(Chains + 5 + i, 1));
        }
        foreach (double result in _results.Doubles)
            sum += result;
        return sum;
    }

    [Benchmark]
    public SentinelVerdict Verdict()
    {
        double wave = Math.Sin(_update++);
        ReadOnlySpan<double> figures = [wave, wave, 0, wave, 0, 1, 1, 0, 0.9 + 0.05 * wave, 0.04, 1 + 0.1 * wave];
        figures.CopyTo(_figures);
        return _sentinel.Watch(_update, new TrainingFigures(_list, _figures, Batch));
    }
}
