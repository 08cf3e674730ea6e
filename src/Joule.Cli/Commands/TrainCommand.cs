using System.CommandLine;
using System.CommandLine.Parsing;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Cli.Streams;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Commands;

/// <summary><c>joule train</c>: trains an energy and writes a run's folder, or resumes a run.</summary>
internal sealed class TrainCommand : JouleCommand
{
    private readonly ConfigOptions _config = new();

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "DIR", "The run's folder, new or empty. Default: runs/<preset>-<UTC time>.");

    private readonly Option<string?> _resume = SharedOptions.Text(
        "--resume", "RUN",
        "Resume the run in this folder from its newest intact checkpoint, as if it had never stopped. The run keeps its configuration. "
            + "--epochs and --time set a new end, even for a finished run; --data gives the new place of images that have moved.");

    private readonly Option<double?> _time = SharedOptions.OptionalNumber(
        "--time", "MINUTES",
        "Train for this long instead of the preset's epochs; with --epochs, until the first of the two limits. The run ends within a "
            + "second of the limit, even in the middle of an epoch. The learning-rate schedule still spans training.epochs.",
        0.0, 1e6);

    private readonly Option<CheckpointInterval?> _every = new("--checkpoint-every")
    {
        HelpName = "TIME",
        Description = $"How often to write a checkpoint: {CheckpointInterval.Forms}. Default: {CheckpointInterval.Default.Seconds / 60}m.",
        CustomParser = ParseInterval,
    };

    private readonly Option<string?> _best = new("--best")
    {
        HelpName = "METRIC",
        Description = "The metric that chooses the best epoch, whose checkpoint is kept: val_cd (validation data lie farthest below "
            + "noise), loss (the training loss is lowest) or another column that the objective ranks; for contrastive divergence "
            + "cd (training data and negatives have the closest energies). Default: val_cd. The validation data "
            + "are the dataset's own or the share that data.validation_share holds out; if there are none, the test images serve.",
    };

    private readonly Option<int?> _rollbacks = SharedOptions.OptionalNumber(
        "--rollbacks", "N",
        $"How often a diverging run may be rolled back to its last good state, 0 to {RunTerms.MostRollbacks}. It continues with new "
            + "random draws, a lower learning rate and more chain steps (smaller ones if the chains are unstable). 0 stops the run at the "
            + $"first divergence. Default: {RunTerms.DefaultRollbacks}.",
        0, RunTerms.MostRollbacks);

    private readonly DeviceOption _device = new();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "train",
            "Learn an energy from images or a table, by contrastive divergence.\n\n"
            + "Without arguments, trains the preset 'digits' on MNIST, in minutes. The run's folder receives config.json (everything "
            + "that determines the run), metrics.csv (one row per epoch), loss.png (the curves), samples/ (64 chains from noise after each "
            + "epoch), checkpoints/, model.safetensors and summary.json. A sentinel watches every update. It rolls a diverging run back "
            + "to a good state and warns of a run that learned nothing; events.jsonl and the last lines say when and why. Ctrl-C, "
            + "SIGTERM and SIGHUP write a checkpoint and end the run; --resume continues from there, to the same model, bit for bit, on "
            + "one kind of processor.",
            new Example("joule train", "Train the default preset."),
            new Example("joule train seed --epochs 5 --seed 2 --out runs/mine", "Train another preset briefly, in a folder you name."),
            new Example("joule train --resume runs/mine", "Resume a run that was stopped."),
            new Example(
                "joule train digits --data ~/pictures --set training.batch=32 --time 10",
                "Train on your own images, with one value changed, for ten minutes."),
            new Example(
                "joule train --config runs/mine/config.json --out runs/again",
                "Repeat a run: the same model, bit for bit, on one kind of processor."));
        _config.AddTo(command);
        foreach (Option option in (Option[])[_output, _resume, _time, _every, _best, _rollbacks])
            command.Add(option);
        _device.AddTo(command);
        command.Add(_json);
        command.Add(_quiet);
        OnRun(command, Train);
        return command;
    }

    private int Train(ParseResult parsed, CommandContext context)
    {
        string? output = parsed.GetValue(_output);
        if (parsed.GetValue(_resume) is string stopped)
        {
            if ((output is null ? _config.Given(parsed) : _output.Name) is string given)
            {
                throw new InvalidInputException($"--resume continues a run as it was started: {given} cannot be given with it. "
                    + "To start another run, omit --resume.");
            }
            return Resume(stopped, parsed, context);
        }
        RunConfig config = _config.Read(parsed);
        config = config with { Data = config.Data.WithoutUnused(message => context.Error.WriteLine($"joule: warning: {message}.")) };
        if (output is not null && RunFolder.Look(output) == RunFolderState.Unfinished && ResumeOffer.Make(output, config, context))
            return Resume(output, parsed, context);
        return Start(output ?? NewFolder(config.Preset), config, parsed, context);
    }

    private int Start(string output, RunConfig config, ParseResult parsed, CommandContext context)
    {
        // Every input error is found before anything is written.
        CheckPlace(output, config.Data.Source);
        NoiseAgreement.Check(config);
        using Device device = _device.Open(parsed, context);
        WarmStart? start = WarmStart.Open(config);
        DataSets data = config.Data.Open(ReadingOptions.Request(config, context) with { Transform = start?.Transform });
        using TrainingRun run = new(config, device, data, start);
        RunTerms terms = Terms(parsed, RunTerms.Of(config), config) with { Images = run.Images };
        context.Cancellation.ThrowIfCancellationRequested();
        using IDisposable held = context.Hold();
        using RunFolder folder = RunFolder.Create(output, config, terms, run.BytesNeeded, start);
        long free = new DriveInfo(folder.Location).AvailableFreeSpace;
        if (free < run.BytesWithCheckpoints)
        {
            context.Error.WriteLine($"joule: warning: the disk of {output} has {Mebibytes(free)} MiB free; "
                + $"with all its checkpoints the run may take {Mebibytes(run.BytesWithCheckpoints)} MiB.");
        }
        ReadingText.Say(data.Report, parsed.GetValue(_quiet), context.Error);
        foreach (string warning in NoiseAgreement.Warnings(config, data.Train.Space))
            context.Error.WriteLine($"joule: warning: {warning}.");
        if (!parsed.GetValue(_quiet))
            ColumnTable.Write(context.Error, data.Transform.Columns);
        if (config.Energy is SmoothMaximumOptions fitted && fitted.Describe(data.Train.Count) is { } tolerated)
            context.Error.WriteLine(tolerated);
        if (_config.ChangedPlan(parsed, config) is { } plan)
            context.Error.WriteLine(plan);
        RunResult result = Run(output, run, folder, config, parsed, context);
        DrawLandscape(folder, device, data, result, context);
        return Finish(output, result, folder.State.Figures, parsed, context);
    }

    private int Resume(string output, ParseResult parsed, CommandContext context)
    {
        using RunFolder folder = RunFolder.Open(output, out RunConfig config);
        RunTerms terms = Terms(parsed, folder.Terms, config);
        if (RunFolder.Look(output) == RunFolderState.Finished && terms.End == folder.Terms.End)
        {
            if (_config.Data(parsed) is not null)
                context.Error.WriteLine("joule: warning: the run is finished; --data was ignored.");
            return FinishedBefore(output, folder.State.Figures, parsed, context);
        }
        using Device device = _device.Open(parsed, context);
        string? moved = _config.Data(parsed);
        if (moved is not null)
            terms = terms with { Data = moved == config.Data.Source ? null : moved };
        config = config with { Data = config.Data with { Source = moved ?? folder.Data } };
        WarmStart? start = WarmStart.OpenCopy(output, config);
        DataSets data = moved is null ? MovedData.Open(Data, $"{Command(output)} --data NAME|PATH") : Data();
        using TrainingRun run = new(config, device, data, start);
        _ = run.Images; // slow, so computed before signals are held
        context.Cancellation.ThrowIfCancellationRequested();
        using IDisposable held = context.Hold();
        string? checkpoint = run.Resume(folder, terms, message => context.Error.WriteLine($"joule: warning: {message}"));
        ReadingText.Say(data.Report, parsed.GetValue(_quiet), context.Error);
        if (!parsed.GetValue(_quiet))
        {
            context.Error.WriteLine(checkpoint is null
                ? $"{output} has no checkpoint yet: the run starts from the beginning."
                : $"Resuming from {checkpoint}.");
        }
        RunResult result = Run(output, run, folder, config, parsed, context);
        DrawLandscape(folder, device, data, result, context);
        return Finish(output, result, folder.State.Figures, parsed, context);

        DataSets Data() => config.Data.Open(ReadingOptions.Request(config, context) with
        {
            IsSettled = true,
            Transform = start?.Transform,
        });
    }

    // A run inside its image folder would become part of the data, which could then not be the same when the run is resumed.
    private static void CheckPlace(string output, string data)
    {
        OutputFile.CheckCache(output, "--out");
        if (Directory.Exists(data) && !LocalIdxFolder.Matches(data) && FileIdentity.IsWithin(output, data))
        {
            throw new InvalidInputException($"The output folder {output} lies inside the image folder {data} "
                + "and would become part of the data. Give a folder outside it with --out.");
        }
    }

    // --epochs and --time together replace the old end of a run; without either, that stays.
    private RunTerms Terms(ParseResult parsed, RunTerms terms, RunConfig config)
    {
        (int? epochs, double? minutes) = (_config.Epochs(parsed), parsed.GetValue(_time));
        return terms with
        {
            End = epochs is null && minutes is null ? terms.End : new RunEnd(epochs, minutes),
            CheckpointEvery = parsed.GetValue(_every) ?? terms.CheckpointEvery,
            Best = BestOf(parsed, config) ?? terms.Best,
            Rollbacks = parsed.GetValue(_rollbacks) ?? terms.Rollbacks,
        };
    }

    private RunResult Run(string output, TrainingRun run, RunFolder folder, RunConfig config, ParseResult parsed, CommandContext context)
    {
        long update = 0;
        try
        {
            using TrainingDisplay display = new(config, folder.Terms.End, RunProgress.Create(context.Error, parsed.GetValue(_quiet)));
            try
            {
                RunResult result = run.Train(folder, display, context.Cancellation);
                display.Finish(folder);
                return result;
            }
            finally
            {
                update = display.LastUpdate;
            }
        }
        catch (DivergenceException e)
        {
            string kept = folder.Rows.Count > 0
                ? $"{folder.ModelFile} keeps the model of epoch {folder.Rows[^1].Epoch}, the last complete one."
                : $"No epoch was finished: {folder.Location} holds no model.";
            throw new JouleException($"{e.Message} This was training update {update + 1}. {kept}", e);
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            // The input was checked before the run began, so this is a failure of the run (exit code 1), not invalid input.
            string? newest = folder.NewestCheckpoint;
            string saved = newest is null ? "it has no checkpoint." : $"its last checkpoint is {newest}.";
            throw new JouleException(
                $"{e.Message.TrimEnd('.')}. The run stopped after {Counted.Of(update, "step")}; {saved} Resume with: {Command(output)}", e);
        }
    }

    private static void DrawLandscape(RunFolder folder, Device device, DataSets data, RunResult result, CommandContext context)
    {
        if (result.Interrupted || !PointMap.Fits(data.Transform.Space))
            return;
        using Model model = Model.Load(folder.ModelFile, device);
        LandscapeOfPoints.Save(device, model, data, result.Divergence, LandscapeOfPoints.Title(model.Config.Preset, folder.ModelFile),
            folder.LandscapeFile, message => context.Error.WriteLine($"joule: warning: {message}"), context.Cancellation);
    }

    private int Finish(string output, RunResult result, RunFigures figures, ParseResult parsed, CommandContext context)
    {
        bool json = parsed.GetValue(_json);
        OutputLostException? lost = null;
        try
        {
            if (json)
                WriteJson(context.Output, output, result, figures);
            else if (!result.Interrupted)
                WriteText(context.Output, output, result, figures);
        }
        catch (OutputLostException e)
        {
            lost = e;
        }
        if (result.Interrupted)
        {
            throw new StoppedException(
                $"stopped after {Counted.Of(result.Steps, "step")} ({Epochs(result.Epochs)}). Resume with: {Command(output)}");
        }
        if (lost is not null)
            throw new JouleException($"{lost.Message} The run itself is complete: it is in {output}", lost);
        return ExitCodes.Success;
    }

    private int FinishedBefore(string output, RunFigures figures, ParseResult parsed, CommandContext context)
    {
        string metrics = Path.Combine(output, "metrics.csv");
        IReadOnlyList<MetricsRow> rows = File.Exists(metrics) ? MetricsTable.Read(metrics) : [];
        MetricsRow? last = rows.Count > 0 ? rows[^1] : null;
        bool json = parsed.GetValue(_json);
        if (json)
        {
            RunResult result = new(rows.Count, last?.Step ?? 0, last?.Seconds ?? 0, last, false)
            {
                Rollbacks = RunEvents.Rollbacks(output),
            };
            WriteJson(context.Output, output, result, figures);
        }
        context.Human(json).WriteLine($"The run in {output} is finished ({Epochs(rows.Count)}). "
            + $"To train it further: {Command(output)} --epochs {rows.Count + 1}");
        return ExitCodes.Success;
    }

    /// <summary>The command line that resumes a run.</summary>
    internal static string Command(string run) => $"joule train --resume {Quoted(run)}";

    private static string NewFolder(string preset)
    {
        string label = string.Concat(preset.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        string path = RunFolder.DefaultPath(label.Length > 0 ? label : "run", DateTime.UtcNow), free = path;
        for (int i = 2; Path.Exists(free); i++)
            free = $"{path}-{i}";
        return free;
    }

    private static void WriteJson(TextWriter output, string run, RunResult result, RunFigures figures) => JsonLine.Write(output, json =>
    {
        json.WriteString("run", run);
        json.WriteNumber("epochs", result.Epochs);
        json.WriteNumber("steps", result.Steps);
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        foreach (BestMetric metric in figures.Best)
            JsonLine.Number(json, metric.Name, result.Last?[metric.Name]);
        if (result.Divergence is not null)
            DivergenceText.Json(json, result.Divergence);
        if (result.Shift is not null)
            ShiftText.Json(json, result.Shift);
        json.WritePropertyName("rollbacks");
        RollbackLog.Json(result.Rollbacks).WriteTo(json);
        json.WritePropertyName("warnings");
        SentinelLog.Warnings(result.Warnings).WriteTo(json);
    });

    private static void WriteText(TextWriter output, string run, RunResult result, RunFigures figures)
    {
        output.WriteLine($"{Epochs(result.Epochs)}, {Counted.Of(result.Steps, "step")}, {RateMeter.Duration(result.Seconds)}"
            + (result.Last is { } last ? $". {string.Join(", ", figures.Best.Select(m => $"{m.Name} {last[m.Name]:0.####}"))}."
                : result.Steps == 0 ? ". The model is untrained."
                : "."));
        if (result.Unmade != Unmade.Nothing)
        {
            output.WriteLine(result.Unmade == Unmade.Samples
                ? "The time ran out before the samples of the last epoch were drawn; 'joule sample' draws some."
                : "The time ran out before the last epoch was measured and its samples drawn; the checkpoint and the model include it.");
        }
        if (result.Divergence is { } divergence)
            output.WriteLine(DivergenceText.Line(divergence));
        if (result.Shift is { } shift)
            ShiftText.Write(output, shift);
        output.WriteLine($"The run is in {run}");
        if (ModelCalibration.Read(run) is { } calibration)
            output.WriteLine($"Calibrated: {CalibrationText.Line(calibration)}");
        string extension = Model.Describe(Model.Find(run)).Transform.Extensions[0];
        output.WriteLine("Next:");
        output.WriteLine($"  joule sample {Quoted(run)} --out samples{extension}    draw samples that start from noise");
        output.WriteLine($"  joule evaluate {Quoted(run)}    see what the energy tells apart");
        if (result.Rollbacks.Count > 0)
            output.WriteLine(RollbackLog.Line(result.Rollbacks, result.HasRecovered));
        foreach (SentinelVerdict warning in result.Warnings)
            output.WriteLine($"Warning: {warning}.");
    }

    private static CheckpointInterval? ParseInterval(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        if (CheckpointInterval.TryParse(given, out CheckpointInterval interval))
            return interval;
        result.AddError($"--checkpoint-every expects {CheckpointInterval.Forms}, above 0, given '{given}'");
        return null;
    }

    // The objective lists the metrics that can rank epochs.
    private string? BestOf(ParseResult parsed, RunConfig config)
    {
        if (parsed.GetValue(_best) is not { } given)
            return null;
        IReadOnlyList<BestMetric> known = RunFigures.Of(config).Best;
        return known.Any(m => m.Name == given) ? given
            : throw new InvalidInputException($"--best expects one of {string.Join(", ", known.Select(m => m.Name))}, given '{given}'.");
    }

    /// <summary>A path as a shell takes it.</summary>
    internal static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    private static string Mebibytes(long bytes) => $"{bytes / 1024.0 / 1024.0:F0}";

    private static string Epochs(int count) => Counted.Of(count, "epoch");
}
