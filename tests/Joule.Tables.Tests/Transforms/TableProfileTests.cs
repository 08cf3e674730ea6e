using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Tables.Tests.Reading;
using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class TableProfileTests
{
    [Fact]
    public void Each_column_of_the_energy_has_its_distribution()
    {
        TableTransform transform = TableTransformTests.Fit(out Table table);
        Assert.Equal(transform.RowColumns, transform.Profiles.Select(p => p.Name));
        ColumnProfile age = transform.Profiles[0], city = transform.Profiles[1];
        Assert.Equal((40, 4, 7), (age.Rows, age.Missing, age.Distinct));
        Assert.Equal((33, 20f, 26f), (age.Cuts.Count, age.Cuts[0], age.Cuts[^1]));
        float[] sorted = [.. Enumerable.Range(0, 40).Where(i => i % 10 != 3).Select(i => 20f + i % 7).Order()];
        Assert.Equal(Enumerable.Range(0, 33).Select(i => sorted[age.RankOf(i) - 1]), age.Cuts);
        string[] cities = [.. Enumerable.Range(0, 40).Select(table.Find("city")!.Text)];
        Assert.Equal(city.Levels.Select(level => cities.Count(c => c == level)), city.LevelRows);
        Assert.True(city.HasAllLevels);
    }

    [Fact]
    public void A_model_keeps_it_and_one_of_an_earlier_version_has_none()
    {
        TableTransform transform = TableTransformTests.Fit(out _);
        JsonObject json = transform.ToJson();
        TableTransform read = TableTransform.FromJson(JsonNode.Parse(json.ToJsonString()), "the model");
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(transform.Profiles[i].Cuts, read.Profiles[i].Cuts);
            Assert.Equal(transform.Profiles[i].LevelRows, read.Profiles[i].LevelRows);
        }
        json.Remove("profile");
        TableTransform old = TableTransform.FromJson(json, "the model");
        Assert.Empty(old.Profiles);
        Assert.False(old.ToJson().ContainsKey("profile"));
    }

    [Theory]
    [InlineData("version", "2", "profile.version is 2; this Joule reads version 1")]
    [InlineData("missing", "[0]", "must have 4 values")]
    [InlineData("values", "[\"AAAA\",\"1 2 3\",\"1 2\",\"AAAA\"]", "profile.values.0 does not fit 40 rows of the column \"age\"")]
    [InlineData("values", "[\"AAAA\",\"1 2 -3\",\"1 2\",\"AAAA\"]", "profile.values.1 does not fit 40 rows of the column \"city\"")]
    [InlineData("rows", "3", "profile.values.0 does not fit 3 rows")]
    public void A_damaged_one_is_refused(string key, string value, string expected)
    {
        JsonObject json = TableTransformTests.Fit(out _).ToJson();
        json["profile"]![key] = JsonNode.Parse(value);
        string message = Assert.Throws<InvalidInputException>(() => TableTransform.FromJson(json, "the model")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_rows_are_counted_by_it()
    {
        TableTransform transform = TableTransformTests.Fit(out Table table);
        IReadOnlyList<ColumnCounts> counts = transform.Count(table, [3, 4, 5]);
        Assert.Equal((3, 1), (counts[0].Count, counts[0].Missing)); // no age in row 3, then 24 and 25
        int last = transform.Profiles[0].Cuts.Count - 1;
        Assert.Equal((2, 2), counts[0].At(last));
        Assert.Equal((0, 0), counts[0].At(0));
        Assert.Equal(3, counts[1].Levels.Values.Sum());
        Assert.Equal(3, transform.Profiled(table, [3, 4, 5]).Profiles[0].Rows);
    }

    // The knots of 40 columns with heavy tails take 400,000 characters: once more than the file was read with.
    [Fact]
    public void A_table_of_heavy_tails_fits_into_a_model()
    {
        TableTransform transform = Wide(40);
        Assert.InRange(transform.ToJson().ToJsonString().Length, 300_000, 6 << 20);
    }

    [Fact]
    public void A_table_that_a_model_cannot_keep_is_refused() =>
        Assert.Contains("set another scaling", Assert.Throws<InvalidInputException>(() => Wide(650)).Message, StringComparison.Ordinal);

    private static TableTransform Wide(int columns)
    {
        StringBuilder text = new(string.Join(',', Enumerable.Range(0, columns).Select(c => $"c{c}")) + "\n");
        for (int i = 0; i < 260; i++)
        {
            text.AppendJoin(',', Enumerable.Range(0, columns).Select(c =>
                (Math.Tan(1.57 * Math.Sin(i * (1.1 + c))) + i * 1e-3).ToString("R", CultureInfo.InvariantCulture)));
            text.Append('\n');
        }
        Table table = DelimitedFileTests.Csv(text.ToString());
        return TableTransform.Fit(table, [.. Enumerable.Range(0, table.RowCount)], new TableFitting { Scaling = "quantile" });
    }
}
