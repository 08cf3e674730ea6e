namespace Joule.Runs;

/// <summary>When a training ends: at whichever of its limits comes first.</summary>
/// <param name="Epochs">Epochs to make; no limit where it is not given.</param>
/// <param name="Minutes">Minutes to take. An update that is under way then is cut short, and the epoch that is going on is closed, as far as that takes less than a second. No limit where it is not given.</param>
/// <remarks>The learning-rate schedule is planned for the configuration's <c>training.epochs</c>, whatever ends the run.</remarks>
public readonly record struct RunEnd(int? Epochs, double? Minutes)
{
    /// <summary>The run ends after the configuration's epochs.</summary>
    /// <exception cref="ArgumentNullException">There is no configuration.</exception>
    public static RunEnd Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new RunEnd(config.Training.Epochs, null);
    }
}
