namespace Joule.Training;

/// <summary>
/// A schedule of the learning rate: a pure function of the update, so that a resumed run needs no other state. To add a schedule, add a
/// record.
/// </summary>
[DefaultType("constant")]
public abstract record Schedule
{
    /// <summary>Updates over which the factor rises linearly from 0 to its first value.</summary>
    [AtLeast(0)]
    public int WarmUp { get; init; }

    /// <summary>The factor of the learning rate.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="total">Planned number of updates; the factor keeps its last value beyond.</param>
    public double Factor(long update, long total)
    {
        if (update < WarmUp)
            return At(0) * (update + 1) / WarmUp;
        return At(Math.Clamp(total <= WarmUp ? 1 : (double)(update - WarmUp) / (total - WarmUp), 0, 1));
    }

    /// <summary>The factor at a fraction of the run, from 0 to 1.</summary>
    protected abstract double At(double progress);
}

/// <summary>A constant learning rate.</summary>
[Named("constant", "a constant learning rate")]
public sealed record ConstantSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double At(double progress) => 1;
}

/// <summary>Half a cosine from 1 down to <see cref="Last"/> (Loshchilov and Hutter 2017), after <see cref="Hold"/> at 1.</summary>
[Named("cosine", "half a cosine from 1 down to `last`, after a fraction `hold` at 1")]
public sealed record CosineSchedule : Schedule
{
    /// <summary>The factor at the end.</summary>
    [Between(0, 1)]
    public double Last { get; init; }

    /// <summary>The first fraction of the run, which stays at 1.</summary>
    [Between(0, 1)]
    public double Hold { get; init; }

    /// <inheritdoc/>
    protected override double At(double progress)
    {
        double t = Hold >= 1 ? 0 : Math.Max(0, (progress - Hold) / (1 - Hold));
        return Last + (1 - Last) * 0.5 * (1 + Math.Cos(Math.PI * t));
    }
}

/// <summary>The learning rate is multiplied by <see cref="By"/> after each of a number of equal parts of the run.</summary>
[Named("steps", "multiplied by `by` after each of `parts` equal parts")]
public sealed record StepsSchedule : Schedule
{
    /// <summary>Number of equal parts.</summary>
    [AtLeast(1)]
    public int Parts { get; init; } = 3;

    /// <summary>The factor from one part to the next.</summary>
    [Between(0, 1)]
    public double By { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override double At(double progress) => Math.Pow(By, Math.Min(Parts - 1, (int)(progress * Parts)));
}
