using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>The tables of docs/sentinel.md agree with the code.</summary>
public sealed partial class SentinelDocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "sentinel.md"));

    [Fact]
    public void The_table_of_thresholds_has_every_key_and_its_default()
    {
        string table = Page[Page.IndexOf("<!-- table: SentinelOptions -->", StringComparison.Ordinal)..].Split("\n\n")[0];
        string[] expected = [.. OptionsJson.Write(new SentinelOptions()).Select(p => $"{p.Key} {p.Value!.ToJsonString()}")];
        Assert.Equal(expected, KeyRow().Matches(table).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}"));
    }

    [Fact]
    public void Every_reason_has_its_row()
    {
        string[] reasons = [.. Enum.GetValues<SentinelReason>().Where(r => r != SentinelReason.None).Select(RollbackLog.Name)];
        int start = Page.IndexOf("## What it watches", StringComparison.Ordinal);
        int end = Page.IndexOf("## Thresholds", StringComparison.Ordinal);
        Assert.Equal(reasons.Order(), ReasonRow().Matches(Page[start..end]).Select(m => m.Groups[1].Value).Order());
    }

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex(@"^\| `(\w+)` \| ([\w.-]+) \|", RegexOptions.Multiline)]
    private static partial Regex KeyRow();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex ReasonRow();
}
