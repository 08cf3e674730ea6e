using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule presets</c>: lists the configurations that come with Joule, or writes one as JSON.</summary>
internal sealed class PresetsCommand : JouleCommand
{
    public override Command Build()
    {
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "presets",
            "List the configurations that come with Joule, or show one as a starting point for your own.",
            new Example("joule presets", "List the presets."))
        {
            json,
            Show(),
            Keys(),
        };
        OnRun(command, (parsed, context) => List(parsed.GetValue(json), context));
        return command;
    }

    private static DocumentedCommand Show()
    {
        Argument<string> name = new("NAME") { Description = $"One of: {string.Join(", ", Presets.Names)}." };
        DocumentedCommand command = new(
            "show",
            "Write a preset as JSON, with every key.",
            new Example("joule presets show seed", "Show a preset."),
            new Example("joule presets show digits > my.json", "Copy it. Edit the copy, then: joule train --config my.json"))
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

    private static DocumentedCommand Keys()
    {
        Argument<string?> name = new("PRESET")
        {
            Description = $"Show the keys of one preset with its values, one of: {string.Join(", ", Presets.Names)}. "
                + "Default: all keys of every type, with their defaults.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> json = SharedOptions.Json();
        DocumentedCommand command = new(
            "keys",
            "List the configuration keys with their kind, range, default and meaning, for every value of 'type'. "
                + "Use them in --config files and with --set.",
            new Example("joule presets keys | grep training.optimizer", "Show the settings of the optimiser."),
            new Example("joule presets keys seed", "Show the keys of one preset, with its values."))
        {
            name,
            json,
        };
        OnRun(command, (parsed, context) =>
        {
            string? preset = parsed.GetValue(name);
            WriteKeys(preset is null ? ConfigKeys.All() : ConfigKeys.Of(preset), preset is null, parsed.GetValue(json), context);
            return ExitCodes.Success;
        });
        return command;
    }

    private static void WriteKeys(IReadOnlyList<ConfigKey> keys, bool areDefaults, bool asJson, CommandContext context)
    {
        foreach (string missing in Catalogue.Assemblies.Select(OptionSummaries.FileOf).Where(file => !File.Exists(file)))
            context.Error.WriteLine($"joule: warning: {missing} is missing, so the meanings of some keys cannot be shown.");
        string value = areDefaults ? "default" : "value";
        if (!asJson)
        {
            TextTable.Write(context.Output, ["key", "of type", "kind", "range", value, "meaning"], keys.Select(k => (IReadOnlyList<string>)
                [k.Key, k.Of ?? "", k.Kind, k.Range, k.Default, k.Meaning.Replace("`", "", StringComparison.Ordinal)]));
            return;
        }
        JsonLine.Write(context.Output, json =>
        {
            json.WriteStartArray("keys");
            foreach (ConfigKey key in keys)
            {
                json.WriteStartObject();
                json.WriteString("key", key.Key);
                json.WriteString("of_type", key.Of);
                json.WriteString("kind", key.Kind);
                json.WriteString("range", key.Range);
                json.WritePropertyName(value);
                if (key.Default.Length == 0)
                    json.WriteNullValue();
                else
                    json.WriteRawValue(key.Default);
                json.WriteString("meaning", key.Meaning);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static int List(bool asJson, CommandContext context)
    {
        RunConfig[] presets = [.. Presets.Names.Select(Presets.Load)];
        if (!asJson)
        {
            TextTable.Write(context.Output, ["preset", "data", "what it is"],
                presets.Select(p => (IReadOnlyList<string>)[Name(p), p.Data.Source, p.Summary]));
            context.Output.WriteLine(
                $"\nThe preset {Presets.Points} also has the name of its data: {string.Join(", ", Presets.OfPoints)}.");
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
            json.WriteStartArray("points");
            foreach (string name in Presets.OfPoints)
                json.WriteStringValue(name);
            json.WriteEndArray();
        });
        return ExitCodes.Success;
    }

    private static string Name(RunConfig preset) => preset.Preset == Presets.Default ? $"{preset.Preset} (default)" : preset.Preset;
}
