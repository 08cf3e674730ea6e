using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary>Says how images were read: a line for people, an object for programs. Warnings are shown with --quiet too.</summary>
internal static class ReadingText
{
    /// <summary>Says how the images of a training were read and shared out.</summary>
    public static void Say(DataReport report, bool quiet, TextWriter error)
    {
        if (!quiet) error.WriteLine($"data: {report.Describe()}");
        Warn(report.Reading, error);
    }

    /// <summary>Says how images were read.</summary>
    public static void Say(ImageSet images, string source, bool quiet, TextWriter error)
    {
        if (images.Reading is not { } reading) return;
        if (!quiet)
            error.WriteLine($"images: {source}: {DataReport.Images(images.Count, images.Channels, images.Height, images.Width)}, {reading.Describe()}{DataReport.Further(reading)}");
        Warn(reading, error);
    }

    /// <summary>Writes the warnings of a reading.</summary>
    public static void Warn(ImageReading? reading, TextWriter error)
    {
        foreach (string warning in reading?.Warnings ?? []) error.WriteLine($"joule: warning: {warning}.");
    }

    /// <summary>Writes <c>reading</c>: type, shape, layout, range, left_out, notes and warnings; null where it is not known.</summary>
    public static void Json(Utf8JsonWriter json, ImageReading? reading)
    {
        if (reading is null)
        {
            json.WriteNull("reading");
            return;
        }
        json.WriteStartObject("reading");
        json.WriteString("type", reading.Type);
        json.WriteStartArray("shape");
        foreach (int side in reading.Shape) json.WriteNumberValue(side);
        json.WriteEndArray();
        json.WriteString("layout", reading.Layout);
        json.WriteStartArray("range");
        json.WriteNumberValue(reading.Low);
        json.WriteNumberValue(reading.High);
        json.WriteEndArray();
        json.WritePropertyName("left_out");
        LeftOut(reading).WriteTo(json);
        Texts(json, "notes", reading.Notes);
        Texts(json, "warnings", reading.Warnings);
        json.WriteEndObject();
    }

    /// <summary>What was left out, each kind with its number.</summary>
    public static JsonObject LeftOut(ImageReading reading) => new(reading.LeftOut.DistinctBy(left => left.What).Select(left => KeyValuePair.Create(left.What, (JsonNode?)left.Count)));

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
