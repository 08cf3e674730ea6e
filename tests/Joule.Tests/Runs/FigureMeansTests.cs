using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class FigureMeansTests
{
    [Fact]
    public void The_means_of_a_part_and_the_rest_are_those_of_the_whole()
    {
        FigureMeans whole = new(), part = new(), rest = new();
        for (int i = 0; i < 7; i++)
        {
            TrainingFigures figures = new(i, i / 3.0, 1, -i, 2, i * i);
            whole.Add(figures);
            if (i == 3)
                rest.CopyFrom(part);
            (i < 3 ? part : rest).Add(figures);
        }
        Assert.Equal(whole.Mean, rest.Mean);
        Assert.Equal((7, 7, 3.0), (whole.Count, rest.Count, rest.Mean.Loss));
        rest.Clear();
        Assert.Equal(0, rest.Count);
    }
}
