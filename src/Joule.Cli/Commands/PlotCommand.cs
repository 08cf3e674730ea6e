using System.CommandLine;
using System.Text.Json;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule plot RUN</c>: draws a run's curves again from its metrics.</summary>
internal sealed class PlotCommand : JouleCommand
{
    private const int LargestConfig = 1 << 20;
    private const int LongestPreset = 60;

    public override Command Build()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, as 'joule train' wrote it. Its metrics.csv is read." };
        Option<string?> output = SharedOptions.Text("--out", "FILE.png", "Where the picture goes. Default: loss.png in the run's folder.");
        var command = new DocumentedCommand(
            "plot",
            "Draw the curves of a run: contrastive divergence above, mean energies below, by epoch; a line where the run had diverged and went back.",
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
        (string? preset, string? data) = Words(config);
        new OutputFile(metrics, config, Path.Combine(run, RunEvents.FileName), data).Check(picture, output is null ? "The picture" : "--out", OutputKind.Picture, own);
        if (output is not null) OutputFile.Extension(output, "--out", ".png");
        IReadOnlyList<MetricsRow> rows = MetricsTable.Read(metrics);
        LossPlot.Save(rows, Title(run, preset), picture, PlotMark.Of(RunEvents.Rollbacks(run), rows));
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

    // The preset and the images of a configuration; null where they cannot be read.
    private static (string? Preset, string? Data) Words(string config)
    {
        try
        {
            // No length: a pipe, which may never give anything.
            if (new FileInfo(config).Length is 0 or > LargestConfig) return default;
            using FileStream stream = File.OpenRead(config);
            using JsonDocument json = JsonDocument.Parse(stream);
            return (Word(json.RootElement, "preset"), Member(json.RootElement, "data") is { } data ? Word(data, "source") : null);

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
