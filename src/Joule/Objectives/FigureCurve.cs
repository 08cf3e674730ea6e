namespace Joule.Objectives;

/// <summary>
/// A panel of the plot of a run. Figures that name panels of one key are drawn in one, by the title and the axis of the first.
/// </summary>
/// <param name="Key">What tells it from other panels.</param>
/// <param name="Title">What stands above it.</param>
/// <param name="Axis">The label of its vertical axis, with the unit.</param>
/// <param name="Zero">Whether zero has a meaning: it is drawn then.</param>
public sealed record FigurePanel(string Key, string Title, string Axis, bool Zero = false)
{
    /// <summary>Mean energies of data and of what they are compared with.</summary>
    public static FigurePanel Energies { get; } = new("energies", "Mean energies", "mean energy (nats)");

    /// <summary>The key of the panel for the energy of data minus the energy of what they are compared with.</summary>
    public const string GapKey = "gap";
}

/// <summary>How a figure is drawn.</summary>
/// <param name="Panel">Where.</param>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Line">Its line.</param>
/// <param name="OwnScale">Whether it may be of another magnitude than the others of its panel: it has a scale of its own then. One curve of
/// a panel at most.</param>
public sealed record FigureCurve(FigurePanel Panel, string Name, CurveLine Line = CurveLine.Solid, bool OwnScale = false);

/// <summary>The line of a curve.</summary>
public enum CurveLine
{
    /// <summary>Unbroken: what is trained on.</summary>
    Solid,

    /// <summary>Dashed: what validates.</summary>
    Dashed,

    /// <summary>Dotted: a reference.</summary>
    Dotted,
}
