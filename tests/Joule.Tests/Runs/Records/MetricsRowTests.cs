using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class MetricsRowTests
{
    private static readonly MetricsColumns Columns = new(["loss", "cd"]);

    [Fact]
    public void Values_are_found_by_name_and_unknown_ones_are_NaN()
    {
        MetricsRow row = new(Columns, 1, 2, 3, [4, 5]);
        Assert.Equal((4.0, 5.0, double.NaN), (row["loss"], row["cd"], row["step"]));
    }

    [Fact]
    public void Rows_with_equal_numbers_are_equal_even_if_some_are_NaN()
    {
        MetricsRow row = new(Columns, 1, 2, 3, [4, double.NaN]);
        Assert.Equal(row, new MetricsRow(new MetricsColumns(["loss", "cd"]), 1, 2, 3, [4, double.NaN]));
        Assert.NotEqual(row, new MetricsRow(Columns, 1, 2, 3, [4, 5]));
        Assert.NotEqual(row, row with { Step = 9 });
    }

    [Fact]
    public void Each_column_needs_a_value() => Assert.Throws<ArgumentException>(() => new MetricsRow(Columns, 1, 2, 3, [4]));
}
