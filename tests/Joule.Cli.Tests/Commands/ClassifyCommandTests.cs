using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>A model of a labelled table that classifies, from training to classes.</summary>
public sealed class ClassifyCommandTests : IDisposable
{
    private static readonly string[] Kinds = ["low", "mid,dle", "high"];

    private readonly string _folder = Directory.CreateTempSubdirectory("joule-classes-").FullName;

    private string Run => Path.Combine(_folder, "run");

    [Fact]
    public void A_model_that_has_learned_classes_gives_them_with_probabilities()
    {
        string data = Rows("rows.csv", 150);
        (int code, _, string error) = Invoke(Line(Run, data));
        Assert.True(code == 0, error);
        string[] lines = Lines("classify", Run, data, "--all", "--quiet");
        string[] names = [.. Kinds.Order(StringComparer.Ordinal)];
        Assert.Equal("index,name,class,probability,energy,p:high,p:low,\"p:mid,dle\"", lines[0]);
        int right = 0;
        for (int i = 0; i < 150; i++)
        {
            string[] cells = lines[i + 1].Replace("\"mid,dle\"", "mid,dle".Replace(',', ';'), StringComparison.Ordinal).Split(',');
            double[] p = [.. cells[5..].Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            Assert.Equal(1, p.Sum(), 1e-5);
            Assert.Equal(p.Max(), double.Parse(cells[3], CultureInfo.InvariantCulture));
            string top = names[Array.IndexOf(p, p.Max())].Replace(',', ';');
            Assert.Equal(top, cells[2]);
            right += top == Kinds[i % 3].Replace(',', ';') ? 1 : 0;
        }
        Assert.InRange(right, 145, 150);

        // The energies are those of 'score'.
        string[] scores = Lines("score", Run, data, "--quiet");
        Assert.Equal(scores.Skip(1).Select(line => line.Split(',')[^1]), Lines("classify", Run, data, "--quiet").Skip(1)
            .Select(line => line.Split(',')[^1]));

        string file = Path.Combine(_folder, "classes.csv");
        JsonElement json = JsonDocument.Parse(Lines("classify", Run, data, "--json", "--out", file, "--quiet")[0]).RootElement;
        Assert.Equal(150, json.GetProperty("count").GetInt32());
        Assert.Equal(150, json.GetProperty("classes").EnumerateObject().Sum(c => c.Value.GetInt32()));
        Assert.Equal(151, File.ReadAllLines(file).Length);

        JsonElement found = JsonDocument.Parse(Lines("evaluate", Run, "--json", "--quiet")[0]).RootElement.GetProperty("classification");
        Assert.Equal(30, found.GetProperty("count").GetInt32());
        Assert.InRange(found.GetProperty("error").GetDouble(), 0, 0.1);
        Assert.InRange(found.GetProperty("calibration_error").GetDouble(), 0, 1);
        Assert.Contains("Classes of 30 test rows: ", string.Join('\n', Lines("evaluate", Run, "--quiet")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_classes_is_refused()
    {
        string data = Rows("plain.csv", 60);
        (int code, _, string error) = Invoke("train", "table", "--data", data, "--label", "kind", "--epochs", "0", "--out", Run, "--quiet");
        Assert.True(code == 0, error);
        (code, _, error) = Invoke("classify", Run, data);
        Assert.Equal(2, code);
        Assert.Contains("has no classes. Train a model that classifies", error, StringComparison.Ordinal);
        Assert.DoesNotContain("classification", Lines("evaluate", Run, "--json", "--quiet")[0], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Line(string run, string data) =>
    [
        "train", "table", "--data", data, "--label", "kind", "--out", run, "--epochs", "30", "--quiet",
        "--set", "energy={\"type\":\"logits\",\"layers\":[{\"type\":\"dense\",\"outputs\":16},{\"type\":\"silu\"},"
            + "{\"type\":\"dense\",\"outputs\":3}]}",
        "--set", "objective=joint_energy", "--set", "objective.negatives.slots=128", "--set", "objective.negatives.steps=3",
        "--set", "training.optimizer.learning_rate=0.01", "--set", "training.data_noise=0.05", "--set", "sampling.steps=3",
    ];

    private string Rows(string name, int count)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllLines(file, ["x,y,kind", .. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i % 3 + 0.1 * Math.Sin(1.7 * i):0.####},{0.2 * Math.Cos(2.3 * i):0.####},\"{Kinds[i % 3]}\""))]);
        return file;
    }

    private static (int Code, string Output, string Error) Invoke(params string[] line) => JouleProgramTests.Invoke(line);

    private static string[] Lines(params string[] line)
    {
        (int code, string output, string error) = Invoke(line);
        Assert.True(code == 0, error);
        return output.TrimEnd('\n').Split('\n');
    }
}
