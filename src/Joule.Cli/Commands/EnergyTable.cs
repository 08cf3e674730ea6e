using System.Buffers;
using System.Globalization;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Energies as CSV with the columns <c>index,name,energy</c>; names are quoted as RFC 4180 says, lines end with a line feed.</summary>
internal static class EnergyTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes the table.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="energies">The energies, in nats; written so that the same float is read back.</param>
    /// <param name="states">The states, which may have names.</param>
    /// <param name="source">Where they come from: without names, state i is <c>source#i</c>.</param>
    public static void Write(TextWriter writer, IReadOnlyList<float> energies, StateSet states, string source)
    {
        writer.Write("index,name,energy\n");
        for (int i = 0; i < energies.Count; i++)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{i},{Field(states.HasRowNames ? states.RowName(i) : $"{source}#{i}")},{energies[i]:R}\n"));
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
