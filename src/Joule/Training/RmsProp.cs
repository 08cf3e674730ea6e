using Joule.Compute;

namespace Joule.Training;

/// <summary>Options of <see cref="RmsProp"/>.</summary>
[Named("rmsprop", "gradients divided by their recent size (Hinton 2012)")]
public sealed record RmsPropOptions : OptimizerOptions
{
    /// <summary>Decay of the mean of squared gradients.</summary>
    [AtLeast(0), Below(1)]
    public float Smoothing { get; init; } = 0.99f;

    /// <summary>Added to the root of that mean.</summary>
    [Above(0)]
    public float Epsilon { get; init; } = 1e-8f;

    /// <inheritdoc/>
    public override Optimizer Create(Device device, int parameters) => new RmsProp(device, parameters, this);
}

/// <summary>RMSProp: s ← ρs + (1 − ρ)g², θ ← θ − ηg / (√s + ε) (Tieleman and Hinton 2012).</summary>
public sealed class RmsProp : Optimizer, IRowOptimizer
{
    private readonly RmsPropOptions _options;
    private readonly DeviceBuffer _square;
    private float _rate, _scale, _decay;

    /// <summary>Allocates the mean of squares.</summary>
    public RmsProp(Device device, int parameters, RmsPropOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        _options = options;
        _square = device.Allocate(parameters);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => [new("optimizer.square", _square.AsRows(1, _square.Length))];

    /// <inheritdoc/>
    protected internal override void Prepare(long update, double rateFactor, double gradientScale)
    {
        double rate = _options.LearningRate * rateFactor;
        (_rate, _scale, _decay) = ((float)rate, (float)gradientScale, (float)(rate * _options.WeightDecay));
    }

    /// <inheritdoc/>
    protected internal override void Apply(Rows parameters, Rows gradient, int first)
    {
        Rows square = new(_square, first, 1, parameters.Length);
        Kernels.RmsProp(parameters, gradient, square, _rate, _options.Smoothing, _options.Epsilon, _scale, _decay);
    }

    /// <inheritdoc/>
    public void Apply(IRowOperations rows, Rows parameters, Rows gradient)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Rows square = _square.AsRows(1, _square.Length);
        rows.RmsProp(parameters, gradient, square, _rate, _options.Smoothing, _options.Epsilon, _scale, _decay);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _square.Dispose();
}
