namespace Joule.Compare.Reports;

/// <summary>A table of results: plain text that is written line by line, or Markdown.</summary>
/// <param name="columns">Titles, widths (negative: aligned left) and cells. The first column is a name.</param>
internal sealed class TextTable<T>(params (string Title, int Width, Func<T, string> Cell)[] columns)
{
    /// <summary>The line of titles.</summary>
    public string Head => Line(c => c.Title);

    /// <summary>The line of a result.</summary>
    public string Row(T result) => Line(c => c.Cell(result));

    /// <summary>The whole table in Markdown.</summary>
    public string Markdown(IEnumerable<T> results)
    {
        List<string> lines =
        [
            $"| {string.Join(" | ", columns.Select(c => c.Title))} |",
            $"| {string.Join(" | ", columns.Select(c => c.Width < 0 ? "---" : "---:"))} |",
            .. results.Select(r => $"| {string.Join(" | ", columns.Select((c, i) => i == 0 ? $"`{c.Cell(r)}`" : c.Cell(r)))} |"),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private string Line(Func<(string Title, int Width, Func<T, string> Cell), string> text) =>
        string.Join("  ", columns.Select(c => c.Width < 0 ? text(c).PadRight(-c.Width) : text(c).PadLeft(c.Width)));
}
