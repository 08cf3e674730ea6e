using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Cli.Terminal;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary><c>joule samplers</c>: lists the samplers with their sources, keys and defaults.</summary>
internal sealed class SamplersCommand : JouleCommand
{
    public override Command Build()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "samplers",
            "List the samplers: what each is, where it was published, and its keys with their defaults.",
            new Example("joule samplers", "List the samplers."),
            new Example("joule sample runs/mine --sampler mala --set step_size=0.001", "Use one of them. --set takes its keys."))
        {
            json,
        };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context.Output));
        return command;
    }

    private static int List(bool asJson, TextWriter output)
    {
        NamedType[] samplers = [.. Catalogue.Of(typeof(SamplerOptions))];
        if (asJson)
            JsonLine.Write(output, json => Write(json, samplers));
        else
        {
            int width = samplers.Max(s => s.Named.Name.Length) + 2;
            string indent = new(' ', width);
            foreach (NamedType sampler in samplers)
            {
                output.WriteLine($"{sampler.Named.Name.PadRight(width)}{sampler.Named.Summary}");
                if (sampler.Named.Paper.Length > 0)
                    output.WriteLine($"{indent}{sampler.Named.Paper}");
                IEnumerable<string> keys = Keys(sampler).Select(key => $"{key.Key}={key.Value?.ToJsonString() ?? "null"}");
                output.WriteLine(indent + string.Join("  ", keys));
            }
        }
        return ExitCodes.Success;
    }

    private static void Write(Utf8JsonWriter json, NamedType[] samplers)
    {
        json.WriteStartArray("samplers");
        foreach (NamedType sampler in samplers)
        {
            json.WriteStartObject();
            json.WriteString("name", sampler.Named.Name);
            json.WriteString("summary", sampler.Named.Summary);
            json.WriteString("paper", sampler.Named.Paper);
            json.WriteStartObject("keys");
            foreach ((string key, JsonNode? value) in Keys(sampler))
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

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Keys(NamedType sampler) =>
        OptionsJson.Write(SamplerChoice.Default(sampler.Named.Name)).Where(key => key.Key != "type");
}
