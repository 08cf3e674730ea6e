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
        new OutputFile(metrics, Path.Combine(run, "config.json"), Path.Combine(run, RunEvents.FileName)).Check(picture, output is null ? "The picture" : "--out", OutputKind.Picture, own);
        IReadOnlyList<MetricsRow> rows = MetricsTable.Read(metrics);
        LossPlot.Save(rows, Title(run), picture, PlotMark.Of(RunEvents.Rollbacks(run), rows));
        context.Output.WriteLine(picture);
        return ExitCodes.Success;
    }

    /// <summary>The preset and the folder's name; the folder's name alone where it says the preset or the preset is not known.</summary>
    private static string Title(string run)
    {
        string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)));
        return Preset(Path.Combine(run, "config.json")) is { Length: > 0 } preset && !folder.StartsWith(preset, StringComparison.Ordinal)
            ? $"{preset}: {folder}"
            : folder;
    }

    private static string? Preset(string config)
    {
        try
        {
            // No length: a pipe, which may never give anything.
            if (new FileInfo(config).Length is 0 or > LargestConfig) return null;
            using FileStream stream = File.OpenRead(config);
            using JsonDocument json = JsonDocument.Parse(stream);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("preset", out JsonElement preset)
                && preset.ValueKind == JsonValueKind.String
                && preset.GetString() is { Length: <= LongestPreset } name && !name.Any(char.IsControl)
                ? name
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // The title is decoration: without a readable configuration the curves are drawn all the same.
            return null;
        }
    }
}
