using System.Globalization;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Tables.Tests;

public sealed class TableDataOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-table-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Rows_are_split_by_the_seed_and_none_is_lost()
    {
        TableDataOptions options = new() { Source = File("t.csv", 100), ValidationShare = 0.25 };
        DataSets data = options.Open(Request(7));
        Assert.Equal((60, 20, 20), (data.Train.Count, data.Test.Count, data.Validation!.Count));
        string[] all = [.. Names(data.Train), .. Names(data.Test), .. Names(data.Validation)];
        Assert.Equal(100, all.Distinct().Count());
        Assert.Equal(Names(data.Test), Names(options.Open(Request(7)).Test));
        Assert.NotEqual(Names(data.Test), Names(options.Open(Request(8)).Test));
        Assert.Equal((7UL, 7UL), (data.Report.TestSeed, data.Report.ValidationSeed));
        // Drawn rows and remaining rows keep their order.
        int[] train = [.. Names(data.Train).Select(name => int.Parse(name[1..], CultureInfo.InvariantCulture))];
        Assert.Equal(train.Order(), train);
    }

    [Fact]
    public void Calibration_rows_are_kept_out_of_training_and_of_the_fit_of_the_columns()
    {
        TableDataOptions options = new() { Source = File("t.csv", 200), ValidationShare = 0.25, CalibrationShare = 0.5 };
        DataSets data = options.Open(Request(7));
        Assert.Equal((60, 40, 40, 60), (data.Train.Count, data.Test.Count, data.Validation!.Count, data.Calibration!.Count));
        string[] all = [.. Names(data.Train), .. Names(data.Test), .. Names(data.Validation), .. Names(data.Calibration)];
        Assert.Equal(200, all.Distinct().Count());
        Assert.Equal((60, 7UL), (data.Report.Calibration, data.Report.CalibrationSeed));
        Assert.Contains("200 rows of", data.Report.Describe(), StringComparison.Ordinal);
        // The range of a column is that of the training rows alone.
        NumericColumn x = (NumericColumn)((TableTransform)data.Transform).Fitted[1];
        DataSets alone = (options with { CalibrationShare = 0 }).Open(Request(7));
        NumericColumn wider = (NumericColumn)((TableTransform)alone.Transform).Fitted[1];
        Assert.True(wider.Low < x.Low || wider.High > x.High);
    }

    [Fact]
    public void Calibration_rows_may_have_a_file_of_their_own()
    {
        TableDataOptions options = new() { Source = File("t.csv", 100), Calibration = File("normal.csv", 30, 1000) };
        DataSets data = options.Open(Request(7));
        Assert.Equal((80, 30), (data.Train.Count, data.Calibration!.Count));
        Assert.Null(data.Report.CalibrationSeed);
        Assert.Contains("calibrated on 30 rows of their own", data.Report.Describe(), StringComparison.Ordinal);
        InvalidInputException few = Assert.Throws<InvalidInputException>(
            () => (options with { Calibration = File("three.csv", 3, 1000) }).Open(Request(7)));
        Assert.Contains("3 rows cannot calibrate a model; at least 20", few.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_file_has_the_test_rows_and_the_transform_is_fitted_on_the_others()
    {
        TableDataOptions options = new() { Source = File("t.csv", 50), Test = File("more.csv", 30, 1000) };
        DataSets data = options.Open(Request(1));
        Assert.Equal((50, 30), (data.Train.Count, data.Test.Count));
        Assert.Null(data.Report.TestSeed);
        NumericColumn x = (NumericColumn)((TableTransform)data.Transform).Fitted[1];
        Assert.InRange(x.High, -1, 1);
        float[] state = new float[data.Test.Space.Width];
        data.Test.Read(0, state);
        Assert.True(state[0] > new StandardScaling().Reach);
    }

    [Fact]
    public void A_transform_kept_in_a_model_gives_the_same_states()
    {
        TableDataOptions options = new() { Source = File("t.csv", 100), Label = "kind" };
        DataSets data = options.Open(Request(3));
        DataTransform restored = options.Restore((JsonObject)JsonNode.Parse(data.Transform.ToJson().ToJsonString())!, "the model");
        DataSets again = options.Open(Request(3) with { Transform = restored, IsSettled = true });
        Assert.Equal(data.Fingerprint(), again.Fingerprint());
        Assert.Equal(data.Test.Labels!.Values, again.Test.Labels!.Values);
        StateSet all = restored.Open(options.Source, Request(3));
        Assert.Equal((100, "kind"), (all.Count, all.Labels!.Name));
        Assert.Equal(100, restored.OpenSets(options.Source, 0, Request(3)).Test.Count);
    }

    [Fact]
    public void The_report_says_what_is_left_out_and_why()
    {
        TableDataOptions options = new() { Source = File("t.csv", 100), Label = "kind" };
        DataSets data = options.Open(Request(1));
        string said = data.Report.Describe();
        Assert.Contains("100 rows of 4 columns, 2 in the energy as 5 numbers; 80 to train on, 20 drawn by seed 1 to test with", said,
            StringComparison.Ordinal);
        Assert.Contains("label kind; left out: id (identifier: text with 80 different values in 80 rows)", said, StringComparison.Ordinal);
        Assert.Equal(
            [("id", "identifier", 0, 0), ("x", "numeric", 0, 1), ("city", "categorical", 1, 4), ("kind", "label", 5, 0)],
            data.Transform.Columns.Select(c => (c.Name, c.Kind, c.First, c.Width)));
        Assert.IsType<TableDataReport>(OptionsJson.Read<DataReport>(JsonNode.Parse(OptionsJson.Write(data.Report).ToJsonString()), "it"));
    }

    [Fact]
    public void Too_few_rows_are_refused() =>
        Assert.Contains("leaving fewer than 2 to learn from",
            Assert.Throws<InvalidInputException>(() =>
                new TableDataOptions { Source = File("t.csv", 3), TestShare = 0.7 }.Open(Request(1))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void All_options_out_of_range_are_listed_at_once()
    {
        List<string> problems = [];
        TableDataOptions bad = new()
        {
            Source = "t.csv",
            TestShare = 1,
            Separator = ";;",
            Decimal = "x",
            Test = " ",
            Label = "a",
            Columns = new Dictionary<string, string> { ["a"] = "numeric", ["b"] = "number" },
        };
        OptionsCheck.Add(bad, problems, "data.");
        Assert.Equal(6, problems.Count);
        problems.Clear();
        OptionsCheck.Add(new TableDataOptions { Source = "t.csv", Separator = ",", Decimal = "," }, problems, "data.");
        Assert.Contains("both ,; they must differ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_preset_is_in_the_catalogue()
    {
        JouleTables.Register();
        Assert.Contains("table", Presets.Names);
        RunConfig config = Presets.Load("table");
        Assert.IsType<TableDataOptions>(config.Data);
        Assert.Equal(config.ToJson().ToJsonString(), RunConfig.FromJson(config.ToJson(), "again").ToJson().ToJsonString());
    }

    [Fact]
    public void Keys_of_columns_are_free_names()
    {
        RunConfig config = ConfigSources.Compose("table", null,
        [
            new("data.columns.age", "ignore"), new("data.columns.city, country", "categorical"), new("data.columns.a.b.c", "robust"),
            new("data.separator", ";"), new("data.missing", """["", "none"]"""),
        ]);
        TableDataOptions data = (TableDataOptions)config.Data;
        Assert.Equal([("a.b.c", "robust"), ("age", "ignore"), ("city, country", "categorical")],
            data.Columns.Select(c => (c.Key, c.Value)));
        Assert.Equal((';', 2), (data.ToReading().Separator!.Value, data.Missing.Count));
        InvalidInputException error = Assert.Throws<InvalidInputException>(() =>
            ConfigSources.Compose("table", null, [new("data.columns.age", "number")]));
        Assert.Contains("data.columns.age is \"number\"; it must be one of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_references_only_joule_and_its_readers()
    {
        string platform = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        IEnumerable<string> foreign = typeof(JouleTables).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(name => !System.IO.File.Exists(Path.Combine(platform, name + ".dll")));
        Assert.Equal(["Joule", "Parquet", "Sep", "System.IO.Hashing"], foreign.Order(StringComparer.Ordinal));
    }

    private static DataRequest Request(ulong seed) => new(seed, _ => { });

    private static string[] Names(StateSet set) => [.. Enumerable.Range(0, set.Count).Select(set.RowName)];

    private string File(string name, int rows, double scale = 1)
    {
        string path = Path.Combine(_folder, name);
        string[] cities = ["Rome", "Paris", "Lima"];
        System.IO.File.WriteAllText(path, "id,x,city,kind\n" + string.Concat(Enumerable.Range(0, rows).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"r{i},{scale * Math.Cos(i):R},{cities[i % 3]},{i % 5 / 4}\n"))));
        return path;
    }
}
