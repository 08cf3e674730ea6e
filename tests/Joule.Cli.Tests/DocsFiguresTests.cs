using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>
/// Every picture and every table of measured figures on a page has a line nearby that begins with *Measured:* and names the command, the
/// seed and the machine.
/// </summary>
public sealed partial class DocsFiguresTests
{
    // How far the line may be from its table or picture, in blocks of text.
    private const int Near = 3;

    private static readonly string[] Pages = ["README.md", "docs/explain.md", "docs/getting-started.md", "docs/limits.md",
        "docs/objectives.md", "docs/performance.md", "docs/presets.md", "docs/quality.md", "docs/samplers.md", "docs/seed.md",
        "docs/sentinel.md", "docs/tables.md"];

    public static TheoryData<string> PagesWithFigures() => [.. Pages];

    [Theory]
    [MemberData(nameof(PagesWithFigures))]
    public void Every_figure_names_its_command_seed_and_machine(string page) => Assert.Empty(Unnamed(Text(page)));

    [Fact]
    public void The_pages_have_figures() => Assert.InRange(Pages.Sum(p => Blocks(Text(p)).Count(IsFigure)), 10, 100);

    [Fact]
    public void Every_machine_that_a_page_names_is_described()
    {
        string machines = Text("docs/limits.md").Split("## Machines")[1];
        IEnumerable<string> named = Pages.SelectMany(p => MachineName().Matches(Text(p)).Select(m => m.Groups[1].Value)).Distinct();
        Assert.Equal(["A", "B", "C"], named.Order());
        Assert.All(named, name => Assert.Contains($"| {name} |", machines, StringComparison.Ordinal));
    }

    // The tests below show that the search can fail.
    [Theory]
    [InlineData("| a | b |\n| --- | --- |\n| x | 0.512 |", 1)]
    [InlineData("![a picture](images/x.png)", 1)]
    [InlineData("| a | b |\n| --- | --- |\n| x | 0.512 |\n\n*Measured: `joule x`, seed 1, machine A.*", 0)]
    [InlineData("| a | b |\n| --- | --- |\n| x | 0.512 |\n\n*Measured: `joule x`, seed 1.*", 1)]
    [InlineData("| a | b |\n| --- | --- |\n| x | 0.512 |\n\n*Measured: seed 1, machine A.*", 1)]
    [InlineData("| key | what |\n| --- | --- |\n| `x` | a name |", 0)]
    [InlineData("<!-- table: Options -->\n| key | default |\n| --- | --- |\n| `x` | 0.1 |", 0)]
    public void A_figure_without_such_a_line_is_found(string text, int count) => Assert.Equal(count, Unnamed(text).Count());

    private static IEnumerable<string> Unnamed(string text)
    {
        string[] blocks = Blocks(text);
        return Enumerable.Range(0, blocks.Length).Where(i => IsFigure(blocks[i])
            && !blocks[Math.Max(0, i - Near)..Math.Min(blocks.Length, i + Near + 1)].Any(IsNamed)).Select(i => blocks[i]);
    }

    private static bool IsFigure(string block) => block.StartsWith("![", StringComparison.Ordinal)
        || block.StartsWith("| ", StringComparison.Ordinal) && MeasuredCell().IsMatch(block);

    private static bool IsNamed(string block) =>
        block.StartsWith("*Measured:", StringComparison.Ordinal) && block.Contains('`', StringComparison.Ordinal)
        && block.Contains("seed", StringComparison.Ordinal) && block.Contains("machine", StringComparison.Ordinal);

    private static string[] Blocks(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(string page) => File.ReadAllText(Path.Combine(Root(), page));

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    // A cell that begins with a decimal number.
    [GeneratedRegex(@"\| [−-]?[\d,]+\.\d", RegexOptions.None)]
    private static partial Regex MeasuredCell();

    [GeneratedRegex(@"[Mm]achine ([A-Z])\b")]
    private static partial Regex MachineName();
}
