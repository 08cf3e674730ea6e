namespace Joule.Runs;

/// <summary>When a run ends: at the first limit reached.</summary>
/// <param name="Epochs">Number of epochs; null: no limit.</param>
/// <param name="Minutes">
/// Time in minutes; null: no limit. When it is over, the current update is cancelled and the current epoch is closed if that takes less
/// than a second.
/// </param>
/// <remarks>The learning-rate schedule always spans the configuration's <c>training.epochs</c>.</remarks>
public readonly record struct RunEnd(int? Epochs, double? Minutes)
{
    /// <summary>The end after the configuration's number of epochs.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="config"/> is null.</exception>
    public static RunEnd Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new RunEnd(config.Training.Epochs, null);
    }
}
