using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary><c>joule train</c>: learns an energy and writes a run's folder.</summary>
internal sealed class TrainCommand : JouleCommand
{
    private readonly ConfigOptions _config = new();

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "DIR", "The run's folder, new or empty. Default: runs/<preset>-<UTC time>.");

    private readonly Option<double?> _time = SharedOptions.OptionalNumber(
        "--time", "MINUTES", "Train for this long instead of for the preset's epochs; with --epochs, until whichever ends first.", 0.0, 1e6);

    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "train",
            "Learn an energy from images, by contrastive divergence.\n\n"
            + "Without arguments it trains the preset 'digits' on MNIST, in minutes. The run's folder receives config.json (everything "
            + "that determines the run), metrics.csv (a row an epoch), loss.png (the curves), samples/ (64 chains from noise after each "
            + "epoch), model.safetensors and summary.json. Ctrl-C stops cleanly and keeps the model.",
            new Example("joule train", "Train the default preset."),
            new Example("joule train seed --epochs 5 --seed 2 --out runs/mine", "A short run of another preset, into a folder of its own."),
            new Example("joule train digits --data ~/pictures --set training.batch=32 --time 10", "Your own images, one value changed, ten minutes."),
            new Example("joule train --config runs/mine/config.json --out runs/again", "The same run once more: the same model, bit for bit."));
        _config.AddTo(command);
        foreach (Option option in (Option[])[_output, _time, _threads, _json, _quiet]) command.Add(option);
        OnRun(command, Train);
        return command;
    }

    private int Train(ParseResult parsed, CommandContext context)
    {
        // Everything that can be wrong is found before anything is written.
        RunConfig config = _config.Read(parsed);
        double? minutes = parsed.GetValue(_time);
        RunEnd end = new(minutes is null || _config.NamesEpochs(parsed) ? config.Training.Epochs : null, minutes);
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        TrainTest images = DataSource.Open(config.Data, context.Error.WriteLine, context.Cancellation);
        using TrainingRun run = new(config, device, images);
        string output = parsed.GetValue(_output) ?? NewFolder(config.Preset);
        RunFolder folder = RunFolder.Create(output, config, run.BytesNeeded);
        RunResult result = Run(run, folder, config, end, parsed.GetValue(_quiet), context);
        bool json = parsed.GetValue(_json);
        if (json) WriteJson(context.Output, output, result);
        if (result.Interrupted)
            throw new StoppedException($"stopped after {result.Steps:N0} steps ({Epochs(result.Epochs)}); {output} holds the model as it was. Look at it with: joule sample {Quoted(output)}");
        if (!json) WriteText(context.Output, output, result);
        return ExitCodes.Success;
    }

    private static RunResult Run(TrainingRun run, RunFolder folder, RunConfig config, RunEnd end, bool quiet, CommandContext context)
    {
        using TrainingDisplay display = new(config, end, RunProgress.Create(context.Error, quiet));
        try
        {
            RunResult result = run.Train(folder, display, end, context.Cancellation);
            display.Finish(folder);
            return result;
        }
        catch (DivergenceException e)
        {
            string kept = folder.Rows.Count > 0
                ? $"{folder.ModelFile} keeps the model of epoch {folder.Rows[^1].Epoch}, the last whole one."
                : $"No epoch was finished: {folder.Location} holds no model.";
            throw new JouleException($"{e.Message} It was update {display.LastUpdate + 1} of the training. {kept}", e);
        }
    }

    private static string NewFolder(string preset)
    {
        string label = string.Concat(preset.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        string path = RunFolder.DefaultPath(label.Length > 0 ? label : "run", DateTime.UtcNow), free = path;
        for (int i = 2; Path.Exists(free); i++) free = $"{path}-{i}";
        return free;
    }

    private static void WriteJson(TextWriter output, string run, RunResult result) => JsonLine.Write(output, json =>
    {
        json.WriteString("run", run);
        json.WriteNumber("epochs", result.Epochs);
        json.WriteNumber("steps", result.Steps);
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        JsonLine.Number(json, "val_cd", result.Last?.ValCd);
        JsonLine.Number(json, "loss", result.Last?.Loss);
    });

    private static void WriteText(TextWriter output, string run, RunResult result)
    {
        output.WriteLine($"{Epochs(result.Epochs)}, {result.Steps:N0} steps, {RateMeter.Duration(result.Seconds)}"
            + (result.Last is { } last ? $". Validation CD {last.ValCd:0.####}, loss {last.Loss:0.####}." : ". The model is as it is before training."));
        output.WriteLine($"The run is in {run}");
        output.WriteLine("Next:");
        output.WriteLine($"  joule sample {Quoted(run)} --out samples.png    draw samples that start from noise");
        output.WriteLine($"  joule evaluate {Quoted(run)}    see what the energy tells apart");
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    private static string Epochs(int count) => count == 1 ? "1 epoch" : $"{count:N0} epochs";
}
