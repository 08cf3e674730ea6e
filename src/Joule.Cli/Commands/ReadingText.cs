using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Says how data were read: a line for people, an object for programs. Warnings are shown with --quiet too.</summary>
internal static class ReadingText
{
    /// <summary>Says how the data of a training were read and shared out.</summary>
    public static void Say(DataReport report, bool quiet, TextWriter error)
    {
        if (!quiet)
            error.WriteLine($"data: {report.Describe()}");
        Warn(report.Warnings, error);
    }

    /// <summary>Says how states were read.</summary>
    public static void Say(StateSet states, string source, bool quiet, TextWriter error)
    {
        if (states.Reading is not { } reading)
            return;
        if (!quiet)
            error.WriteLine($"{states.Noun}s: {source}: {reading.Text}");
        Warn(reading.Warnings, error);
    }

    /// <summary>Writes <c>reading</c>; null where it is not known.</summary>
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
