namespace Joule.Objectives;

/// <summary>
/// A figure of an update, which the objective computes anyway. Metrics files, plots, progress lines, the choice of the best epoch and
/// divergence detection follow from an objective's list of figures.
/// </summary>
/// <param name="Name">The name in metrics files and events: snake_case, unique within a run.</param>
/// <param name="Unit">The unit, for example <c>nats</c>; empty without a unit.</param>
/// <param name="Meaning">The meaning, in a few words.</param>
public sealed record Figure(string Name, string Unit, string Meaning)
{
    /// <summary>Its role for the sentinel and the rules for the end of an epoch.</summary>
    public FigureRole Role { get; init; }

    /// <summary>Whether its mean over an epoch is a column of metrics.csv.</summary>
    public bool IsRecorded { get; init; } = true;

    /// <summary>Whether it may be NaN, when it cannot be measured. Any other non-finite figure is a divergence.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>How it is averaged over an epoch.</summary>
    public FigureMean Mean { get; init; }

    /// <summary>Its name in progress lines, for example <c>E(data)</c>; null: left out of them.</summary>
    public string? Label { get; init; }

    /// <summary>Its curve in the plot of a run; null: not drawn.</summary>
    public FigureCurve? Curve { get; init; }

    /// <summary>Which values are better, for the choice of the best epoch.</summary>
    public Better Better { get; init; }

    /// <summary>What makes an epoch best by this figure, for example <c>the training loss is lowest</c>.</summary>
    public string Best { get; init; } = "";
}

/// <summary>The role of a figure, for observers that do not know the objective.</summary>
public enum FigureRole
{
    /// <summary>None.</summary>
    None,

    /// <summary>The objective.</summary>
    Loss,

    /// <summary>Mean energy of the data, in nats.</summary>
    DataEnergy,

    /// <summary>Mean energy of the negatives, in nats.</summary>
    NegativeEnergy,

    /// <summary>Mean energy of the data minus that of the negatives, in nats.</summary>
    Gap,

    /// <summary>Standard deviation of the energies of the data, in nats.</summary>
    DataSpread,

    /// <summary>Standard deviation of the energies of the negatives, in nats.</summary>
    NegativeSpread,

    /// <summary>
    /// Share of numbers at a wall of the domain, negatives minus data, for the wall with the larger difference.
    /// </summary>
    Walls,

    /// <summary>Distance between negatives, as a multiple of that between data.</summary>
    Variety,

    /// <summary>How far a chain moved in the update: root mean squared change per number, in units of the state.</summary>
    Movement,

    /// <summary>Mean energy of young chains minus that of older ones, in standard deviations of the energies of the data.</summary>
    Lag,

    /// <summary>Norm of the gradient of all parameters, before clipping.</summary>
    GradientNorm,

    /// <summary>
    /// Weight that the data keep in the gradient of an objective that tells them from other states: near 0, nothing is confused any more.
    /// </summary>
    Confusion,
}

/// <summary>How a figure is averaged over an epoch.</summary>
public enum FigureMean
{
    /// <summary>Over states: an update with half a batch, such as the last of an epoch, counts half.</summary>
    States,

    /// <summary>Over updates: each counts the same.</summary>
    Updates,

    /// <summary>Not at all: the value of the last update.</summary>
    Last,
}

/// <summary>Which values of a figure are better.</summary>
public enum Better
{
    /// <summary>Unknown.</summary>
    Unknown,

    /// <summary>Lower values.</summary>
    Lower,

    /// <summary>Higher values.</summary>
    Higher,

    /// <summary>Values closer to 0.</summary>
    NearZero,
}
