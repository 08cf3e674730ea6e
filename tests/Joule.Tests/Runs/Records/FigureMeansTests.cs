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
            double weight = i == 6 ? 0.25 : 1;
            whole.Add(figures, weight);
            if (i == 3)
                rest.CopyFrom(part);
            (i < 3 ? part : rest).Add(figures, weight);
        }
        Assert.Equal(whole.Mean, rest.Mean);
        Assert.Equal((7, 7), (whole.Count, rest.Count));
        rest.Clear();
        Assert.Equal(0, rest.Count);
    }

    [Fact]
    public void A_short_batch_counts_by_its_images_and_a_gradient_by_its_update()
    {
        // 64, 64 and 32 images with energies 1, 2 and 6: (64 + 128 + 192) / 160. By updates it would be 3.
        FigureMeans means = new();
        means.Add(new TrainingFigures(10, 20, 30, 1, -1, 3));
        means.Add(new TrainingFigures(20, 40, 60, 2, -2, 6));
        means.Add(new TrainingFigures(60, 120, 180, 6, -6, 12), 0.5);
        Assert.Equal(new TrainingFigures(24, 48, 72, 2.4, -2.4, 7), means.Mean);
        Assert.Equal(3, means.Count);
    }

    [Fact]
    public void What_was_remembered_is_restored_also_from_an_earlier_Joule()
    {
        FigureMeans means = new(), again = new(), earlier = new();
        means.Add(new TrainingFigures(1, 2, 3, 4, 5, 6));
        means.Add(new TrainingFigures(3, 2, 1, 0, 7, 8), 0.5);
        Assert.True(again.TryRestore(means.Sums));
        Assert.Equal((means.Mean, 2), (again.Mean, again.Count));
        Assert.True(earlier.TryRestore([2, 4, 6, 8, 10, 12, 2]));
        Assert.Equal((new TrainingFigures(1, 2, 3, 4, 5, 6), 2), (earlier.Mean, earlier.Count));
        earlier.Add(new TrainingFigures(6, 7, 8, 9, 10, 12), 0.5);
        Assert.Equal(new TrainingFigures(2, 3, 4, 5, 6, 8), earlier.Mean);
    }

    [Theory]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 1, 0.5 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, 3, 2 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, double.NaN, 2 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, -1 })]
    [InlineData(new double[] { 0, 0, 0, 0, 0, 0, double.NaN })]
    public void What_no_epoch_can_have_is_refused(double[] sums)
    {
        FigureMeans means = new();
        Assert.False(means.TryRestore(sums));
        Assert.Equal(0, means.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_weight_is_a_share_of_a_batch(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FigureMeans().Add(default, weight));
}
