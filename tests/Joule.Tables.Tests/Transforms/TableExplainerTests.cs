using System.Globalization;
using System.Text;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Scoring;
using Xunit;

namespace Joule.Tables.Tests.Transforms;

/// <summary>The explainer on rows of a table with numbers, levels and a column with missing values.</summary>
public sealed class TableExplainerTests : IDisposable
{
    private const int Rows = 240;
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-explainer-").FullName;
    private readonly Device _device = Device.Cpu(2);
    private readonly Model _model;

    public TableExplainerTests()
    {
        StringBuilder text = new("id,x,y,colour,n\n");
        for (int i = 0; i < Rows; i++)
        {
            double x = Math.Sin(1.7 * i);
            text.Append(CultureInfo.InvariantCulture,
                $"r{i},{x:R},{10 + 2 * x + 0.1 * Math.Cos(3.1 * i):R},{(x > 0 ? "red" : "blue")},{(i % 5 == 0 ? "" : $"{i % 7}")}\n");
        }
        string table = Path.Combine(_folder, "t.csv");
        File.WriteAllText(table, text.ToString());
        RunConfig config = Presets.Load("anomaly");
        config = config with { Data = config.Data with { Source = table } };
        DataSets data = config.Data.Open(new DataRequest(1, _ => { }));
        Energy energy = config.Energy.Create(_device, data.Train.Space);
        ((IFitted)energy).Fit(data.Train, 1, TestContext.Current.CancellationToken);
        float[] energies = EnergyOfStates.Run(_device, energy, data.Test, null, TestContext.Current.CancellationToken);
        _model = new Model(energy, config, data.Transform) { Calibration = Calibration.Of(energies, 0.05) };
        _model.Save(At("m.safetensors"));
    }

    [Fact]
    public void It_names_the_wrong_column_its_value_and_what_it_should_have_been()
    {
        using Explainer explainer = Explainer.Load(At("m.safetensors"));
        Explanation number = explainer.Explain(Row(0.5, 31.5, "red", 3), TestContext.Current.CancellationToken);
        ColumnShare first = number.Shares[0];
        Assert.Equal(("y", "31.5"), (first.Column, first.Value));
        Assert.Equal(11, double.Parse(first.Expected, CultureInfo.InvariantCulture), 0.8);
        Assert.Equal((double)number.Energy - number.ReferenceEnergy, number.Shares.Sum(s => s.Share), 1e-4);
        Assert.Matches(@"^y is 31\.5 and should have been about 1[01]\.?\d* \(\d+\.\d\d nats\)$", first.Describe());
        Explanation level = explainer.Explain(Row(0.9, 11.8, "blue", 3), TestContext.Current.CancellationToken);
        Assert.Equal(("colour", "blue", "red"), (level.Shares[0].Column, level.Shares[0].Value, level.Shares[0].Expected));
        Assert.Contains("colour is blue and should have been red", level.Shares[0].Describe(), StringComparison.Ordinal);
        Explanation unknown = explainer.Explain(Row(0.9, 11.8, "green", null), TestContext.Current.CancellationToken);
        Assert.Equal("none of the known levels", unknown.Shares.Single(s => s.Column == "colour").Value);
        Assert.Equal("missing", unknown.Shares.Single(s => s.Column == "n").Value);
        Assert.Equal(["colour", "n", "x", "y"], unknown.Shares.Select(s => s.Column).Order());
    }

    [Fact]
    public void Many_threads_get_the_results_of_one()
    {
        using Explainer explainer = Explainer.Load(At("m.safetensors"));
        IReadOnlyDictionary<string, object?>[] rows = [.. Enumerable.Range(0, 8).Select(i => Row(0.2 * i - 1, 14 - i, "red", i))];
        Explanation[] one = [.. rows.Select(row => explainer.Explain(row, TestContext.Current.CancellationToken))];
        Explanation[] many = new Explanation[rows.Length];
        Thread[] threads = [.. Enumerable.Range(0, rows.Length).Select(i => new Thread(() => many[i] = explainer.Explain(rows[i],
            TestContext.Current.CancellationToken)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(one[i].Shares, many[i].Shares);
            Assert.Equal(one[i] with { Shares = [] }, many[i] with { Shares = [] });
        }
    }

    [Fact]
    public void Bad_rows_are_refused()
    {
        using Explainer explainer = new(_model, _device, level: 3);
        Dictionary<string, object?> unknown = new() { ["z"] = 1 };
        Assert.Contains("no column \"z\"", Assert.Throws<InvalidInputException>(
            () => explainer.Explain(unknown, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Joule.States.StateSet rows = _model.Transform.Open(Path.Combine(_folder, "t.csv"), new DataRequest(1, _ => { }));
        Assert.Contains("has no row 240", Assert.Throws<InvalidInputException>(() => explainer.Explain(rows, Rows,
                TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new Explainer(_model, _device, double.PositiveInfinity));
    }

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Dictionary<string, object?> Row(double x, double y, string colour, int? n) =>
        new() { ["x"] = x, ["y"] = y, ["colour"] = colour, ["n"] = n };

    private string At(string name) => Path.Combine(_folder, name);
}
