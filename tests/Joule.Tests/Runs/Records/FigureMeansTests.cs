using Joule.Objectives;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class FigureMeansTests
{
    private const int Sums = 13; // ten figures of contrastive divergence, the gradient norm, the weights and the updates

    private static readonly string[] Names = ["loss", "cd", "regularization", "energy_data", "energy_negative", "gradient_norm"];

    [Fact]
    public void Means_of_a_part_and_the_rest_combine_to_those_of_the_whole()
    {
        FigureMeans whole = New(), part = New(), rest = New();
        for (int i = 0; i < 7; i++)
        {
            UpdateFigures figures = new(i, i / 3.0, 1, -i, 2, i * i);
            double weight = i == 6 ? 0.25 : 1;
            whole.Add(figures, weight);
            if (i == 3)
                rest.CopyFrom(part);
            (i < 3 ? part : rest).Add(figures, weight);
        }
        Assert.Equal(All(whole), All(rest));
        Assert.Equal((7, 7), (whole.Count, rest.Count));
        rest.Clear();
        Assert.Equal(0, rest.Count);
        Assert.All(All(rest), mean => Assert.True(double.IsNaN(mean)));
    }

    [Fact]
    public void Figures_are_weighted_by_states_and_gradients_by_updates()
    {
        // 64, 64 and 32 states with energies 1, 2 and 6: (64 + 128 + 192) / 160. By updates it would be 3.
        FigureMeans means = New();
        means.Add(new UpdateFigures(10, 20, 30, 1, -1, 3));
        means.Add(new UpdateFigures(20, 40, 60, 2, -2, 6));
        means.Add(new UpdateFigures(60, 120, 180, 6, -6, 12), 0.5);
        Assert.Equal([24, 48, 72, 2.4, -2.4, 7], All(means));
        Assert.Equal(2.4, means[FigureRole.DataEnergy]);
        Assert.Equal(3, means.Count);
    }

    [Fact]
    public void Each_figure_is_averaged_in_its_own_way_and_unrecorded_ones_have_no_mean()
    {
        FigureList list = new(
        [
            new Figure("states", "", ""), new Figure("updates", "", "") { Mean = FigureMean.Updates },
            new Figure("last", "", "") { Mean = FigureMean.Last },
            new Figure("hidden", "", "") { IsRecorded = false },
        ]);
        FigureMeans means = new(list);
        means.Add(new TrainingFigures(list, [1, 1, 1, double.NaN], 64));
        means.Add(new TrainingFigures(list, [4, 4, 4, 1], 32), 0.5);
        Assert.Equal([2, 2.5, 4, double.NaN, double.NaN], new[] { "states", "updates", "last", "hidden", "none" }.Select(n => means[n]));
        Assert.Throws<ArgumentException>(() => means.Add(new UpdateFigures(1, 2, 3, 4, 5, 6)));
    }

    [Fact]
    public void Saved_numbers_are_restored()
    {
        FigureMeans means = New(), again = New();
        means.Add(new UpdateFigures(1, 2, 3, 4, 5, 6));
        means.Add(new UpdateFigures(3, 2, 1, 0, 7, 8), 0.5);
        Assert.Equal(Sums, means.Sums.Length);
        Assert.True(again.TryRestore(means.Sums));
        Assert.Equal(2, again.Count);
        Assert.Equal(All(means), All(again));
    }

    [Theory]
    [InlineData(Sums - 1, 0, 0)]
    [InlineData(Sums + 1, 0, 0)]
    [InlineData(Sums, 1, 0.5)]
    [InlineData(Sums, 0, 1)]
    [InlineData(Sums, 3, 2)]
    [InlineData(Sums, double.NaN, 2)]
    [InlineData(Sums, 1, -1)]
    [InlineData(Sums, 1, double.NaN)]
    public void Impossible_numbers_are_refused(int length, double weight, double count)
    {
        FigureMeans means = New();
        double[] sums = new double[length];
        (sums[^2], sums[^1]) = (weight, count);
        Assert.False(means.TryRestore(sums));
        Assert.Equal(0, means.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_weight_is_a_share_of_a_batch(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => New().Add(new UpdateFigures(1, 2, 3, 4, 5, 6), weight));

    private static FigureMeans New() => new(UpdateFigures.List);

    private static double[] All(FigureMeans means) => [.. Names.Select(n => means[n])];
}
