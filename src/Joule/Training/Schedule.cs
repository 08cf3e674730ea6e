namespace Joule.Training;

/// <summary>How the learning rate changes: a pure function of the update, so that to resume is to know the update. To add a schedule is to add a record.</summary>
[DefaultType("constant")]
public abstract record Schedule
{
    /// <summary>Updates over which the factor rises from 0 to where the schedule starts.</summary>
    [AtLeast(0)]
    public int WarmUp { get; init; }

    /// <summary>What the learning rate is multiplied with.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="total">How many updates the run was planned for; the factor stays at its last value beyond.</param>
    public double Factor(long update, long total)
    {
        if (update < WarmUp)
            return At(0) * (update + 1) / WarmUp;
        return At(Math.Clamp(total <= WarmUp ? 1 : (double)(update - WarmUp) / (total - WarmUp), 0, 1));
    }

    /// <summary>The factor at a part of the run, from 0 to 1.</summary>
    protected abstract double At(double progress);
}

/// <summary>The learning rate stays as it is.</summary>
[Named("constant", "the learning rate stays as it is")]
public sealed record ConstantSchedule : Schedule
{
    /// <inheritdoc/>
    protected override double At(double progress) => 1;
}

/// <summary>Half a cosine from 1 down to <see cref="Last"/> (Loshchilov and Hutter 2017), after a part at 1.</summary>
[Named("cosine", "half a cosine from 1 down to `last`, after a part `hold` at 1")]
public sealed record CosineSchedule : Schedule
{
    /// <summary>The factor at the end.</summary>
    [Between(0, 1)]
    public double Last { get; init; }

    /// <summary>The part of the run that stays at 1 first.</summary>
    [Between(0, 1)]
    public double Hold { get; init; }

    /// <inheritdoc/>
    protected override double At(double progress)
    {
        double t = Hold >= 1 ? 0 : Math.Max(0, (progress - Hold) / (1 - Hold));
        return Last + (1 - Last) * 0.5 * (1 + Math.Cos(Math.PI * t));
    }
}

/// <summary>The learning rate is multiplied with <see cref="By"/> at every one of a number of equal parts of the run.</summary>
[Named("steps", "multiplied with `by` at the end of every one of `parts` equal parts")]
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
