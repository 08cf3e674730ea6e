using Joule.Cli.Plots;
using Joule.Objectives;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class PanelLayoutTests
{
    [Fact]
    public void The_figures_of_contrastive_divergence_are_in_two_panels()
    {
        IReadOnlyList<CurvePanel> panels = PanelLayout.Of(MadeUpRuns.Balanced(3), MadeUpRuns.Figures.Recorded);
        Assert.Equal(["Contrastive divergence", "Mean energies"], panels.Select(p => p.Title));
        Assert.Equal(["training, data − negatives", "validation, data − noise"], panels[0].Curves.Select(c => c.Name));
        Assert.Equal(["data", "negatives", "validation data", "noise"], panels[1].Curves.Select(c => c.Name));
        Assert.Equal([Curve.Blue, Curve.Green, Curve.Vermillion, Curve.Purple], panels[1].Curves.Select(c => c.Colour));
    }

    [Fact]
    public void An_unknown_column_has_its_own_panel_and_a_figure_without_a_curve_has_none()
    {
        MetricsRow[] rows = [.. MetricsTable.ParseAll("epoch,step,seconds,loss,accuracy,odd\n1,5,1,3,0.5,7\n", "m.csv")];
        FigureCurve curve = new(new FigurePanel("a", "Accuracy", "accuracy"), "training", OwnScale: true);
        Figure[] figures = [new("loss", "nats", ""), new("accuracy", "", "") { Curve = curve }];
        IReadOnlyList<CurvePanel> panels = PanelLayout.Of(rows, figures);
        Assert.Equal(["Accuracy", "odd"], panels.Select(p => p.Title));
        Assert.Equal([0.5], Assert.Single(panels[0].Curves).Values);
        Assert.False(panels[0].OwnScale);
        Assert.Throws<InvalidInputException>(
            () => PanelLayout.Of([.. MetricsTable.ParseAll("epoch,step,seconds,loss\n1,5,1,3\n", "m.csv")], figures));
    }
}
