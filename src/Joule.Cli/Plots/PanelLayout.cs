using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>The panels of a run's picture: which figures are drawn together, and how.</summary>
internal static class PanelLayout
{
    private const double Largest = 1e30; // what a scale of ticks can be made for
    private const int MostPanels = 12;

    // What is trained on and what validates are told apart by their colours.
    private static readonly Color[] Training = [Curve.Blue, Curve.Green, Curve.Sky], Validation = [Curve.Vermillion, Curve.Purple, Curve.Orange];

    /// <summary>Lays out the columns of a table.</summary>
    /// <param name="rows">The epochs, at least one.</param>
    /// <param name="figures">What the columns are. One that is not among them has a panel of its own; one that has no curve is left
    /// out.</param>
    /// <exception cref="InvalidInputException">No column can be drawn.</exception>
    public static IReadOnlyList<CurvePanel> Of(IReadOnlyList<MetricsRow> rows, IReadOnlyList<Figure> figures)
    {
        var drawn = (from column in rows[0].Columns.Names
                     let figure = figures.FirstOrDefault(f => f.Name == column) ?? Unknown(column)
                     where figure.Curve is not null
                     group figure by figure.Curve!.Panel.Key).Take(MostPanels).ToArray();
        if (drawn.Length == 0)
            throw new InvalidInputException($"No column of the table has a curve; its columns are {rows[0].Columns.Header}.");
        return [.. drawn.Select(panel => Panel(rows, [.. panel]))];
    }

    private static Figure Unknown(string column) => new(column, "", "") { Curve = new FigureCurve(new FigurePanel($"column {column}", column, column), column) };

    private static CurvePanel Panel(IReadOnlyList<MetricsRow> rows, Figure[] figures)
    {
        double[] epochs = [.. rows.Select(row => (double)row.Epoch)];
        List<Curve> main = [];
        Curve? far = null;
        int training = 0, validation = 0;
        foreach (Figure figure in figures)
        {
            bool validates = ValidationFigures.List.IndexOf(figure.Name) >= 0;
            Color colour = validates ? Validation[validation++ % Validation.Length] : Training[training++ % Training.Length];
            Curve curve = new(figure.Curve!.Name, figure.Unit, colour, Pattern(figure.Curve.Line), epochs,
                [.. rows.Select(row => Math.Clamp(row[figure.Name], -Largest, Largest))]); // NaN stays NaN
            if (figure.Curve.OwnScale && far is null)
                far = curve;
            else
                main.Add(curve);
        }
        FigurePanel panel = figures[0].Curve!.Panel;
        return main.Count == 0 ? new CurvePanel(panel.Title, panel.Axis, [far!], null, panel.Zero) : new CurvePanel(panel.Title, panel.Axis, main, far, panel.Zero);
    }

    private static LinePattern Pattern(CurveLine line) => line switch
    {
        CurveLine.Dashed => LinePattern.Dashed,
        CurveLine.Dotted => LinePattern.Dotted,
        _ => LinePattern.Solid,
    };
}
