using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// What happens to all parameters between two gradients, on all workers: the norm of the gradient, and then optimiser and moving average in one pass. The
/// parameters are cut into chunks of fixed length and the chunks' sums added in order, so nothing depends on the number of workers; up to one chunk
/// of parameters the calling thread works alone.
/// </summary>
internal sealed class ParameterUpdate
{
    private const int Chunk = 8192;

    private readonly Device _device;
    private readonly Optimizer _optimizer;
    private readonly Rows _parameters;
    private readonly Rows _gradient;
    private readonly Rows _average;
    private readonly double[] _sums;
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
        _sums = new double[(parameters.Length + Chunk - 1) / Chunk];
        _norm = new NormWork(this);
        _step = new StepWork(this);
    }

    /// <summary>‖gradient‖.</summary>
    public double GradientNorm()
    {
        _device.Run(_norm, _sums.Length);
        double sum = 0;
        foreach (double part in _sums)
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
        _device.Run(_step, _sums.Length);
    }

    private static Rows Part(Rows all, int chunk) =>
        new(all.Buffer, all.Offset + chunk * Chunk, 1, Math.Min(Chunk, all.Length - chunk * Chunk));

    private sealed class NormWork(ParameterUpdate update) : IBlockWork
    {
        public void Run(int block, int lane) => update._sums[block] = update._device.SquaredNorm(Part(update._gradient, block));
    }

    private sealed class StepWork(ParameterUpdate update) : IBlockWork
    {
        public void Run(int block, int lane)
        {
            Rows parameters = Part(update._parameters, block);
            update._optimizer.Apply(parameters, Part(update._gradient, block), block * Chunk);
            if (update._average.Count > 0)
                update._device.MovingAverage(Part(update._average, block), parameters, update._averageDecay);
        }
    }
}
