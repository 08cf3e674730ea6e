namespace Joule.Objectives;

/// <summary>Options of normal noise, a <see cref="NoiseSource"/>.</summary>
[Named("gaussian", "every number by itself: normal, with the mean and a multiple of the deviation of the training data")]
public sealed record GaussianNoiseOptions : NoiseOptions
{
    /// <summary>The standard deviation, as a multiple of that of the training data. Discrete numbers have their own frequency.</summary>
    [Above(0)]
    public double Spread { get; init; } = 1.25;

    /// <inheritdoc/>
    public override NoiseSource Create(NoiseContext context) => Fit(context, Spread);

    /// <summary>One component at the mean; discrete numbers at their commoner or nearest value.</summary>
    internal static ProductMixture Fit(NoiseContext context, double spread)
    {
        ArgumentNullException.ThrowIfNull(context);
        TrainingColumns facts = TrainingColumns.Of(context.Train, context.Width);
        ColumnKernel[] kernels = [.. facts.Deviations.Select((d, j) => ColumnKernel.Of(context.Column(j), spread * d))];
        return new ProductMixture(kernels, [.. facts.Means.Select((m, j) =>
            kernels[j].IsContinuous ? m : context.Column(j).Nearest((float)m))]);
    }
}
