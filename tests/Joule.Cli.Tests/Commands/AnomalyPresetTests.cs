using System.Globalization;
using System.Text;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>The preset <c>anomaly</c> end to end, on a table with levels and missing values.</summary>
public sealed class AnomalyPresetTests
{
    [Fact]
    public void It_fits_and_scores_mixed_columns_with_missing_values_and_says_what_it_leaves_out()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("rows.csv"), Rows(200));
        string[] line = ["train", "anomaly", "--data", folder.File("rows.csv"), "--set", "sampling.steps=3"];
        (int code, _, string error) = JouleProgramTests.Invoke([.. line, "--out", folder.File("run"), "--contamination", "0.05"]);
        Assert.True(code == 0, error);
        Assert.Contains("contamination 0.05: the 8 of 160 training rows with the highest energy are left out", error,
            StringComparison.Ordinal);
        File.WriteAllText(folder.File("test.csv"),
            "a,b,colour\n0.5,0.25,red\n0.5,9,red\n0.5,0.25,green\n0.5,,red\n0.5,,green\n400,160000,red\n");
        (code, string output, error) = JouleProgramTests.Invoke("score", folder.File("run"), folder.File("test.csv"), "--quiet");
        Assert.True(code == 0, error);
        double[] energies = [.. output.TrimEnd('\n').Split('\n').Skip(1)
            .Select(row => double.Parse(row.Split(',')[2], CultureInfo.InvariantCulture))];
        Assert.All(energies, e => Assert.True(double.IsFinite(e)));
        // A wrong number, a wrong colour, and a wrong colour beside a missing number stand out from the right row.
        Assert.True(energies[1] > energies[0] + 2, output);
        Assert.True(energies[2] > energies[0] + 2, output);
        Assert.True(energies[4] > energies[3] + 1, output);
        Assert.True(energies[5] > energies[1], output);
    }

    [Fact]
    public void Distances_of_far_rows_are_not_squeezed()
    {
        using TemporaryFolder folder = new();
        // Of one column, rows at 100 and 200 deviations: twice the distance, so 2·ln 2 nats of neighbours, up to (8 + 0.2)/100.
        File.WriteAllText(folder.File("rows.csv"), "a\n" + string.Join('\n', Enumerable.Range(0, 100).Select(i => Deviation(i - 49.5))));
        File.WriteAllText(folder.File("test.csv"), $"a\n{Deviation(2886.61)}\n{Deviation(5773.21)}\n");
        (int code, _, string error) = JouleProgramTests.Invoke("train", "anomaly", "--data", folder.File("rows.csv"), "--quiet", "--set",
            "energy={\"type\":\"neighbours\"}", "--set", "sampling.steps=3", "--out", folder.File("run"));
        Assert.True(code == 0, error);
        (code, string output, error) = JouleProgramTests.Invoke("score", folder.File("run"), folder.File("test.csv"), "--quiet");
        Assert.True(code == 0, error);
        double[] energies = [.. output.TrimEnd('\n').Split('\n').Skip(1)
            .Select(row => double.Parse(row.Split(',')[2], CultureInfo.InvariantCulture))];
        Assert.Equal(2 * Math.Log(2), energies[1] - energies[0], 0.082);
    }

    [Fact]
    public void A_run_is_the_same_for_any_threads()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("rows.csv"), Rows(80));
        foreach (string threads in (string[])["1", "2"])
        {
            (int code, _, string error) = JouleProgramTests.Invoke("train", "anomaly", "--data", folder.File("rows.csv"), "--set",
                "sampling.steps=3", "--quiet", "--threads", threads, "--out", folder.File(threads));
            Assert.True(code == 0, error);
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("1"), "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder.File("2"), "model.safetensors")));
    }

    private static string Deviation(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    // b is a² with noise; the colour is red where a is positive, and blue or green elsewhere. An eighth of b is missing.
    private static string Rows(int count)
    {
        StringBuilder text = new("a,b,colour\n");
        for (int i = 0; i < count; i++)
        {
            double a = 1.5 * Math.Sin(i * 1.7), b = a * a + 0.1 * Math.Cos(i * 2.9);
            string colour = a > 0 ? "red" : i % 2 == 0 ? "blue" : "green";
            string missing = i % 8 == 3 ? "" : b.ToString("0.0000", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{a:0.0000},{missing},{colour}\n");
        }
        return text.ToString();
    }
}
