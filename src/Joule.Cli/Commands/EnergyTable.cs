using System.Buffers;
using System.Globalization;

namespace Joule.Cli.Commands;

/// <summary>Energies as CSV with the columns <c>index,name,energy</c>; names are quoted as RFC 4180 says, lines end with a line feed.</summary>
internal static class EnergyTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes the table.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="energies">The energies, in nats; written so that the same float is read back.</param>
    /// <param name="names">The name of each, or null where they have none.</param>
    /// <param name="source">Where they come from: without names, image i is <c>source#i</c>.</param>
    public static void Write(TextWriter writer, IReadOnlyList<float> energies, IReadOnlyList<string>? names, string source)
    {
        writer.Write("index,name,energy\n");
        for (int i = 0; i < energies.Count; i++)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{i},{Field(names?[i] ?? $"{source}#{i}")},{energies[i]:R}\n"));
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
