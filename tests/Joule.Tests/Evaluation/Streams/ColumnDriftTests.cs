using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ColumnDriftTests
{
    private const int Window = 200;

    [Fact]
    public void Fisher_s_test_has_the_published_value()
    {
        // The lady tasting tea: 3 of 4 against 1 of 4 has the tail (16 + 1)/70.
        Assert.Equal(2 * 17 / 70.0, FisherExact.PValue(3, 4, 1, 4), 1e-12);
        Assert.Equal(2 * 17 / 70.0, FisherExact.PValue(1, 4, 3, 4), 1e-12);
        Assert.Equal(2 / 70.0, FisherExact.PValue(4, 4, 0, 4), 1e-12);
        Assert.Equal(1, FisherExact.PValue(2, 4, 2, 4));
        Assert.Equal(0, FisherExact.PValue(1000, 1000, 0, 1000));
    }

    [Fact]
    public void Numbers_are_compared_by_the_distance_of_their_distributions()
    {
        (ColumnWindow before, ColumnWindow now) = (new(4), new(4));
        foreach (double value in (double[])[1, 2, 3, 4])
        {
            before.Add(value);
            now.Add(value + 2);
        }
        // Two of four lie below all of the others: e·exp(−4 · 0.5²) = 1; apart from each other, e·exp(−4).
        Assert.Equal(1, ColumnWindow.Compare(before, now).PValue, 1e-12);
        now.Clear();
        foreach (double value in (double[])[5, 6, 7, 8])
            now.Add(value);
        Assert.Equal(Math.Exp(-3), ColumnWindow.Compare(before, now).PValue, 1e-12);
    }

    // 100 streams of 10 comparisons of 3 columns with δ = 0.05: at most 5 streams are expected to name a column; the 99.9% point of the
    // binomial distribution is 13.
    [Fact]
    public void Columns_that_stay_are_rarely_named()
    {
        int named = Enumerable.Range(0, 100).Count(stream => Run((ulong)stream, 11 * Window, (_, _) => 0, 0.05).Count > 0);
        Assert.InRange(named, 0, 13);
    }

    [Theory]
    [InlineData(0, "median ")]
    [InlineData(1, "\"a\" in ")]
    [InlineData(2, "no value in ")]
    public void A_column_that_moves_is_named_alone(int column, string what)
    {
        List<MovedColumn> moved = Run(77, 6 * Window, (row, c) => row >= 3 * Window && c == column ? 1 : 0, 0.01);
        Assert.Equal(3, moved.Count); // the fourth, fifth and sixth window
        Assert.All(moved, m => Assert.Equal($"c{column}", m.Name));
        Assert.All(moved, m => Assert.StartsWith(what, m.What, StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_is_smaller_for_very_many_columns()
    {
        Assert.Equal(419, new ColumnDrift([.. Enumerable.Range(0, 10_000).Select(i => $"{i}")], 1000, 0.01).Window);
        Assert.False(new ColumnDrift([], 1000, 0.01).Add([]));
    }

    // A number, a level and a number that is sometimes missing; a move shifts, or makes more frequent.
    private static List<MovedColumn> Run(ulong stream, int rows, Func<int, int, double> move, double level)
    {
        RandomStream draws = new(stream, RandomPurpose.User, 0);
        ColumnDrift drift = new(["c0", "c1", "c2"], Window, level);
        List<MovedColumn> moved = [];
        for (int i = 0; i < rows; i++)
        {
            float x = draws.Uniform(0, i), y = draws.Uniform(1, i), z = draws.Uniform(2, i);
            RowCell[] cells =
            [
                x + move(i, 0),
                y < 0.2 + 0.5 * move(i, 1) ? "b" : "a",
                z < 0.1 + 0.5 * move(i, 2) ? RowCell.Missing : draws.Uniform(3, i),
            ];
            if (drift.Add(cells))
                moved.AddRange(drift.Moved);
        }
        return moved;
    }
}
