namespace Joule.Objectives;

/// <summary>
/// One figure of an update: a number that an objective works out anyway. Metrics files, plots, progress lines, the choice of the best epoch
/// and the sentinel follow from
/// an objective's list of them.
/// </summary>
/// <param name="Name">The name in metrics files and events: snake_case, one name for one figure of a run.</param>
/// <param name="Unit">The unit, for example <c>nats</c>; empty where there is none.</param>
/// <param name="Meaning">What it is, in a few words.</param>
public sealed record Figure(string Name, string Unit, string Meaning)
{
    /// <summary>What the sentinel and the rules for the end of an epoch take it for.</summary>
    public FigureRole Role { get; init; }

    /// <summary>Whether metrics.csv has a column of it: its mean over an epoch.</summary>
    public bool IsRecorded { get; init; } = true;

    /// <summary>Whether it may be NaN, where it cannot be measured. Any other figure that is not finite is a divergence.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>How it is averaged over an epoch.</summary>
    public FigureMean Mean { get; init; }

    /// <summary>How progress lines call it, for example <c>E(data)</c>; null: they leave it out.</summary>
    public string? Label { get; init; }

    /// <summary>Its curve in the plot of a run; null: it is not drawn.</summary>
    public FigureCurve? Curve { get; init; }

    /// <summary>Which values are better, so that the best epoch can be chosen by it.</summary>
    public Better Better { get; init; }

    /// <summary>What makes an epoch the best by it, in words, for example <c>the training loss is lowest</c>.</summary>
    public string Best { get; init; } = "";
}

/// <summary>What a figure says, for whoever watches a training without knowing its objective.</summary>
public enum FigureRole
{
    /// <summary>Nothing that is watched.</summary>
    None,

    /// <summary>What is minimised.</summary>
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
    /// How much larger a share of the numbers lies at a wall of the domain in the negatives than in the data, at the wall where it is more.
    /// </summary>
    Walls,

    /// <summary>How different the negatives are from each other, as a multiple of how different the data are.</summary>
    Variety,

    /// <summary>How far a chain moved in the update: the root of the mean squared change of a number, in units of the state.</summary>
    Movement,

    /// <summary>Norm of the gradient of all parameters, before clipping.</summary>
    GradientNorm,
}

/// <summary>How a figure is averaged over an epoch.</summary>
public enum FigureMean
{
    /// <summary>Over states: an update with half a batch, as the last one of an epoch may be, counts half.</summary>
    States,

    /// <summary>Over updates: each counts alike.</summary>
    Updates,

    /// <summary>Not at all: the value of the last update.</summary>
    Last,
}

/// <summary>Which values of a figure are better.</summary>
public enum Better
{
    /// <summary>None can be said to be.</summary>
    Unknown,

    /// <summary>Lower ones.</summary>
    Lower,

    /// <summary>Higher ones.</summary>
    Higher,

    /// <summary>Those closest to 0.</summary>
    NearZero,
}
