using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>Lays out the panels of a run's picture.</summary>
internal static class PanelLayout
{
    private const double Largest = 1e30; // the largest value for which ticks can be computed
    private const int MostPanels = 12;

    // Colours distinguish training figures from validation figures.
    private static readonly Color[] Training = [Curve.Blue, Curve.Green, Curve.Sky];
    private static readonly Color[] Validation = [Curve.Vermillion, Curve.Purple, Curve.Orange];

    /// <summary>Lays out the columns of a table.</summary>
    /// <param name="rows">The epochs, at least one.</param>
    /// <param name="figures">
    /// The figures that describe the columns. A column without a figure gets its own panel; a figure without a curve is not drawn.
    /// </param>
    /// <exception cref="InvalidInputException">No column can be drawn.</exception>
    public static IReadOnlyList<CurvePanel> Of(IReadOnlyList<MetricsRow> rows, IReadOnlyList<Figure> figures)
    {
        IGrouping<string, Figure>[] drawn =
        [
            .. rows[0].Columns.Names
                .Select(column => figures.FirstOrDefault(figure => figure.Name == column) ?? Unknown(column))
                .Where(figure => figure.Curve is not null)
                .GroupBy(figure => figure.Curve!.Panel.Key)
                .Take(MostPanels),
        ];
        if (drawn.Length == 0)
            throw new InvalidInputException($"No column of the table has a curve; its columns are {rows[0].Columns.Header}.");
        return [.. drawn.Select(panel => Panel(rows, [.. panel]))];
    }

    private static Figure Unknown(string column) => new(column, "", "")
    {
        Curve = new FigureCurve(new FigurePanel($"column {column}", column, column), column),
    };

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
        return main.Count == 0
            ? new CurvePanel(panel.Title, panel.Axis, [far!], null, panel.Zero)
            : new CurvePanel(panel.Title, panel.Axis, main, far, panel.Zero);
    }

    private static LinePattern Pattern(CurveLine line) => line switch
    {
        CurveLine.Dashed => LinePattern.Dashed,
        CurveLine.Dotted => LinePattern.Dotted,
        _ => LinePattern.Solid,
    };
}
