namespace Joule.Energies;

/// <summary>Options of <see cref="GaussianMixtureEnergy"/>.</summary>
[Named("gaussian_mixture", "a mixture of round normal distributions")]
public sealed record GaussianMixtureOptions : KnownEnergyOptions
{
    /// <summary>The means of the components, one list of numbers each, all of one length.</summary>
    [Items(1)]
    public IReadOnlyList<IReadOnlyList<double>> Means { get; init; } = [[-3, 0], [3, 0], [0, 3]];

    /// <summary>The weights of the components, above 0, divided by their sum; null where all weigh the same.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>The standard deviations of the components, above 0; null where all are `deviation`.</summary>
    public IReadOnlyList<double>? Deviations { get; init; }

    /// <summary>The standard deviation of every component where `deviations` is null.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 1;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new GaussianMixtureEnergy(
        Weights ?? [.. Enumerable.Repeat(1.0, Means.Count)], Means, Deviations ?? [.. Enumerable.Repeat(Deviation, Means.Count)]);
}
