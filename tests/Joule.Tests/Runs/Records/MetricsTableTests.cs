using CsCheck;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class MetricsTableTests
{
    private const string Line = "2,1876,12.5,-1.25,-1.5,0.25,3,4.5,-30,3.5,33.5,0.125";
    private static readonly MetricsColumns Columns = UpdateFigures.Run.Columns;
    private static readonly MetricsRow Row = UpdateFigures.Row(2, 1876, 12.5, -1.25, -1.5, 0.25, 3, 4.5, -30, 3.5, 33.5, 0.125);

    private static readonly Gen<double> Finite = Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite);

    [Fact]
    public void The_header_is_as_documented() => Assert.Equal(
        "epoch,step,seconds,loss,cd,regularization,energy_data,energy_negative,val_cd,val_energy_data,val_energy_noise,gradient_norm",
        Columns.Header);

    [Fact]
    public void A_row_is_written_in_the_order_of_the_header() => Assert.Equal(Line, MetricsTable.Format(Row));

    [Fact]
    public void A_line_is_read_in_the_order_of_the_header() => Assert.Equal(Row, MetricsTable.Parse(Columns, Line, "m.csv", 2));

    [Fact]
    public void Any_finite_number_survives_the_file_bit_for_bit() =>
        Gen.Select(Finite, Finite, Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue]).Sample((a, b, epoch, step) =>
        {
            MetricsRow row = UpdateFigures.Row(epoch, step, 12.5, -1.25, a, 0.25, 3, 4.5, -a, 3.5, 33.5, b);
            return MetricsTable.Parse(Columns, MetricsTable.Format(row), "m.csv", 2) == row;
        });

    [Fact]
    public void Missing_values_are_NaN_and_stay_so()
    {
        string line = MetricsTable.Format(UpdateFigures.With(Row, "val_cd", double.NaN));
        Assert.True(double.IsNaN(MetricsTable.Parse(Columns, line, "m.csv", 2)["val_cd"]));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_whole_file_is_read_with_either_line_end(string end)
    {
        string text = MetricsTable.Format(Columns, [Row, Row with { Epoch = 3 }]).Replace("\n", end, StringComparison.Ordinal);
        Assert.Equal([Row, Row with { Epoch = 3 }], MetricsTable.ParseAll(text, "m.csv"));
    }

    [Fact]
    public void A_file_with_a_header_only_has_no_rows() => Assert.Empty(MetricsTable.ParseAll(Columns.Header + "\n", "m.csv"));

    [Theory]
    [InlineData("2,1876", "m.csv, line 3: expected 12 fields, given 2")]
    [InlineData("", "m.csv, line 3: expected 12 fields, given 1")]
    [InlineData("x,1,1,1,1,1,1,1,1,1,1,1", "m.csv, line 3, column 'epoch': expected a whole number from 0 to 2147483647, given 'x'")]
    [InlineData("-1,1,1,1,1,1,1,1,1,1,1,1", "column 'epoch': expected a whole number from 0 to 2147483647, given '-1'")]
    [InlineData("3000000000,1,1,1,1,1,1,1,1,1,1,1", "column 'epoch'")]
    [InlineData("3,1.5,1,1,1,1,1,1,1,1,1,1", "column 'step': expected a whole number from 0 to 9223372036854775807, given '1.5'")]
    [InlineData("3,1,1,1,1,1,1,1,,1,1,1", "column 'val_cd': expected a finite number, or NaN where nothing was measured, given ''")]
    [InlineData("3,1,1,1,1,1,1,1,1,1,Infinity,1", "column 'val_energy_noise': expected a finite number")]
    [InlineData("2,1,1,1,1,1,1,1,1,1,1,1", "column 'epoch': expected an epoch after 2, given '2'")]
    public void A_bad_line_is_an_error_that_names_file_line_and_column(string line, string expected)
    {
        string text = Columns.Header + "\n" + Line + "\n" + line + "\n" + Line;
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => MetricsTable.ParseAll(text, "m.csv"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_any_figures_is_read_by_its_header()
    {
        IReadOnlyList<MetricsRow> rows = MetricsTable.ParseAll("epoch,step,seconds,loss,accept_2\n1,3,0.5,7,NaN\n2,6,1,-8,0.25\n", "m.csv");
        Assert.Equal(["loss", "accept_2"], rows[0].Columns.Names);
        Assert.Equal((-8, 0.25), (rows[1]["loss"], rows[1]["accept_2"]));
        Assert.True(double.IsNaN(rows[1]["val_cd"]));
        Assert.Equal("epoch,step,seconds,loss,accept_2\n1,3,0.5,7,NaN\n2,6,1,-8,0.25\n", MetricsTable.Format(rows[0].Columns, rows));
        Assert.Equal(new MetricsRow(new MetricsColumns([]), 1, 3, 0.5, []),
            Assert.Single(MetricsTable.ParseAll("epoch,step,seconds\n1,3,0.5", "m.csv")));
        Assert.Throws<ArgumentException>(() => MetricsTable.Format(Columns, rows));
    }

    [Theory]
    [InlineData("epoch,loss", "the first must be epoch,step,seconds")]
    [InlineData("", "the first must be epoch,step,seconds")]
    [InlineData("epoch,step,seconds,loss,loss", "\"loss\" is repeated")]
    [InlineData("epoch,step,seconds,Loss", "\"Loss\" is not a column name")]
    [InlineData("epoch,step,seconds,", "\"\" is not a column name")]
    [InlineData("epoch,step,seconds,2d", "\"2d\" is not a column name")]
    public void An_invalid_header_is_an_error_that_says_why(string header, string why)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => MetricsTable.ParseAll(header + "\n1,2\n", "m.csv"));
        Assert.Contains(
            "m.csv, line 1: expected a header with the column names of a table of metrics", error.Message, StringComparison.Ordinal);
        Assert.Contains($"given '{header}': {why}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_very_many_columns_is_refused() => Assert.Contains("at most 256 are read",
        Assert.Throws<InvalidInputException>(() => MetricsTable.ParseAll("epoch,step,seconds" + string.Concat(
            Enumerable.Range(0, 254).Select(i => $",c{i}")), "m.csv")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        string path = Path.Combine(Path.GetTempPath(), "joule-no-such-folder", "metrics.csv");
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => MetricsTable.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
