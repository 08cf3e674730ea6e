using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class TrainingFiguresTests
{
    private static readonly FigureList List = new([new Figure("loss", "nats", "") { Role = FigureRole.Loss }, new Figure("other", "", "")]);

    [Fact]
    public void Numbers_are_found_by_name_and_role_and_missing_ones_are_NaN()
    {
        TrainingFigures figures = new(List, [1, 2], 64);
        Assert.Equal((1, 2), (figures[FigureRole.Loss], figures["other"]));
        Assert.True(
            double.IsNaN(figures["gap"]) && double.IsNaN(figures[FigureRole.Gap]) && double.IsNaN(default(TrainingFigures)["loss"]));
        Assert.Throws<ArgumentException>(() => new TrainingFigures(List, [1], 64));
    }

    [Fact]
    public void A_copy_keeps_its_numbers_and_equal_ones_are_equal()
    {
        double[] values = [1, double.NaN];
        TrainingFigures figures = new(List, values, 64), copy = figures.Copy();
        Assert.Equal(figures, copy);
        values[0] = 3;
        Assert.Equal((3, 1), (figures[FigureRole.Loss], copy[FigureRole.Loss]));
        Assert.NotEqual(figures, copy);
        Assert.NotEqual(copy, new TrainingFigures(List, [1, double.NaN], 64, isFrozen: true));
        FigureList another = new([new Figure("loss", "", ""), new Figure("another", "", "")]);
        Assert.NotEqual(copy, new TrainingFigures(another, [1, double.NaN], 64));
    }
}
