using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

/// <summary>Windows of a stream against the training rows' profile: <see cref="ProfileTest"/> and <see cref="ColumnDrift"/>.</summary>
public sealed class ProfileTestTests
{
    private const int Training = 400;
    private const int Window = 200;
    private static readonly string[] Names = ["number", "count", "level", "gaps"];

    [Fact]
    public void Numbers_have_the_p_value_of_the_cut_that_differs_most()
    {
        ColumnProfile profile = new("x", 3, 0, 3) { Cuts = [1, 2, 3] };
        ColumnCounts now = new(profile);
        for (int i = 0; i < 4; i++)
            now.Add(10.0);
        // All four above the largest of three: one of 35 orders, twice for two sides, times three cuts and the missing values.
        Assert.Equal((4 * 2 / 35.0, "100.0% above 3 now, about 0% in the training"), ProfileTest.Compare(now));
        now.Clear();
        Assert.Equal(1, ProfileTest.Compare(now).PValue);
    }

    [Fact]
    public void Levels_have_Fisher_s_p_value_and_a_new_one_is_named()
    {
        ColumnProfile profile = new("c", 20, 0, 2) { Levels = ["a", "b"], LevelRows = [12, 8] };
        ColumnCounts now = new(profile);
        for (int i = 0; i < 20; i++)
            now.Add(i < 8 ? "a" : i < 12 ? "b" : "z");
        (double p, string what) = ProfileTest.Compare(now);
        Assert.Equal("\"z\" in 40.0% of the rows now, in none in the training", what);
        Assert.Equal(4 * FisherExact.PValue(0, 20, 8, 20), p, 1e-15); // two levels, the new one, and the missing values
        // If rare levels were not kept, others may be among them.
        now = new(profile with { Rows = 21, Distinct = 3 });
        for (int i = 0; i < 20; i++)
            now.Add(i < 12 ? "a" : "z");
        Assert.Empty(now.Levels.Keys.Except(["a"]));
    }

    // A promise of 5%: of 200 streams at most 10 are expected to name a column, and 21 is the 99.9% point of the binomial distribution.
    // Each stream has training rows of its own, numbers with many and with few values, levels, and missing values.
    [Fact]
    public void Columns_that_stay_are_rarely_named()
    {
        int named = Enumerable.Range(0, 200).Count(stream => Run((ulong)stream, 6 * Window, (_, _) => 0, 0.05).Count > 0);
        Assert.InRange(named, 0, 21);
    }

    // The p-values are not far too large either: of 400 comparisons of numbers with δ = 0.5 for a single column and window, some lie below.
    [Fact]
    public void The_promise_is_not_empty()
    {
        int named = Enumerable.Range(0, 200).Count(stream => Run((ulong)stream, Window, (_, _) => 0, 0.9999).Count > 0);
        Assert.InRange(named, 1, 140); // at most one half by the correction for the first comparison; 140 is 5.7 standard errors above
    }

    [Theory]
    [InlineData(0, " now, about ")]
    [InlineData(1, " now, about ")]
    [InlineData(2, "\" in ")]
    [InlineData(3, "no value in ")]
    public void A_column_that_moves_is_named_alone_from_the_first_window_on(int column, string what)
    {
        List<MovedColumn> moved = Run(77, 3 * Window, (_, c) => c == column ? 1 : 0, 0.01);
        Assert.Equal(3, moved.Count);
        Assert.All(moved, m => Assert.Equal(Names[column], m.Name));
        Assert.All(moved, m => Assert.Contains(what, m.What, StringComparison.Ordinal));
    }

    [Fact]
    public void The_rows_after_the_last_window_are_compared_at_the_end()
    {
        ColumnProfile profile = new("x", 33, 0, 33) { Cuts = [.. Enumerable.Range(0, 33)] };
        ColumnDrift drift = new(["x"], 1000, 0.01, [profile]);
        for (int i = 0; i < 30; i++)
            Assert.False(drift.Add([50.0 + i]));
        Assert.True(drift.Finish());
        Assert.Equal((1, 30), (drift.Moved.Count, drift.Compared));
        Assert.False(drift.Finish());
        drift = new ColumnDrift(["x"], 1000, 0.01);
        Assert.False(drift.IsFromTraining);
        Assert.False(drift.Finish());
    }

    private static List<MovedColumn> Run(ulong stream, int rows, Func<int, int, int> move, double level)
    {
        RowCell[][] training = [.. Enumerable.Range(0, Training).Select(i => Row(stream, i, (_, _) => 0))];
        ColumnProfile[] profiles = [.. Names.Select((name, c) => Profile(name, [.. training.Select(row => row[c])]))];
        ColumnDrift drift = new(Names, Window, level, profiles);
        List<MovedColumn> moved = [];
        for (int i = 0; i < rows; i++)
        {
            if (drift.Add(Row(stream, Training + i, move)))
                moved.AddRange(drift.Moved);
        }
        return moved;
    }

    private static RowCell[] Row(ulong stream, int row, Func<int, int, int> move)
    {
        RandomStream draws = new(stream, RandomPurpose.User, 0);
        float x = draws.Uniform(0, row), y = draws.Uniform(1, row), z = draws.Uniform(2, row), u = draws.Uniform(3, row);
        return
        [
            x + 0.5 * move(row, 0),
            Math.Floor(3 * y) + move(row, 1),
            z < 0.2 + 0.5 * move(row, 2) ? "b" : "a",
            u < 0.1 + 0.5 * move(row, 3) ? RowCell.Missing : draws.Uniform(4, row),
        ];
    }

    private static ColumnProfile Profile(string name, RowCell[] cells)
    {
        int missing = cells.Count(c => c.IsMissing);
        string[] texts = [.. cells.Where(c => c.Text is not null).Select(c => c.Text!)];
        double[] numbers = [.. cells.Where(c => c.Text is null && !c.IsMissing).Select(c => c.Number).Order()];
        string[] levels = [.. texts.Distinct().Order()];
        return new ColumnProfile(name, cells.Length, missing, levels.Length + numbers.Distinct().Count())
        {
            Cuts = ColumnProfile.CutsOf(numbers),
            Levels = levels,
            LevelRows = [.. levels.Select(l => texts.Count(t => t == l))],
        };
    }
}
