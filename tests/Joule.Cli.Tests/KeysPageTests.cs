using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>
/// docs/keys.md equals the output of <c>joule presets keys</c>. After a change of options, write it again with
/// <c>JOULE_WRITE_DOCS=1 dotnet test --project tests/Joule.Cli.Tests -- --filter-class '*KeysPageTests'</c>.
/// </summary>
public sealed class KeysPageTests
{
    private static readonly string Page = Path.Combine(Root(), "docs", "keys.md");

    [Fact]
    public void The_page_agrees_with_the_options()
    {
        string text = Text();
        if (Environment.GetEnvironmentVariable("JOULE_WRITE_DOCS") == "1")
            File.WriteAllText(Page, text);
        Assert.True(File.ReadAllText(Page) == text, "docs/keys.md is not current. Write it again with JOULE_WRITE_DOCS=1.");
    }

    [Fact]
    public void Every_key_has_a_meaning() => Assert.Empty(ConfigKeys.All().Where(k => k.Meaning.Length == 0).Select(k => k.Key));

    [Theory]
    [InlineData("seed", "objective.negatives.slots", "8192")]
    [InlineData("book", "data.low", "-1")]
    [InlineData("digits", "training.schedule.hold", "0.2")]
    public void A_preset_shows_its_own_keys_and_values(string preset, string key, string value)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("presets", "keys", preset, "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement[] keys = [.. JsonDocument.Parse(output).RootElement.GetProperty("keys").EnumerateArray()];
        Assert.Equal(value, keys.Single(k => k.GetProperty("key").GetString() == key).GetProperty("value").GetRawText());
        Assert.DoesNotContain(keys, k => k.GetProperty("of_type").GetString() is "sgd" or "mala" or "noise");
        Assert.Equal(2, JouleProgramTests.Invoke("presets", "keys", preset + "x").Code);
    }

    private static string Text()
    {
        StringBuilder page = new();
        page.Append("# Keys of configurations\n\n"
            + "Every key that a configuration can have: in a file for `--config`, and with `--set key=value`. `joule presets keys` "
            + "prints the same, and `joule presets keys seed` the keys and values\n"
            + "of one preset. Objects that come in kinds say by `type` which one they are; the second column says which type has a "
            + "key. `N` stands for a place of a list, from 0.\n\n"
            + "This page is written by a test from the options themselves: do not edit it.\n");
        string? part = null;
        foreach (ConfigKey key in ConfigKeys.All())
        {
            string first = key.Key.Split('.')[0];
            string section = first is not ("data" or "energy" or "objective" or "training" or "sampling") ? ""
                : key.Key.StartsWith("training.sentinel", StringComparison.Ordinal) ? "training.sentinel"
                : first;
            if (section != part)
            {
                if (section.Length > 0)
                    page.Append($"\n## {section}\n");
                page.Append("\n| key | of type | kind | range | default | meaning |\n| --- | --- | --- | --- | --- | --- |\n");
                part = section;
            }
            string byDefault = key.Default.Length > 0 ? $"`{key.Default}`" : "";
            page.Append($"| `{key.Key}` | {key.Of} | {Cell(key.Kind)} | {Cell(key.Range)} | {byDefault} | {Cell(key.Meaning)} |\n");
        }
        return page.ToString();
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
