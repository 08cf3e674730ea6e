using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Reports how data were read: a line of text, or a JSON object. Warnings are shown even with --quiet.</summary>
internal static class ReadingText
{
    /// <summary>Reports how training data were read and split.</summary>
    public static void Say(DataReport report, bool quiet, TextWriter error)
    {
        if (!quiet)
            error.WriteLine($"data: {report.Describe()}");
        Warn(report.Warnings, error);
    }

    /// <summary>Reports how states were read.</summary>
    /// <param name="states">The states.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="quiet">Whether only warnings are shown.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isShown">Which warnings are shown; null: all.</param>
    public static void Say(StateSet states, string source, bool quiet, TextWriter error, Func<string, bool>? isShown = null)
    {
        if (states.Reading is { } reading)
            Say(reading, states.Noun, source, quiet, error, isShown);
    }

    /// <summary>Reports how states were read.</summary>
    public static void Say(
        StateReading reading, string noun, string source, bool quiet, TextWriter error, Func<string, bool>? isShown = null)
    {
        if (!quiet)
            error.WriteLine($"{noun}s: {source}: {reading.Text}");
        Warn(reading.Warnings.Where(isShown ?? (_ => true)), error);
    }

    /// <summary>Writes <c>reading</c>; null if it is unknown.</summary>
    public static void Json(Utf8JsonWriter json, JsonObject? reading)
    {
        json.WritePropertyName("reading");
        if (reading is null)
            json.WriteNullValue();
        else
            reading.WriteTo(json);
    }

    private static void Warn(IEnumerable<string> warnings, TextWriter error)
    {
        foreach (string warning in warnings)
            error.WriteLine($"joule: warning: {warning}.");
    }
}
