using Joule.Networks;

namespace Joule.Training;

/// <summary>Options of <see cref="Trainer"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the data, at least 0. The learning-rate schedule is planned for them.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>States of one update, and as many negatives. At least 1.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>α of the term α·(mean E(data)² + mean E(negatives)²) that keeps energies near 0. At least 0, in 1/nat.</summary>
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>Standard deviation of normal noise added to the data before the walls are applied, in units of the state. At least 0.</summary>
    public float DataNoise { get; init; }

    /// <summary>The norm that the gradient of all parameters is scaled down to where it is larger. Above 0; no limit where it is not given.</summary>
    public double? GradientClip { get; init; }

    /// <summary>Decay per update of an exponential moving average of the weights, in [0, 1): the model that is validated and saved. None where it is not given.</summary>
    public float? AverageWeights { get; init; }

    /// <summary>The share of the training images that is set apart, drawn by the seed, to validate with and to choose the best epoch by; from 0 to below 1.
    /// 0: the validation images of the source, or else the test images do that.</summary>
    public double ValidationShare { get; init; }

    /// <summary>How the first weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.FanIn;

    /// <summary>Adds to a list whatever is out of range.</summary>
    public void Validate(IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Epochs < 0)
            problems.Add($"training.epochs is {Epochs}; it must be at least 0");
        if (Batch is < 1 or > 65536)
            problems.Add($"training.batch is {Batch}; it must lie between 1 and 65536");
        if (!(EnergyRegularization >= 0) || !double.IsFinite(EnergyRegularization))
            problems.Add($"training.energy_regularization is {EnergyRegularization}; it must be at least 0 and finite");
        if (!(DataNoise >= 0) || !float.IsFinite(DataNoise))
            problems.Add($"training.data_noise is {DataNoise}; it must be at least 0 and finite");
        if (GradientClip is { } clip && !(clip > 0))
            problems.Add($"training.gradient_clip is {clip}; it must be above 0");
        if (AverageWeights is { } decay && !(decay is >= 0 and < 1))
            problems.Add($"training.average_weights is {decay}; it must be at least 0 and below 1");
        if (!(ValidationShare is >= 0 and < 1))
            problems.Add($"training.validation_share is {ValidationShare}; it must be at least 0 and below 1");
    }
}
