using System.Runtime.CompilerServices;
using System.Text.Json;
using Joule.Objectives;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class ObjectivesCommandTests
{
    private static readonly string[] Names = [.. Catalogue.Of(typeof(ObjectiveOptions)).Select(o => o.Named.Name)];

    [Fact]
    public void Every_objective_is_listed_with_its_paper_and_its_keys()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("objectives");
        Assert.Equal(0, code);
        Assert.All(Names, name => Assert.Matches($"(?m)^{name} +\\S", output));
        Assert.All(Catalogue.Of(typeof(ObjectiveOptions)), o => Assert.Contains(o.Named.Paper, output, StringComparison.Ordinal));
        Assert.Contains("energy_regularization=0.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_line_with_the_defaults()
    {
        string output = JouleProgramTests.Invoke("objectives", "--json").Output;
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        JsonElement[] objectives = [.. json.GetProperty("objectives").EnumerateArray()];
        Assert.Equal(Names, objectives.Select(o => o.GetProperty("name").GetString()));
        JsonElement keys = objectives.Single(o => o.GetProperty("name").GetString() == "contrastive_divergence").GetProperty("keys");
        Assert.Equal("buffer", keys.GetProperty("negatives").GetProperty("type").GetString());
        Assert.All(objectives, o => Assert.False(o.GetProperty("keys").TryGetProperty("type", out _)));
    }

    [Fact]
    public void Every_objective_is_in_the_docs()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "objectives.md"));
        Assert.All(Names, name => Assert.Contains($"\n| `{name}` | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_objective_names_its_paper() =>
        Assert.All(Catalogue.Of(typeof(ObjectiveOptions)), o => Assert.Matches(@"\d{4}", o.Named.Paper));

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
