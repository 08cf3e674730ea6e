namespace Joule.Training;

/// <summary>How long and how a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data, at least 0. The learning-rate schedule is planned for them.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>States of one update, and as many negatives. At least 1.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Standard deviation of normal noise added to the data before the walls are applied, in units of the state. At least 0.</summary>
    public float DataNoise { get; init; }

    /// <summary>The norm that the gradient of all parameters is scaled down to where it is larger. Above 0; no limit where it is not given.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Decay per update of an exponential moving average of the weights, in [0, 1): the model that is validated and saved. None where it is not given.</summary>
    public float? AverageWeights { get; init; }

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>The learning-rate schedule.</summary>
    public Schedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What is watched while it trains.</summary>
    public SentinelOptions Sentinel { get; init; } = new();

    /// <summary>Adds to a list whatever is out of range.</summary>
    public void Validate(IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Epochs < 0)
            problems.Add($"training.epochs is {Epochs}; it must be at least 0");
        if (Batch is < 1 or > 65536)
            problems.Add($"training.batch is {Batch}; it must lie between 1 and 65536");
        if (!(DataNoise >= 0) || !float.IsFinite(DataNoise))
            problems.Add($"training.data_noise is {DataNoise}; it must be at least 0 and finite");
        if (GradientClip is { } clip && !(clip > 0))
            problems.Add($"training.gradient_clip is {clip}; it must be above 0");
        if (AverageWeights is { } decay && !(decay is >= 0 and < 1))
            problems.Add($"training.average_weights is {decay}; it must be at least 0 and below 1");
        Optimizer.Validate(problems);
        Schedule.Validate(problems);
        Sentinel.Validate(problems);
    }
}
