using System.Text;
using System.Text.Json;

namespace Joule.Cli.Terminal;

/// <summary>The one line of JSON that a command writes with <c>--json</c>.</summary>
internal static class JsonLine
{
    /// <summary>Writes one object on one line.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="members">Writes the members of the object.</param>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
