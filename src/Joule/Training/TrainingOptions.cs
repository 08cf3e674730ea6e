namespace Joule.Training;

/// <summary>How a model is trained, and for how long.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data, which the learning-rate schedule spans.</summary>
    [AtLeast(0)]
    public int Epochs { get; init; } = 10;

    /// <summary>States of one update, and as many negatives.</summary>
    [Between(1, 65536)]
    public int Batch { get; init; } = 128;

    /// <summary>Standard deviation of normal noise added to the data before they are clamped to the walls, in units of the state.</summary>
    [AtLeast(0)]
    public float DataNoise { get; init; }

    /// <summary>Largest norm of the gradient of all parameters; a larger gradient is scaled down to it. Null: no limit.</summary>
    [Above(0)]
    public double? GradientClip { get; init; }

    /// <summary>
    /// Decay per update of an exponential moving average of the weights: the model that is validated and saved. Null: none.
    /// </summary>
    [AtLeast(0), Below(1)]
    public float? AverageWeights { get; init; }

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>The learning-rate schedule.</summary>
    public Schedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>Divergence detection.</summary>
    public SentinelOptions Sentinel { get; init; } = new();
}
