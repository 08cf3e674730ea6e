using Joule.Compute;

namespace Joule.Training;

/// <summary>Options of <see cref="Momentum"/>.</summary>
[Named("sgd", "gradient descent with momentum")]
public sealed record MomentumOptions : OptimizerOptions
{
    /// <summary>Share of the previous velocity that is kept. 0 is plain gradient descent.</summary>
    [AtLeast(0), Below(1)]
    public float Momentum { get; init; } = 0.9f;

    /// <inheritdoc/>
    public override Optimizer Create(Device device, int parameters) => new Momentum(device, parameters, this);
}

/// <summary>Gradient descent with momentum: v ← μv + g, θ ← θ − ηv (Polyak 1964).</summary>
public sealed class Momentum : Optimizer, IRowOptimizer
{
    private readonly MomentumOptions _options;
    private readonly DeviceBuffer _velocity;
    private float _rate, _scale, _decay;

    /// <summary>Allocates the velocity.</summary>
    public Momentum(Device device, int parameters, MomentumOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        _options = options;
        _velocity = device.Allocate(parameters);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => [new("optimizer.velocity", _velocity.AsRows(1, _velocity.Length))];

    /// <inheritdoc/>
    protected internal override void Prepare(long update, double rateFactor, double gradientScale)
    {
        double rate = _options.LearningRate * rateFactor;
        (_rate, _scale, _decay) = ((float)rate, (float)gradientScale, (float)(rate * _options.WeightDecay));
    }

    /// <inheritdoc/>
    protected internal override void Apply(Rows parameters, Rows gradient, int first) =>
        Kernels.Momentum(parameters, gradient, new Rows(_velocity, first, 1, parameters.Length), _rate, _options.Momentum, _scale, _decay);

    /// <inheritdoc/>
    public void Apply(IRowOperations rows, Rows parameters, Rows gradient)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.Momentum(parameters, gradient, _velocity.AsRows(1, _velocity.Length), _rate, _options.Momentum, _scale, _decay);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _velocity.Dispose();
}
