using System.Globalization;
using Joule.Tables.Tests.Reading;
using Xunit;

namespace Joule.Tables.Tests.Columns;

public sealed class ColumnRulesTests
{
    private const int Rows = 100;

    public static TheoryData<string, string, string> Cases => new()
    {
        { "numbers", "numeric", "standard" },
        { "numbers with a far one", "numeric", "quantile" },
        { "two numbers", "numeric", "standard" },
        { "whole numbers of no numbering", "numeric", "standard" },
        { "a numbering", "identifier", "left out" },
        { "a numbering in disorder", "identifier", "left out" },
        { "one number", "constant", "left out" },
        { "nothing", "constant", "left out" },
        { "levels", "categorical", "one number per level" },
        { "levels and missing ones", "categorical", "one number per level, and whether it is missing" },
        { "names", "identifier", "left out" },
        { "half names", "categorical", "one number per level" },
        { "numbers and missing ones", "numeric", "standard, and whether it is missing" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_kind_of_a_column_follows_from_its_type_and_counts(string content, string kind, string transform)
    {
        FittedColumn column = Fit(Cell(content), null);
        Assert.Equal((kind, transform), (column.Kind, column.Transform));
        Assert.NotEmpty(column.Why);
    }

    [Theory]
    [InlineData("a numbering", "numeric", "numeric", "standard")]
    [InlineData("numbers with a far one", "standard", "numeric", "standard")]
    [InlineData("numbers", "robust", "numeric", "robust")]
    [InlineData("numbers", "quantile", "numeric", "quantile")]
    [InlineData("numbers", "linear", "numeric", "linear")]
    [InlineData("two numbers", "categorical", "categorical", "one number per level")]
    [InlineData("numbers", "ignore", "ignored", "left out")]
    [InlineData("names", "categorical", "categorical", "one number per level")]
    public void The_user_s_choice_overrides_the_rules(string content, string choice, string kind, string transform)
    {
        FittedColumn column = Fit(Cell(content), choice);
        Assert.Equal((kind, transform, "you said so"), (column.Kind, column.Transform, column.Why[..11]));
    }

    [Fact]
    public void A_few_numbered_rows_are_not_an_identifier() =>
        Assert.Equal("numeric", Fit(i => i.ToString(CultureInfo.InvariantCulture), null, ColumnRules.IdentifierRows - 1).Kind);

    [Fact]
    public void The_most_frequent_of_many_levels_are_kept()
    {
        CategoricalColumn column = Assert.IsType<CategoricalColumn>(Fit(i => $"L{(int)Math.Sqrt(i)}", null, 10_000));
        Assert.Equal(100, column.Distinct);
        Assert.Equal(Enumerable.Range(0, ColumnRules.MostLevels).Select(i => $"L{99 - i}"), column.Levels);
        Assert.Contains("64 most frequent of 100 levels", column.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_training_rows_count()
    {
        Table table = DelimitedFileTests.Csv("a\n" + string.Concat(Enumerable.Range(0, 10).Select(i => i < 5 ? "1\n" : "2\n")));
        Assert.Equal("constant", ColumnRules.Fit(ColumnFacts.Of(table.Columns[0], [0, 1, 2, 3, 4]), null).Kind);
        Assert.Equal("numeric", ColumnRules.Fit(ColumnFacts.Of(table.Columns[0], [0, 1, 2, 3, 4, 5]), null).Kind);
    }

    private static Func<int, string> Cell(string content) => content switch
    {
        "numbers" => i => Text(Math.Sin(i)),
        "numbers with a far one" => i => Text(i == 7 ? 1000 : Math.Sin(i)),
        "two numbers" => i => Text(i % 2),
        "whole numbers of no numbering" => i => Text(i * i),
        "a numbering" => i => Text(1000 + i),
        "a numbering in disorder" => i => Text(37 * i % 101),
        "one number" => i => "3.5",
        "nothing" => i => "NA",
        "levels" => i => i % 3 == 0 ? "Rome" : "Paris",
        "levels and missing ones" => i => i % 3 == 0 ? "Rome" : i % 3 == 1 ? "Paris" : "",
        "names" => i => $"name {i}",
        "half names" => i => $"name {i / 2}",
        _ => i => i % 10 == 0 ? "" : Text(Math.Sin(i)),
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static FittedColumn Fit(Func<int, string> cell, string? choice, int rows = Rows)
    {
        string text = "x,y\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{cell(i)},1\n"));
        Table table = DelimitedFileTests.Csv(text,
            new TableReading { TypeOf = _ => choice == "ignore" ? CellType.Automatic : ColumnRules.TypeOf(choice) });
        return ColumnRules.Fit(ColumnFacts.Of(table.Columns[0], [.. Enumerable.Range(0, rows)]), choice);
    }
}
