using System.Globalization;
using System.Text.Json;
using Joule.Cli;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;
using Xunit;

namespace Joule.Extension.Tests;

/// <summary>
/// A sampler, an energy, an objective, a kind of data with its transform, and a dataset, each one file of an assembly that Joule does not
/// know, are trained, resumed, sampled, scored, evaluated, listed and documented once the assembly is registered.
/// </summary>
public sealed class ExtensionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-extension-").FullName;

    public ExtensionTests()
    {
        Catalogue.Register(typeof(ExtensionTests).Assembly);
        // 60 points about (3, −2), in a pattern that needs no random numbers.
        File.WriteAllLines(Points, Enumerable.Range(0, 60).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{3 + 0.1 * (i % 7 - 3):R} {-2 + 0.1 * (i % 5 - 2):R}")));
    }

    private string Points => Path.Combine(_folder, "points.txt");

    [Fact]
    public void It_is_trained_and_resumed_bit_for_bit_and_learns_where_the_points_are()
    {
        Run(0, "train", "walk", "--data", Points, "--out", At("whole"), "--seed", "3", "--epochs", "6");
        Run(0, "train", "walk", "--data", Points, "--out", At("cut"), "--seed", "3", "--epochs", "2");
        Assert.NotEqual(Middle("whole"), Middle("cut"));
        Run(0, "train", "--resume", At("cut"), "--epochs", "6");
        Assert.Equal(Middle("whole"), Middle("cut"));
        // The mean of the points, divided by the largest coordinate, 3.3.
        Run(0, "train", "walk", "--data", Points, "--out", At("long"), "--epochs", "200");
        Assert.Equal(2 * 3 / 3.3, Middle("long")[0], 0.3);
        Assert.Equal(2 * -2 / 3.3, Middle("long")[1], 0.3);
    }

    [Fact]
    public void A_model_of_it_is_described_sampled_scored_and_evaluated()
    {
        Run(0, "train", "walk", "--data", Points, "--out", At("run"));
        Assert.Contains("50 to train on, 10 to test with", Run(0, "info", At("run")), StringComparison.Ordinal);
        JsonElement sampled = JsonDocument.Parse(Run(0, "sample", At("run"), "--out", At("s.txt"), "--count", "20", "--json")).RootElement;
        Assert.Equal("walk", sampled.GetProperty("sampler").GetString());
        Assert.InRange(sampled.GetProperty("acceptance").GetDouble(), 0.05, 0.99);
        Assert.Equal(20, File.ReadAllLines(At("s.txt")).Length);
        Assert.Equal(61, Run(0, "score", At("run"), Points).TrimEnd('\n').Split('\n').Length);
        Assert.Contains("shuffled", Run(0, "evaluate", At("run")), StringComparison.Ordinal);
        // The sampler serves a preset of Joule too.
        NpyFile.Write(At("images.npy"), [21, 4, 4], [.. Enumerable.Range(0, 336).Select(i => (byte)i)]);
        Run(0, "train", "seed", "--set", "objective.negatives.sampler.type=walk", "--epochs", "0",
            "--data", At("images.npy"), "--out", At("seed"));
    }

    [Fact]
    public void It_is_listed_and_documented_with_its_ranges()
    {
        string keys = Run(0, "presets", "keys");
        string[] parts =
        [
            "objective.push", "two_sided", "at least 0 and below 1", "How hard noise is pushed up.", "energy.stiffness", "data.scale",
            "Standard deviation of a proposal.",
        ];
        foreach (string part in parts)
            Assert.Contains(part, keys, StringComparison.Ordinal);
        Assert.Contains("walk", Run(0, "samplers"), StringComparison.Ordinal);
        Assert.Contains("walk", Run(0, "presets"), StringComparison.Ordinal);
        Assert.Contains("extension-tiny", Run(0, "data", "list"), StringComparison.Ordinal);
        string error = Run(2, "train", "walk", "--data", Points, "--set", "objective.push=1", "--out", At("bad"));
        Assert.Contains("objective.push is 1; it must be at least 0 and below 1", error, StringComparison.Ordinal);
        error = Run(2, "train", "walk", "--data", Points, "--set", "energy={\"type\":\"bowl\",\"stifness\":1}", "--out", At("bad"));
        Assert.Contains("did you mean \"stiffness\"", error, StringComparison.Ordinal);
        Assert.NotNull(Catalogue.Find(typeof(SamplerOptions), "walk"));
        Assert.NotNull(Catalogue.Find(typeof(EnergyOptions), "bowl"));
        Assert.NotNull(Catalogue.Find(typeof(ObjectiveOptions), "two_sided"));
        Assert.NotNull(Catalogue.Find(typeof(DataOptions), "points"));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private float[] Middle(string run)
    {
        using Device device = Device.Cpu(1);
        using Model model = Model.Load(At(run), device);
        return model.Values(model.Trained.Tensors[0]);
    }

    private static string Run(int expected, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        bool hasQuiet = arguments[0] is "train" or "sample" or "score" or "evaluate";
        int code = JouleProgram.Run(hasQuiet ? [.. arguments, "--quiet"] : arguments, output, error);
        Assert.True(code == expected, $"{string.Join(' ', arguments)}: {code} {error}");
        return expected == 0 ? output.ToString() : error.ToString();
    }
}
