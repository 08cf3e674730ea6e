using System.Text;
using System.Text.Json.Nodes;
using Joule.Tables.Tests.Reading;
using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class TableTransformTests
{
    private const string Header = "id,age,city,\"a, b\",empty,score,when";

    [Fact]
    public void Columns_become_the_numbers_of_a_state_in_order()
    {
        TableTransform transform = Fit(out _);
        Assert.Equal(["identifier", "numeric", "categorical", "categorical", "constant", "numeric", "constant"],
            transform.Columns.Select(c => c.Kind));
        Assert.Equal(
            ["age", "age (missing)", "city=Paris", "city=Rome", "city=Köln \"x\"", "city (none of these)", "a, b=no", "a, b=yes",
                "a, b (none of these)", "a, b (missing)", "score"],
            transform.StateNames);
        Assert.Equal(11, transform.Space.Width);
        Assert.Equal(States.Domain.Real, transform.Space.Domain);
    }

    [Fact]
    public void States_hold_scaled_values_levels_and_missing_flags()
    {
        TableTransform transform = Fit(out Table table);
        TableStateSet set = transform.Apply(table);
        float[] state = new float[set.Space.Width];
        set.Read(3, state); // age is missing there, and city is Rome
        NumericColumn age = (NumericColumn)transform.Fitted[1];
        Assert.Equal([(float)age.Scaling.ToState(age.Median), 1, 0, 1, 0, 0], state[..6]);
        set.Read(4, state);
        Assert.Equal([(float)age.Scaling.ToState(24), 0, 1, 0, 0, 0], state[..6]);
        Assert.Empty(set.Notes);
        Assert.Equal("104", set.RowName(4));
    }

    [Fact]
    public void Numbers_of_missing_values_are_marked_and_flags_say_that_none_is()
    {
        TableTransform transform = Fit(out Table table);
        TableStateSet set = transform.Apply(table);
        float[] state = new float[set.Space.Width];
        bool[] isMissing = new bool[state.Length];
        set.ReadKnown(4, state, isMissing); // no value is missing there
        Assert.DoesNotContain(true, isMissing);
        set.ReadKnown(3, state, isMissing); // age is missing there
        Assert.Equal([0], Marked());
        Assert.Equal(0, state[1]);
        int row = Enumerable.Range(0, set.Count).First(table.Columns[3].IsMissing);
        set.ReadKnown(row, state, isMissing); // of "a, b": no, yes, and none of these
        Assert.Equal([6, 7, 8], Marked().Where(i => i > 1));
        Assert.Equal(0, state[9]);

        IEnumerable<int> Marked() => Enumerable.Range(0, isMissing.Length).Where(i => isMissing[i]);
    }

    [Fact]
    public void States_become_rows_in_raw_units()
    {
        TableTransform transform = Fit(out Table table);
        TableStateSet set = transform.Apply(table);
        float[] state = new float[set.Space.Width];
        for (int row = 0; row < set.Count; row++)
        {
            set.Read(row, state);
            IReadOnlyList<string> cells = transform.Row(state);
            Assert.Equal(["", table.Columns[1].Text(row), table.Columns[2].Text(row), table.Columns[3].Text(row), ""], cells.Take(5));
            double score = ((NumberColumn)table.Columns[5]).Values[row];
            Assert.InRange(double.Parse(cells[5], System.Globalization.CultureInfo.InvariantCulture), score - 1e-5, score + 1e-5);
        }
    }

    [Fact]
    public void Written_rows_are_read_back_as_the_same_states()
    {
        TableTransform transform = Fit(out Table table);
        TableStateSet set = transform.Apply(table);
        string folder = Directory.CreateTempSubdirectory("joule-tables-").FullName;
        foreach (string name in (string[])["out.csv", "out.tsv"])
        {
            string path = Path.Combine(folder, name);
            transform.Write(path, All(set), set.Count);
            TableStateSet again = transform.Apply(TableFile.Read(path, transform.Reading(new TableReading())));
            float[] before = All(set), after = All(again);
            for (int i = 0; i < before.Length; i++)
                Assert.InRange(after[i], before[i] - 1e-5f, before[i] + 1e-5f);
        }
        InvalidInputException error = Assert.Throws<InvalidInputException>(() =>
            transform.Write(Path.Combine(folder, "out.png"), All(set), set.Count));
        Assert.Contains("rows are written as .csv or .tsv", error.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_model_keeps_the_whole_transform()
    {
        TableTransform transform = Fit(out Table table);
        TableTransform read = TableTransform.FromJson(JsonNode.Parse(transform.ToJson().ToJsonString()), "the model");
        Assert.Equal(transform.ToJson().ToJsonString(), read.ToJson().ToJsonString());
        Assert.Equal(All(transform.Apply(table)), All(read.Apply(table)));
    }

    [Fact]
    public void A_damaged_model_is_refused_with_every_problem()
    {
        Assert.Contains("\"columns\" is missing", Refused(_ => []), StringComparison.Ordinal);
        Assert.Contains("columns.1.scaling.scale is 0", Refused(json => With(json, c => c[1]!["scaling"]!["scale"] = 0)),
            StringComparison.Ordinal);
        Assert.Contains("columns.2.levels must have", Refused(json => With(json, c => c[2]!["levels"] = new JsonArray("a", "a"))),
            StringComparison.Ordinal);
        Assert.Contains("two with the same name", Refused(json => With(json, c => c[1]!["name"] = "id")), StringComparison.Ordinal);
        Assert.Contains("columns give states of 0 numbers", Refused(json => With(json, c => c.Clear())), StringComparison.Ordinal);
        Assert.Contains("must be one of categorical, constant", Refused(json => With(json, c => c[0]!["type"] = "colour")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_ordered_by_name_and_a_note_names_the_others()
    {
        TableTransform transform = Fit(out Table table);
        StringBuilder text = new("more,score,city,\"a, b\",age\n");
        for (int i = 0; i < table.RowCount; i++)
        {
            string city = table.Find("city")!.Text(i).Replace("\"", "\"\"", StringComparison.Ordinal);
            text.Append($"9,{table.Find("score")!.Text(i)},\"{city}\",{table.Find("a, b")!.Text(i)},{table.Find("age")!.Text(i)}\n");
        }
        TableStateSet set = transform.Apply(DelimitedFileTests.Csv(text.ToString(), transform.Reading(new TableReading())));
        Assert.Equal(All(transform.Apply(table)), All(set));
        Assert.Equal("1 column unknown to the model is not used: \"more\"", Assert.Single(set.Notes));
        Assert.Equal("4", set.RowName(4));
    }

    [Fact]
    public void Missing_and_renamed_columns_are_refused_by_name()
    {
        TableTransform transform = Fit(out _);
        string problem = Refused(transform, "Age,scores,city\n1,2,Rome\n");
        Assert.Contains("column \"age\" is missing (did you mean \"Age\", which the file has?)", problem, StringComparison.Ordinal);
        Assert.Contains("column \"score\" is missing (did you mean \"scores\", which the file has?)", problem, StringComparison.Ordinal);
        Assert.Contains("column \"a, b\" is missing", problem, StringComparison.Ordinal);
        Assert.Contains("The file has \"city\"; \"Age\"; \"scores\"", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type_is_refused_with_its_line() =>
        Assert.Contains("line 3, column 2 (\"age\"): \"old\" is not a number",
            Refused(Fit(out _), "city,age,score,\"a, b\"\nRome,1,1,no\nRome,old,1,no\n"), StringComparison.Ordinal);

    [Fact]
    public void Values_absent_from_the_training_rows_are_scored_and_a_note_says_so()
    {
        TableTransform transform = Fit(out _);
        TableStateSet set = transform.Apply(DelimitedFileTests.Csv("city,age,score,\"a, b\"\nOslo,1,,no\n,1,2,no\n",
            transform.Reading(new TableReading())));
        Assert.Equal(
            [
                "column \"city\" has no value in 1 row, though every training row had one: it counts as none of the levels",
                "column \"city\" has a level unknown to the model in 1 row: it counts as none of the levels",
                "column \"score\" has no value in 1 row, though every training row had one: the median replaces it",
            ], set.Notes);
        float[] state = new float[set.Space.Width];
        for (int row = 0; row < 2; row++)
        {
            set.Read(row, state);
            Assert.Equal([0, 0, 0, 1], state[2..6]);
        }
    }

    [Fact]
    public void A_label_is_kept_apart_from_the_states()
    {
        Table table = DelimitedFileTests.Csv("x,kind\n1,b\n2,a\n3,b\n4,\n",
            new TableFitting { Label = "kind" }.Reading(new TableReading()));
        TableTransform transform = TableTransform.Fit(table, [0, 1, 2, 3], new TableFitting { Label = "kind" });
        Assert.Equal(["x"], transform.StateNames);
        States.StateLabels labels = transform.Apply(table).Labels!;
        Assert.Equal("kind", labels.Name);
        Assert.Equal(["", "a", "b"], labels.Levels);
        Assert.Equal([2, 1, 2, 0], labels.Values);
        Assert.Null(transform.Apply(DelimitedFileTests.Csv("x\n1\n", transform.Reading(new TableReading()))).Labels);
    }

    [Fact]
    public void Numeric_labels_are_sorted_by_value()
    {
        Table table = DelimitedFileTests.Csv("x,y\n1,10\n2,9\n3,100\n", new TableFitting { Label = "y" }.Reading(new TableReading()));
        Assert.Equal(["9", "10", "100"], TableTransform.Fit(table, [0, 1, 2],
            new TableFitting { Label = "y" }).Apply(table).Labels!.Levels);
    }

    [Fact]
    public void A_wrong_description_of_a_column_is_refused()
    {
        Table table = DelimitedFileTests.Csv("age,x\n1,1\n2,3\n");
        string Fails(TableFitting fitting) => Assert.Throws<InvalidInputException>(() =>
            TableTransform.Fit(table, [0, 1], fitting)).Message;
        Assert.Contains("there is no column \"agee\" (did you mean \"age\"?)",
            Fails(new TableFitting { Columns = new Dictionary<string, string> { ["agee"] = "numeric" } }), StringComparison.Ordinal);
        Assert.Contains("data.columns.age is \"numerical\"; it must be one of numeric, linear, quantile, robust, standard, "
            + "categorical, ignore (did you mean \"numeric\"?)",
            Fails(new TableFitting { Columns = new Dictionary<string, string> { ["age"] = "numerical" } }), StringComparison.Ordinal);
        Assert.Contains("there is no column \"label\"", Fails(new TableFitting { Label = "label" }), StringComparison.Ordinal);
        Assert.Contains("no column is left for the energy",
            Fails(new TableFitting { Columns = new Dictionary<string, string> { ["age"] = "ignore", ["x"] = "ignore" } }),
            StringComparison.Ordinal);
    }

    internal static TableTransform Fit(out Table table)
    {
        StringBuilder text = new(Header + "\n");
        for (int i = 0; i < 40; i++)
        {
            string age = i % 10 == 3 ? "" : $"{20 + i % 7}", city = i % 5 == 2 ? "\"Köln \"\"x\"\"\"" : i % 4 < 2 && i % 8 != 4 || i == 3
                ? "Rome" : "Paris", flag = i % 6 == 5 ? "NA" : i % 3 == 0 ? "yes" : "no";
            text.Append($"{100 + i},{age},{city},{flag},,{Math.Sin(i) * 10:0.000},2020-01-01\n");
        }
        table = DelimitedFileTests.Csv(text.ToString());
        return TableTransform.Fit(table, [.. Enumerable.Range(0, table.RowCount)], new TableFitting());
    }

    internal static float[] All(TableStateSet set)
    {
        float[] states = new float[set.Count * set.Space.Width];
        for (int i = 0; i < set.Count; i++)
            set.Read(i, states.AsSpan(i * set.Space.Width, set.Space.Width));
        return states;
    }

    private static string Refused(TableTransform transform, string text) =>
        Assert.Throws<InvalidInputException>(() =>
            transform.Apply(DelimitedFileTests.Csv(text, transform.Reading(new TableReading())))).Message;

    private static string Refused(Func<JsonObject, JsonObject> change) =>
        Assert.Throws<InvalidInputException>(() =>
            TableTransform.FromJson(change((JsonObject)JsonNode.Parse(Fit(out _).ToJson().ToJsonString())!), "the model")).Message;

    private static JsonObject With(JsonObject json, Action<JsonArray> change)
    {
        change((JsonArray)json["columns"]!);
        return json;
    }
}
