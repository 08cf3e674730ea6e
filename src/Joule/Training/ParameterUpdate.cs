using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// What happens to all parameters between two gradients, on all workers: the norm of the gradient, and then optimiser and moving average in one pass. The
/// parameters are cut into chunks of fixed length and the chunks' sums added in order, so nothing depends on the number of workers; up to one chunk
/// of parameters the calling thread works alone.
/// </summary>
internal sealed class ParameterUpdate : IDisposable
{
    private const int Chunk = 8192;

    private readonly Device _device;
    private readonly Optimizer _optimizer;
    private readonly Rows _parameters;
    private readonly Rows _gradient;
    private readonly Rows _average;
    private readonly DeviceBuffer _sums;
    private readonly double[] _parts;
    private readonly NormWork _norm;
    private readonly StepWork _step;
    private float _averageDecay;

    /// <summary>Prepares for parameters and their gradient.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="average">Their moving average, or no rows.</param>
    public ParameterUpdate(Device device, Optimizer optimizer, Rows parameters, Rows gradient, Rows average)
    {
        _device = device;
        _optimizer = optimizer;
        _parameters = parameters;
        _gradient = gradient;
        _average = average;
        _parts = new double[(parameters.Length + Chunk - 1) / Chunk];
        _sums = device.Allocate(2L * _parts.Length);
        _norm = new NormWork(this);
        _step = new StepWork(this);
    }

    /// <summary>‖gradient‖.</summary>
    public double GradientNorm()
    {
        _device.Launch(_norm);
        _device.DownloadDoubles(Sums, _parts);
        double sum = 0;
        foreach (double part in _parts)
            sum += part;
        return Math.Sqrt(sum);
    }

    /// <summary>Makes one update, brings the average up to date and leaves the gradient 0.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">What the schedule multiplies the learning rate with.</param>
    /// <param name="gradientScale">What norm clipping multiplies the gradient with.</param>
    /// <param name="averageDecay">The decay of the moving average at this update.</param>
    public void Step(long update, double rateFactor, double gradientScale, float averageDecay)
    {
        _optimizer.Prepare(update, rateFactor, gradientScale);
        _averageDecay = averageDecay;
        _device.Launch(_step);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _sums.Dispose();

    // One number in float64 for every chunk.
    private Rows Sums => _sums.AsRows(_parts.Length, 2);

    private static Rows Part(Rows all, int chunk) =>
        new(all.Buffer, all.Offset + chunk * Chunk, 1, Math.Min(Chunk, all.Length - chunk * Chunk));

    private sealed class NormWork(ParameterUpdate update) : DeviceProgram
    {
        public override string Name => "the norm of the gradient";

        public override int Count => update._parts.Length;

        protected override void Run(int start, int count, int lane) => Kernels.SquaredNorm(Part(update._gradient, start), update.Sums.Slice(start, 1));
    }

    private sealed class StepWork(ParameterUpdate update) : DeviceProgram
    {
        public override string Name => "the step of the optimiser";

        public override int Count => update._parts.Length;

        protected override void Run(int start, int count, int lane)
        {
            Rows parameters = Part(update._parameters, start);
            update._optimizer.Apply(parameters, Part(update._gradient, start), start * Chunk);
            if (update._average.Count > 0)
                Kernels.MovingAverage(Part(update._average, start), parameters, update._averageDecay);
        }
    }
}
