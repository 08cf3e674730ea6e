using System.Text.Json;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class PresetsCommandTests
{
    public static TheoryData<string> Names => [.. Presets.Names];

    [Fact]
    public void Every_preset_is_listed_and_the_default_is_marked()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("presets");
        Assert.Equal(0, code);
        Assert.All(Presets.Names, name => Assert.Contains($"\n{name} ", output, StringComparison.Ordinal));
        Assert.Contains($"{Presets.Default} (default)", output, StringComparison.Ordinal);
        Assert.EndsWith($"\nThe preset points also has the name of its data: {string.Join(", ", Presets.OfPoints)}.\n", output,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_shown_preset_is_a_valid_configuration(string name)
    {
        using TemporaryFolder folder = new();
        (int code, string output, _) = JouleProgramTests.Invoke("presets", "show", name);
        Assert.Equal(0, code);
        File.WriteAllText(folder.File("my.json"), output);
        Assert.Equal(output, OptionsJson.Text(ConfigSources.Compose(null, folder.File("my.json"), []).ToJson()));
    }

    [Fact]
    public void Json_is_one_line()
    {
        string output = JouleProgramTests.Invoke("presets", "--json").Output;
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(Presets.Names, json.GetProperty("presets").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(Presets.OfPoints, json.GetProperty("points").EnumerateArray().Select(p => p.GetString()));
    }

    [Fact]
    public void An_unknown_preset_is_an_error_that_proposes_the_nearest()
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("presets", "show", "digit");
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains("Did you mean \"digits\"?", error, StringComparison.Ordinal);
    }
}
