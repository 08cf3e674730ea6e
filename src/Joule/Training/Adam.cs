using Joule.Compute;

namespace Joule.Training;

/// <summary>Options of <see cref="Adam"/>.</summary>
[Named("adam", "adaptive moments (Kingma and Ba 2015)")]
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>Decay of the mean of gradients.</summary>
    [AtLeast(0), Below(1)]
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients.</summary>
    [AtLeast(0), Below(1)]
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment.</summary>
    [Above(0)]
    public float Epsilon { get; init; } = 1e-8f;

    /// <inheritdoc/>
    public override Optimizer Create(Device device, int parameters) => new Adam(device, parameters, this);
}

/// <summary>Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1).</summary>
public sealed class Adam : Optimizer, IRowOptimizer
{
    private readonly AdamOptions _options;
    private readonly DeviceBuffer _mean;
    private readonly DeviceBuffer _square;
    private AdamCoefficients _coefficients;

    /// <summary>Allocates the moments.</summary>
    public Adam(Device device, int parameters, AdamOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _mean = device.Allocate(parameters);
        _square = device.Allocate(parameters);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State =>
    [
        new("optimizer.mean", _mean.AsRows(1, _mean.Length)),
        new("optimizer.square", _square.AsRows(1, _square.Length)),
    ];

    /// <inheritdoc/>
    protected internal override void Prepare(long update, double rateFactor, double gradientScale)
    {
        double rate = _options.LearningRate * rateFactor;
        _coefficients = AdamCoefficients.Of(
            update, rate, _options.Beta1, _options.Beta2, _options.Epsilon, gradientScale, _options.WeightDecay);
    }

    /// <inheritdoc/>
    protected internal override void Apply(Rows parameters, Rows gradient, int first)
    {
        Rows mean = new(_mean, first, 1, parameters.Length), square = new(_square, first, 1, parameters.Length);
        Kernels.Adam(parameters, gradient, mean, square, _coefficients);
    }

    /// <inheritdoc/>
    public void Apply(IRowOperations rows, Rows parameters, Rows gradient)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.Adam(parameters, gradient, _mean.AsRows(1, _mean.Length), _square.AsRows(1, _square.Length), _coefficients);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
