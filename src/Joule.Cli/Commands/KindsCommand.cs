using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Cli.Terminal;

namespace Joule.Cli.Commands;

/// <summary>A command that lists all types of a part of a configuration: one line each, the paper, and the keys with their defaults.</summary>
/// <param name="name">The name of the command, and of the list in JSON.</param>
/// <param name="description">What it does.</param>
/// <param name="kind">The options record that the types derive from.</param>
/// <param name="examples">Examples.</param>
internal abstract class KindsCommand(string name, string description, Type kind, params Example[] examples) : JouleCommand
{
    public sealed override Command Build()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(name, description, examples) { json };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context.Output));
        return command;
    }

    private int List(bool asJson, TextWriter output)
    {
        NamedType[] types = [.. Catalogue.Of(kind)];
        if (asJson)
            JsonLine.Write(output, json => Write(json, types));
        else
        {
            int width = types.Max(s => s.Named.Name.Length) + 2;
            string indent = new(' ', width);
            foreach (NamedType type in types)
            {
                output.WriteLine($"{type.Named.Name.PadRight(width)}{type.Named.Summary}");
                if (type.Named.Paper.Length > 0)
                    output.WriteLine($"{indent}{type.Named.Paper}");
                string keys = string.Join("  ", Keys(type).Select(key => $"{key.Key}={key.Value?.ToJsonString() ?? "null"}"));
                if (keys.Length > 0)
                    output.WriteLine(indent + keys);
            }
        }
        return ExitCodes.Success;
    }

    private void Write(Utf8JsonWriter json, NamedType[] types)
    {
        json.WriteStartArray(name);
        foreach (NamedType type in types)
        {
            json.WriteStartObject();
            json.WriteString("name", type.Named.Name);
            json.WriteString("summary", type.Named.Summary);
            json.WriteString("paper", type.Named.Paper);
            json.WriteStartObject("keys");
            foreach ((string key, JsonNode? value) in Keys(type))
            {
                json.WritePropertyName(key);
                if (value is null)
                    json.WriteNullValue();
                else
                    value.WriteTo(json);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Keys(NamedType type) =>
        OptionsJson.Write(Activator.CreateInstance(type.Type)!).Where(key => key.Key != "type");
}
