using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunFiguresTests
{
    [Fact]
    public void The_columns_of_contrastive_divergence_are_as_documented() => Assert.Equal(
        "epoch,step,seconds,loss,cd,regularization,energy_data,energy_negative,val_cd,val_energy_data,val_energy_noise,gradient_norm",
        UpdateFigures.Run.Columns.Header);

    [Fact]
    public void A_row_has_the_means_and_the_validation()
    {
        FigureMeans means = new(UpdateFigures.List);
        means.Add(new UpdateFigures(1, 2, 3, 4, 5, 6));
        MetricsRow row = UpdateFigures.Run.Row(2, 20, 1.5, means, new ValidationFigures(7, 10));
        Assert.Equal(UpdateFigures.Row(2, 20, 1.5, 1, 2, 3, 4, 5, -3, 7, 10, 6), row);
    }

    [Fact]
    public void A_figure_of_an_objective_cannot_have_a_reserved_name()
    {
        foreach (string name in (string[])["val_cd", "gradient_norm", "epoch"])
            Assert.Contains(name, Assert.Throws<InvalidInputException>(
                () => new RunFigures(new FigureList([new Figure(name, "", "")]))).Message, StringComparison.Ordinal);
    }
}
