using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Joule.Data;
using Joule.Energies;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>Tests that change the current folder; they run alone.</summary>
[CollectionDefinition(nameof(CurrentFolderCollection), DisableParallelization = true)]
public sealed class CurrentFolderCollection;

/// <summary>Runs every example of the README and of docs/: the commands on small images and for a few steps, the C# unchanged.</summary>
[Collection(nameof(CurrentFolderCollection))]
public sealed partial class DocsTests : IDisposable
{
    // Options that make a documented training small. They are appended; the command itself stays unchanged.
    private static readonly string[] SmallTraining =
    [
        "--set", "training.batch=16", "--set", "objective.negatives.steps=2", "--set", "sampling.steps=3",
    ];

    private static readonly string[] SmallPoints =
    [
        "--set", "training.batch=16", "--set", "data.count=64", "--set", "data.test_count=16", "--set", "sampling.steps=3",
    ];

    private readonly string _before = Directory.GetCurrentDirectory();
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-docs-").FullName;

    public DocsTests()
    {
        Directory.SetCurrentDirectory(_folder);
        ImageSet images = TinyRun.Images(48, 28);
        Directory.CreateDirectory("small");
        IdxFile.WriteImages("small/train-images-idx3-ubyte", images);
        IdxFile.WriteImages("small/t10k-images-idx3-ubyte", images.Slice(0, 16));
        TinyRun.WriteLabels("small/train-labels-idx1-ubyte", 48, 3);
        TinyRun.WriteLabels("small/t10k-labels-idx1-ubyte", 16, 3);
        File.WriteAllText("people.csv", "id,age,income,city,visits,risk\n" + string.Concat(Enumerable.Range(0, 90).Select(Person)));
        File.WriteAllText("person.csv", "age,income,city,visits\n41,,Paris,\n");
        PngFile.Write("hole.png", new PngImage(28, 28, 1, [.. Enumerable.Range(0, 784).Select(i => (byte)(i % 28 < 14 ? 0 : 255))]));
        Directory.CreateDirectory("my-images");
        float[] pixels = new float[images.Length];
        for (int i = 0; i < 21; i++)
        {
            images.Read(i, pixels);
            PngFile.Write($"my-images/{i:D3}.png", new PngImage(28, 28, 1, [.. pixels.Select(p => (byte)(p * 255 + 0.5f))]));
        }
    }

    private static string Person(int i) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"P{i},{20 + i * 7 % 50},{1000 + 300 * Math.Sin(i):0.00},{(i % 3 == 0 ? "\"Rome, Italy\"" : "Paris")},"
        + $"{(i % 8 == 1 ? "" : $"{i * i % 6}")},{(i % 9 == 0 ? "high" : "low")}\n");

    public static TheoryData<string> Pages() =>
        ["README.md", .. Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md").Select(f => "docs/" + Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_of_a_page_runs(string page)
    {
        string[] commands = [.. Commands(page)];
        if (commands.Any(c => c.Contains("runs/digits", StringComparison.Ordinal))
            && !commands.Any(c => c.Contains("--out runs/digits", StringComparison.Ordinal)))
            Run("train digits --epochs 1 --out runs/digits");
        foreach (string command in commands)
            Run(command);
    }

    [Fact]
    public void The_pages_have_commands() => Assert.True(Pages().Sum(p => Commands(p.Data).Count()) >= 15);

    [Fact]
    public void Every_code_block_of_a_page_equals_its_compiled_example()
    {
        string compiled = File.ReadAllText(Path.Combine(Root(), "tests", "Joule.Cli.Tests", "DocsExamples.cs"));
        Dictionary<string, string> regions = Region().Matches(compiled).ToDictionary(m => m.Groups[1].Value, m => Lines(m.Groups[2].Value));
        List<string> found = [];
        foreach (string page in Pages().Select(p => p.Data))
        {
            string text = File.ReadAllText(Path.Combine(Root(), page));
            Assert.Equal(Code().Count(text), text.Split("```csharp").Length - 1);
            foreach (Match m in Code().Matches(text))
            {
                found.Add(m.Groups[1].Value);
                string body = string.Join('\n',
                    m.Groups[2].Value.Split('\n').SkipWhile(l => l.StartsWith("using Joule", StringComparison.Ordinal) || l.Length == 0));
                Assert.Equal(regions[m.Groups[1].Value], Lines(body));
            }
        }
        Assert.Equal(regions.Keys.Order(), found.Order());
    }

    [Fact]
    public void The_code_of_the_README_runs()
    {
        Run("train digits --epochs 1 --out runs/digits");
        DocsExamples.Sampling();
        Assert.Equal(4 * (2 * 28 + 1) + 1, PngFile.Read("sixteen.png").Width);
    }

    [Fact]
    public void The_code_of_the_scorer_runs()
    {
        Run("train table --data people.csv --label risk --set data.calibration_share=0.35 --out runs/people");
        DocsExamples.Scoring();
    }

    [Fact]
    public void The_code_of_the_explainer_runs()
    {
        Run("train anomaly --data people.csv --label risk --set data.calibration_share=0.35 --out runs/people");
        DocsExamples.Explaining();
    }

    [Fact]
    public void The_code_of_a_custom_energy_runs() => DocsExamples.OwnEnergy();

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        Directory.Delete(_folder, recursive: true);
    }

    private static void Run(string command)
    {
        string? target = null;
        int redirect = command.IndexOf(" > ", StringComparison.Ordinal);
        if (redirect >= 0)
            (command, target) = (command[..redirect], command[(redirect + 3)..].Trim());
        List<string> words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w is "mnist:test" ? "small/t10k-images-idx3-ubyte" : w is "fashion-mnist" ? "my-images" : w)];
        if (words[0] == "data")
            return; // Fetching needs a network; DataFetcherTests cover it without one.
        if (words[0] == "train" && !words.Contains("--resume"))
        {
            bool isPoints = words.Count > 1 && DrawnEnergies.NameOf(words[1]) is not null;
            bool hasNegatives = words[1] is not ("anomaly" or "edges" or "nae");
            words.AddRange(!hasNegatives ? ["--set", "sampling.steps=3"] : isPoints ? SmallPoints : SmallTraining);
            if (!isPoints && !words.Contains("--data"))
                words.AddRange(["--data", "small"]);
            if (!command.Contains("epochs", StringComparison.Ordinal))
                words.AddRange(["--epochs", "1"]);
        }
        if (words[0] == "sample")
            words.AddRange(words.Contains("--steps") ? [] : ["--steps", "4"]);
        if (words.Contains("--quality") && !words.Contains("--count") && !words.Contains("--samples"))
            words.AddRange(["--count", "20"]);
        (int code, string output, string error) = JouleProgramTests.Invoke([.. words]);
        Assert.True(code == 0, $"{command}\n{error}");
        if (target is not null)
            File.WriteAllText(target, output);
    }

    private static IEnumerable<string> Commands(string page) => Shell().Matches(File.ReadAllText(Path.Combine(Root(), page)))
        .SelectMany(m => m.Groups[1].Value.Split('\n')).Where(l => l.StartsWith("./joule ", StringComparison.Ordinal))
        .Select(l => l["./joule ".Length..].Split(" #")[0].Trim());

    // Removes indentation, and blank lines at both ends.
    private static string Lines(string code)
    {
        string[] lines = code.Trim('\n').Split('\n');
        int indent = lines.Where(l => l.Trim().Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Join('\n', lines.Select(l => l.Length >= indent ? l[indent..].TrimEnd() : "")).Trim();
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex(@"<!-- example: (\w+) -->\n```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"// example: (\w+)\n(.*?)\n\s*// end", RegexOptions.Singleline)]
    private static partial Regex Region();
}
