namespace Joule.Objectives;

/// <summary>
/// A panel of a run's plot. Figures whose panels have the same key share a panel, with the title and axis of the first.
/// </summary>
/// <param name="Key">The panel's unique key.</param>
/// <param name="Title">The title.</param>
/// <param name="Axis">The label of its vertical axis, with the unit.</param>
/// <param name="Zero">Whether a line is drawn at zero.</param>
public sealed record FigurePanel(string Key, string Title, string Axis, bool Zero = false)
{
    /// <summary>Mean energies of data and of the states that they are compared with.</summary>
    public static FigurePanel Energies { get; } = new("energies", "Mean energies", "mean energy (nats)");

    /// <summary>Key of the panel of energy differences, data minus the states that they are compared with.</summary>
    public const string GapKey = "gap";
}

/// <summary>How a figure is drawn.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Name">The name in the legend.</param>
/// <param name="Line">The line style.</param>
/// <param name="OwnScale">Whether the curve has its own scale because its magnitude may differ. At most one curve of a panel.</param>
public sealed record FigureCurve(FigurePanel Panel, string Name, CurveLine Line = CurveLine.Solid, bool OwnScale = false);

/// <summary>The line style of a curve.</summary>
public enum CurveLine
{
    /// <summary>Solid: training.</summary>
    Solid,

    /// <summary>Dashed: validation.</summary>
    Dashed,

    /// <summary>Dotted: a reference.</summary>
    Dotted,
}
