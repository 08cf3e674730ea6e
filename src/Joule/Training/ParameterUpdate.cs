using Joule.Compute;

namespace Joule.Training;

/// <summary>
/// The work on all parameters after a gradient, on all workers: the norm of the gradient, then optimiser and moving average in one pass.
/// Parameters are cut into chunks of fixed length and the chunks' sums are added in order, so nothing depends on the number of workers. A
/// single chunk is done on the calling thread.
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
    private readonly int _chunks;
    private readonly DeviceRead _read;
    private readonly NormWork _norm;
    private readonly StepWork _step;
    private float _averageDecay;

    /// <summary>Creates the update of some parameters.</summary>
    /// <param name="device">The device.</param>
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
        _chunks = (parameters.Length + Chunk - 1) / Chunk;
        _sums = device.Allocate(2L * _chunks);
        _read = device.CreateRead(2 * _chunks);
        _norm = new NormWork(this);
        _step = new StepWork(this);
    }

    /// <summary>‖gradient‖.</summary>
    public double GradientNorm()
    {
        _step.Prepare(-1, 0, null);
        _device.Launch(_norm, _step);
        return _step.Norm;
    }

    /// <summary>
    /// Makes one update, updates the average and zeroes the gradient; does nothing if the norm of the gradient is not finite. One launch.
    /// </summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="rateFactor">The schedule's factor of the learning rate.</param>
    /// <param name="clip">Largest norm of the gradient: a longer one is scaled down to it; null: no limit.</param>
    /// <param name="averageDecay">The decay of the moving average at this update.</param>
    /// <param name="after">Runs afterwards in the same launch.</param>
    /// <returns>‖gradient‖ before clipping.</returns>
    public double Step(long update, double rateFactor, double? clip, float averageDecay, DeviceProgram after)
    {
        _step.Prepare(update, rateFactor, clip);
        _averageDecay = averageDecay;
        _device.Launch(_norm, _step, after);
        return _step.Norm;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _sums.Dispose();
    }

    // One float64 per chunk.
    private Rows Sums => _sums.AsRows(_chunks, 2);

    private static Rows Part(Rows all, int chunk) =>
        new(all.Buffer, all.Offset + chunk * Chunk, 1, Math.Min(Chunk, all.Length - chunk * Chunk));

    private sealed class NormWork(ParameterUpdate update) : DeviceProgram, IRowWork
    {
        public override string Name => "the norm of the gradient";

        public override int Count => update._chunks;

        public void Describe(IRowOperations rows) =>
            rows.SquaredNorms(update._gradient, Chunk, update.Sums);

        protected override void Run(int start, int count, int lane) =>
            Kernels.SquaredNorm(Part(update._gradient, start), update.Sums.Slice(start, 1));
    }

    /// <summary>Adds the chunks' sums in order, then makes the step if there is one and the norm is finite.</summary>
    private sealed class StepWork(ParameterUpdate update) : DeviceProgram, IRowWork
    {
        private long _number;
        private double _rateFactor;
        private double? _clip;
        private bool _goesOn;

        public override string Name => "the step of the optimiser";

        /// <summary>The norm of the gradient in the last launch.</summary>
        public double Norm { get; private set; }

        public override int Count => _goesOn ? update._chunks : 0;

        public void Prepare(long number, double rateFactor, double? clip) =>
            (_number, _rateFactor, _clip, _goesOn, Norm) = (number, rateFactor, clip, false, 0);

        public string? WhyNotRows => update._optimizer is IRowOptimizer
            ? null
            : $"the optimiser {update._optimizer.GetType().Name} has a step for processors only";

        // The host decides.
        public void Describe(IRowOperations rows)
        {
            update._read.Begin(update.Sums);
            Decide(update._read.Doubles);
            if (!_goesOn)
                return;
            ((IRowOptimizer)update._optimizer).Apply(rows, update._parameters, update._gradient);
            if (update._average.Count > 0)
                rows.MovingAverage(update._average, update._parameters, update._averageDecay);
        }

        protected internal override void Begin() => Decide(update.Sums.Doubles);

        private void Decide(ReadOnlySpan<double> sums)
        {
            double sum = 0;
            foreach (double part in sums)
                sum += part;
            double norm = Norm = Math.Sqrt(sum);
            _goesOn = _number >= 0 && double.IsFinite(norm);
            if (_goesOn)
                update._optimizer.Prepare(_number, _rateFactor, _clip is { } clip && norm > clip ? clip / norm : 1);
        }

        protected override void Run(int start, int count, int lane)
        {
            Rows parameters = Part(update._parameters, start);
            update._optimizer.Apply(parameters, Part(update._gradient, start), start * Chunk);
            if (update._average.Count > 0)
                Kernels.MovingAverage(Part(update._average, start), parameters, update._averageDecay);
        }
    }
}
