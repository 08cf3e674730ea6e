using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule presets</c>: the configurations that come with Joule, as a table or one of them as JSON.</summary>
internal sealed class PresetsCommand : JouleCommand
{
    public override Command Build()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "presets",
            "List the configurations that come with Joule, or show one: to train with it, to copy it, to change it.",
            new Example("joule presets", "Their names and what they are."))
        {
            json,
            Show(),
        };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context));
        return command;
    }

    private static DocumentedCommand Show()
    {
        Argument<string> name = new("NAME") { Description = $"One of: {string.Join(", ", Presets.Names)}." };
        DocumentedCommand command = new(
            "show",
            "Write a preset as JSON, every key of it.",
            new Example("joule presets show seed", "Look at it."),
            new Example("joule presets show digits > my.json", "Copy it; change the copy, then: joule train --config my.json"))
        {
            name,
        };
        OnRun(command, (parsed, context) =>
        {
            context.Output.Write(OptionsJson.Text(Presets.Json(parsed.GetRequiredValue(name))));
            return ExitCodes.Success;
        });
        return command;
    }

    private static int List(bool asJson, CommandContext context)
    {
        RunConfig[] presets = [.. Presets.Names.Select(Presets.Load)];
        if (!asJson)
        {
            TextTable.Write(context.Output, ["preset", "data", "what it is"], presets.Select(p => (IReadOnlyList<string>)[Name(p), p.Data.Source, p.Summary]));
            return ExitCodes.Success;
        }
        JsonLine.Write(context.Output, json =>
        {
            json.WriteStartArray("presets");
            foreach (RunConfig preset in presets)
            {
                json.WriteStartObject();
                json.WriteString("name", preset.Preset);
                json.WriteString("data", preset.Data.Source);
                json.WriteString("summary", preset.Summary);
                json.WriteBoolean("default", preset.Preset == Presets.Default);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        return ExitCodes.Success;
    }

    private static string Name(RunConfig preset) => preset.Preset == Presets.Default ? $"{preset.Preset} (default)" : preset.Preset;
}
