using System.CommandLine;
using System.Text.Json;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Objectives;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule plot RUN</c>: draws a run's curves again from its metrics.</summary>
internal sealed class PlotCommand : JouleCommand
{
    private const int LargestConfig = 1 << 20;
    private const int LongestPreset = 60;

    public override Command Build()
    {
        Argument<string> run = new("RUN") { Description = "The folder of a run, as 'joule train' wrote it. Its metrics.csv is read." };
        Option<string?> output = SharedOptions.Text("--out", "FILE.png", "Where the picture goes. Default: loss.png in the run's folder.");
        DocumentedCommand command = new(
            "plot",
            "Draw the curves of a run by epoch, as its objective lays them out: for contrastive divergence the divergence above and mean energies below; a line where the run had diverged and went back.",
            new Example("joule plot runs/digits-20260101T120000Z", "Draw loss.png in the run's folder, also while the run goes on."),
            new Example("joule plot runs/mine --out ~/curves.png", "Draw it somewhere else."))
        {
            run,
            output,
        };
        OnRun(command, (parsed, context) => Plot(parsed.GetRequiredValue(run), parsed.GetValue(output), context));
        return command;
    }

    private static int Plot(string run, string? output, CommandContext context)
    {
        if (!Directory.Exists(run))
            throw new InvalidInputException($"'{run}' is no folder. Give the folder of a run, as 'joule train' wrote it.");
        string metrics = Path.Combine(run, "metrics.csv");
        if (!File.Exists(metrics))
            throw new InvalidInputException($"The folder '{run}' is no run: it has no metrics.csv. A run has one once its first epoch is done.");
        string own = Path.Combine(run, "loss.png"), picture = output ?? own;
        string config = Path.Combine(run, "config.json");
        (string? preset, string? data, string? objective) = Words(config);
        new OutputFile(metrics, config, Path.Combine(run, RunEvents.FileName), data).Check(picture, output is null ? "The picture" : "--out", OutputKind.Picture, own);
        if (output is not null)
            OutputFile.Extension(output, "--out", ".png");
        IReadOnlyList<MetricsRow> rows = MetricsTable.Read(metrics);
        LossPlot.Save(rows, Figures(objective), Title(run, preset), picture, PlotMark.Of(RunEvents.Rollbacks(run), rows));
        context.Output.WriteLine(picture);
        return ExitCodes.Success;
    }

    /// <summary>The preset and the folder's name; the folder's name alone where it says the preset or the preset is not known.</summary>
    private static string Title(string run, string? preset)
    {
        string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)));
        return preset is { Length: > 0 and <= LongestPreset } && !preset.Any(char.IsControl) && !folder.StartsWith(preset, StringComparison.Ordinal)
            ? $"{preset}: {folder}"
            : folder;
    }

    // The figures of an objective; where it is not known, those of all that there are: the first of a name counts.
    private static IReadOnlyList<Figure> Figures(string? objective)
    {
        NamedType[] known = [.. Catalogue.Of(typeof(ObjectiveOptions))];
        NamedType[] meant = [.. known.Where(k => k.Named.Name == objective)];
        return [.. (meant.Length > 0 ? meant : known).SelectMany(k => new RunFigures(((ObjectiveOptions)Activator.CreateInstance(k.Type)!).ListFigures()).Recorded)];
    }

    // The preset, the data and the objective of a configuration; null where they cannot be read.
    private static (string? Preset, string? Data, string? Objective) Words(string config)
    {
        try
        {
            // No length: a pipe, which may never give anything.
            if (new FileInfo(config).Length is 0 or > LargestConfig)
                return default;
            using FileStream stream = File.OpenRead(config);
            using JsonDocument json = JsonDocument.Parse(stream);
            return (Word(json.RootElement, "preset"), Inner("data", "source"), Inner("objective", "type"));

            string? Inner(string part, string key) => Member(json.RootElement, part) is { } owner ? Word(owner, key) : null;

            static JsonElement? Member(JsonElement owner, string key) => owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out JsonElement member) ? member : null;

            static string? Word(JsonElement owner, string key) => Member(owner, key) is { ValueKind: JsonValueKind.String } word ? word.GetString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // Without a readable configuration the curves are drawn all the same.
            return default;
        }
    }
}
