namespace Joule.Compare.Reports;

/// <summary>
/// The results as a table: one line for every case and number of threads, as plain text that is written line by line or as Markdown.
/// </summary>
internal static class TableReport
{
    private static readonly TextTable<CaseResult> Table = new(
        ("case", -22, r => r.Case),
        ("threads", 7, r => $"{r.Threads}"),
        ("Joule ms", 9, r => Number(r.JouleMilliseconds)),
        ("PyTorch ms", 10, r => Number(r.Peers[0].Milliseconds)),
        ("ratio", 6, r => Number(r.Ratio(r.Peers[0]))),
        ("tuned ms", 9, r => Number(r.Peers[1].Milliseconds)),
        ("ratio", 6, r => Number(r.Ratio(r.Peers[1]))),
        ("GFLOP/s", 7, r => Number(r.Gflops)),
        ("ceiling", 7, r => Number(r.Ceiling)),
        ("share", 5, r => r.Share is { } share ? $"{100 * share:F0}%" : "–"));

    /// <summary>The line of titles.</summary>
    public static string Head => Table.Head;

    /// <summary>The line of a result.</summary>
    public static string Row(CaseResult result) => Table.Row(result);

    /// <summary>The whole table in Markdown.</summary>
    public static string Markdown(IEnumerable<CaseResult> results) => Table.Markdown(results);

    /// <summary>Three digits, or a dash.</summary>
    public static string Number(double? value) => value switch
    {
        null => "–",
        >= 100 => $"{value:F0}",
        >= 10 => $"{value:F1}",
        >= 1 => $"{value:F2}",
        _ => $"{value:F3}",
    };
}
