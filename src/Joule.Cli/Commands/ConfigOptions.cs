using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Commands;

/// <summary>The arguments and options that make up a run's configuration: a preset, a file that overrides it, and single changes.</summary>
internal sealed class ConfigOptions
{
    private readonly Argument<string?> _preset = new("PRESET")
    {
        Description = $"The configuration to start from, one of: {string.Join(", ", Presets.Names)}; or points by name, for example moons "
            + $"or eight-gaussians ('joule presets' lists all). Default: {Presets.Default}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = SharedOptions.Text(
        "--config", "FILE",
        "A JSON file whose keys override the preset's, for example a copy of 'joule presets show digits' or a run's config.json.");

    private readonly Option<string?> _from = SharedOptions.Text(
        "--from", "MODEL",
        "Go on from a trained model: a run's folder or a model file. Its configuration takes the preset's place, and its weights and its "
            + "transform of the data are kept (start). With --data, it goes on with new rows or images of the same form.");

    private readonly Option<KeyValuePair<string, string>[]> _set = SharedOptions.Set();

    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "NAME|PATH",
        "The images: the name of a dataset (fetched when needed); a folder of PNG files, of one such folder per class, or of folders "
            + "train and test; a folder of IDX files with MNIST's file names; an NPY or IDX file; an NPZ archive or one of its arrays, "
            + "FILE.npz:NAME. For the preset table, a table: .csv, .tsv, .parquet, .npy or .npz. If there is no test set, the seed "
            + "draws one seventh of the images for it.");

    private readonly Option<string?> _test = SharedOptions.Text(
        "--test", "FILE",
        "For tables: the test rows (data.test). Default: a share of the rows of --data, drawn by the seed (data.test_share).");

    private readonly Option<string?> _label = SharedOptions.Text(
        "--label", "COLUMN",
        "For tables: the column with the rows' labels (data.label). The energy does not see it; 'joule evaluate' uses it.");

    private readonly Option<string?> _calibrate = SharedOptions.Text(
        "--calibrate", "NAME|PATH",
        "Normal rows or images that are not trained on (data.calibration): after training their energies are stored in the model, which "
            + "then gives p-values. Or keep a share of the training rows out: --set data.calibration_share=0.2.");

    private readonly Option<double?> _alarmRate = SharedOptions.Share(
        "--alarm-rate", "R",
        "The share of normal rows that a calibrated model may call anomalies (alarm_rate), above 0 and below 1. Default: "
            + $"{Calibration.DefaultAlarmRate}.");

    private readonly Option<double?> _contamination = SharedOptions.OptionalNumber(
        "--contamination", "P",
        "For energies of the kind smooth_maximum, as of the preset anomaly: the share of the training rows that may be anomalies "
            + "(energy.contamination). The rows of highest energy are left out, and the rest is fitted again.",
        0.0, 0.5);

    private readonly ReadingOptions _reading = new();

    private readonly Option<int?> _epochs = SharedOptions.OptionalNumber(
        "--epochs", "N",
        "Passes over the data (training.epochs); the learning-rate schedule spans them. 0 writes the untrained model. With --resume it "
            + "sets only the end of the run; the schedule stays as planned.",
        0, int.MaxValue);

    private readonly Option<ulong?> _seed = SharedOptions.OptionalNumber(
        "--seed", "N",
        "Seed of every random draw. One seed gives one model, bit for bit, on one kind of processor and with any number of threads.",
        0UL, ulong.MaxValue);

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_preset);
        Option[] options = [_epochs, _seed, _data, _test, _label, _calibrate, _alarmRate, _contamination, _file, _from, _set];
        foreach (Option option in options)
            command.Add(option);
        _reading.AddTo(command);
    }

    /// <summary>The number of epochs, or null if it was not given.</summary>
    public int? Epochs(ParseResult parsed) => parsed.GetValue(_epochs);

    /// <summary>The data as an absolute path or a dataset's name, or null if none was given.</summary>
    public string? Data(ParseResult parsed) => parsed.GetValue(_data) is string data ? DataSource.FromAnyFolder(data) : null;

    /// <summary>
    /// The first argument or option given that determines a run, as the user writes it, or null. A resumed run already has all of these.
    /// <c>--epochs</c> (which only sets its end) and <c>--data</c> (its images may have moved) are not among them.
    /// </summary>
    public string? Given(ParseResult parsed)
    {
        if (parsed.GetValue(_preset) is string preset)
            return $"the preset {preset}";
        if ((parsed.GetValue(_set) ?? []).Any(change => change.Key == "data.source"))
            return "--set data.source (if its images have moved, give their new place with --data)";
        Option[] settled = [_file, _from, _set, _seed, _test, _label, _calibrate, _alarmRate, _contamination];
        return settled.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name
            ?? _reading.Given(parsed);
    }

    /// <summary>One sentence about how <c>--epochs</c> changes the learning-rate schedule, or null if it does not.</summary>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public string? ChangedPlan(ParseResult parsed, RunConfig config)
    {
        if (parsed.GetValue(_epochs) is not (int epochs and > 0) || config.Training.Schedule is ConstantSchedule)
            return null;
        int planned = Compose(parsed, parsed.GetValue(_set) ?? []).Training.Epochs;
        return planned == epochs ? null
            : $"--epochs {epochs} plans the {config.ToJson()["training"]!["schedule"]!["type"]} schedule of the learning rate "
                + $"for {epochs} epoch{(epochs == 1 ? "" : "s")} instead of {planned}.";
    }

    /// <summary>Composes the configuration. Options override <c>--set</c>, which overrides the file, which overrides the preset.</summary>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public RunConfig Read(ParseResult parsed)
    {
        List<KeyValuePair<string, string>> changes = [.. parsed.GetValue(_set) ?? []];
        if (parsed.GetValue(_epochs) is int epochs)
            changes.Add(new("training.epochs", epochs.ToString()));
        if (parsed.GetValue(_seed) is ulong seed)
            changes.Add(new("seed", seed.ToString()));
        // As JSON, so that a folder named 123 is a name, not a number.
        if (parsed.GetValue(_data) is string data)
            changes.Add(new("data.source", JsonValue.Create(data).ToJsonString()));
        if (parsed.GetValue(_test) is string test)
            changes.Add(new("data.test", JsonValue.Create(test).ToJsonString()));
        if (parsed.GetValue(_label) is string label)
            changes.Add(new("data.label", JsonValue.Create(label).ToJsonString()));
        if (parsed.GetValue(_calibrate) is string calibrate)
            changes.Add(new("data.calibration", JsonValue.Create(calibrate).ToJsonString()));
        if (parsed.GetValue(_alarmRate) is double rate)
            changes.Add(new("alarm_rate", rate.ToString("R", CultureInfo.InvariantCulture)));
        if (parsed.GetValue(_contamination) is double share)
            changes.Add(new("energy.contamination", share.ToString("R", CultureInfo.InvariantCulture)));
        changes.AddRange(_reading.Changes(parsed));
        RunConfig config = Compose(parsed, changes);
        // Paths become absolute, so that the configuration means the same images from any folder.
        return config with
        {
            Data = config.Data.FromAnyFolder(),
            Start = config.Start is null ? null : Path.GetFullPath(Model.Find(config.Start)),
        };
    }

    private RunConfig Compose(ParseResult parsed, IEnumerable<KeyValuePair<string, string>> changes)
    {
        (string? preset, string? file) = (parsed.GetValue(_preset), parsed.GetValue(_file));
        if (parsed.GetValue(_from) is not string model)
            return ConfigSources.Compose(preset, file, changes);
        if (preset is not null || file is not null)
        {
            throw new InvalidInputException("--from takes the configuration of the model that training goes on from: "
                + $"{(preset is null ? $"--config {file}" : $"the preset {preset}")} cannot be given with it. Change single values with "
                + $"--set, or start anew without --from.");
        }
        return ConfigSources.Change(WarmStart.Configure(model).ToJson(), changes);
    }
}
