using System.CommandLine;
using System.Text.Json;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Objectives;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule plot RUN</c>: draws a run's curves from its metrics.</summary>
internal sealed class PlotCommand : JouleCommand
{
    private const int LargestConfig = 1 << 20;
    private const int LongestPreset = 60;

    public override Command Build()
    {
        Argument<string> run = new("RUN") { Description = "The folder of a run, as 'joule train' writes it. Its metrics.csv is read." };
        Option<string?> output = SharedOptions.Text("--out", "FILE.png", "Where the picture goes. Default: loss.png in the run's folder.");
        DocumentedCommand command = new(
            "plot",
            "Draw the curves of a run by epoch.\n\n"
            + "The objective defines the panels; contrastive divergence has the divergence above and the mean energies below. A dashed "
            + "line marks each divergence that was rolled back.",
            new Example("joule plot runs/digits-20260101T120000Z", "Draw loss.png in the run's folder, even while the run is going on."),
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
            throw new InvalidInputException($"'{run}' is not a folder. Give the folder of a run, as 'joule train' writes it.");
        string metrics = Path.Combine(run, "metrics.csv");
        if (!File.Exists(metrics))
            throw new InvalidInputException($"'{run}' is not a run: it has no metrics.csv. A run gets one after its first epoch.");
        string own = Path.Combine(run, "loss.png"), picture = output ?? own;
        string config = Path.Combine(run, "config.json");
        (string? preset, string? data, string? objective) = Words(config);
        OutputFile outputs = new(metrics, config, Path.Combine(run, RunEvents.FileName), data);
        outputs.Check(picture, output is null ? "The picture" : "--out", OutputKind.Picture, own);
        if (output is not null)
            OutputFile.Extension(output, "--out", ".png");
        IReadOnlyList<MetricsRow> rows = MetricsTable.Read(metrics);
        LossPlot.Save(rows, Figures(objective), Title(run, preset), picture, PlotMark.Of(RunEvents.Rollbacks(run), rows));
        context.Output.WriteLine(picture);
        return ExitCodes.Success;
    }

    /// <summary>The preset and the folder's name; only the name if it starts with the preset or the preset is unknown.</summary>
    private static string Title(string run, string? preset)
    {
        string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)));
        return preset is { Length: > 0 and <= LongestPreset }
            && !preset.Any(char.IsControl)
            && !folder.StartsWith(preset, StringComparison.Ordinal)
            ? $"{preset}: {folder}"
            : folder;
    }

    // The figures of an objective, or of all objectives if it is unknown; the first figure of a name counts.
    private static IReadOnlyList<Figure> Figures(string? objective)
    {
        NamedType[] known = [.. Catalogue.Of(typeof(ObjectiveOptions))];
        NamedType[] meant = [.. known.Where(k => k.Named.Name == objective)];
        return [.. (meant.Length > 0 ? meant : known).SelectMany(FiguresOf)];

        static FigureList FiguresOf(NamedType type) =>
            new RunFigures(((ObjectiveOptions)Activator.CreateInstance(type.Type)!).ListFigures()).Recorded;
    }

    // The preset, the data and the objective of a configuration; null for each that cannot be read.
    private static (string? Preset, string? Data, string? Objective) Words(string config)
    {
        try
        {
            // A length of 0 may be a pipe, which may never deliver anything.
            if (new FileInfo(config).Length is 0 or > LargestConfig)
                return default;
            using FileStream stream = File.OpenRead(config);
            using JsonDocument json = JsonDocument.Parse(stream);
            return (Word(json.RootElement, "preset"), Inner("data", "source"), Inner("objective", "type"));

            string? Inner(string part, string key) => Member(json.RootElement, part) is { } owner ? Word(owner, key) : null;

            static JsonElement? Member(JsonElement owner, string key) =>
                owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out JsonElement member) ? member : null;

            static string? Word(JsonElement owner, string key) =>
                Member(owner, key) is { ValueKind: JsonValueKind.String } word ? word.GetString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // The curves can be drawn without a readable configuration.
            return default;
        }
    }
}
