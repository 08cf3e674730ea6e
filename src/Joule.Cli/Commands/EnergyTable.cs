using System.Buffers;
using System.Globalization;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>
/// Energies as CSV with the columns <c>index,name,energy</c> and, with decisions, <c>p_value,anomaly</c>. Names are quoted according to
/// RFC 4180; lines end with a line feed.
/// </summary>
internal static class EnergyTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes the table.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="energies">The energies, in nats, written so that they are read back as the same floats.</param>
    /// <param name="states">The states, which may have names.</param>
    /// <param name="source">Where they come from. Without names, state i is called <c>source#i</c>.</param>
    /// <param name="first">The state that the first energy belongs to.</param>
    /// <param name="decisions">P-values and anomalies; null: the model is not calibrated.</param>
    public static void Write(
        TextWriter writer, IReadOnlyList<float> energies, StateSet states, string source, RowDecisions? decisions = null,
        int first = 0)
    {
        writer.Write(decisions is null ? "index,name,energy\n" : "index,name,energy,p_value,anomaly\n");
        for (int i = 0; i < energies.Count; i++)
        {
            string name = states.HasRowNames ? states.RowName(first + i) : $"{source}#{first + i}";
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{first + i},{Field(name)},{energies[i]:R}"));
            if (decisions is not null)
            {
                string anomaly = decisions.IsAnomaly(i) ? "true" : "false";
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{decisions.PValues[i]:R},{anomaly}"));
            }
            writer.Write('\n');
        }
    }

    /// <summary>A cell of CSV, quoted where it must be.</summary>
    internal static string Field(string text) =>
        text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
