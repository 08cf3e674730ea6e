using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Joule.Cli.Terminal;

/// <summary>The line of JSON that a command writes with <c>--json</c>.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object on one line.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="members">Writes the members of the object.</param>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>Writes a number, or null if it is missing or not finite, which JSON cannot express.</summary>
    public static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number && double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
