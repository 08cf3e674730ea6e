using System.CommandLine;
using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Commands;

/// <summary>The arguments and options that make a run's configuration: a preset, a file laid over it, single changes.</summary>
internal sealed class ConfigOptions
{
    private readonly Argument<string?> _preset = new("PRESET")
    {
        Description = $"The configuration to start from, one of: {string.Join(", ", Presets.Names)}. Default: {Presets.Default}.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = SharedOptions.Text(
        "--config", "FILE", "A JSON file whose keys replace those of the preset, for example a copy of 'joule presets show digits' or a run's config.json.");

    private readonly Option<KeyValuePair<string, string>[]> _set = SharedOptions.Set();

    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "NAME|PATH", "The images: a dataset's name (fetched when it is needed), a folder of PNG pictures, or with one such folder for each class, or with folders train and test; a folder with IDX files under MNIST's names; an NPY or an IDX file; an NPZ archive or one of its arrays, FILE.npz:NAME. For the preset table a table: .csv, .tsv, .parquet, .npy or .npz. Without a test set, one seventh is drawn by the seed.");

    private readonly Option<string?> _test = SharedOptions.Text(
        "--test", "FILE", "For tables: the test rows (data.test). Without it a share of the rows of --data is drawn by the seed (data.test_share).");

    private readonly Option<string?> _label = SharedOptions.Text(
        "--label", "COLUMN", "For tables: the column that labels rows (data.label). It is kept out of the energy and used by 'joule evaluate'.");

    private readonly ReadingOptions _reading = new();

    private readonly Option<int?> _epochs = SharedOptions.OptionalNumber(
        "--epochs", "N", "Passes over the data: training.epochs, for which a schedule of the learning rate is planned. 0 writes the model as it is before training. With --resume only the end is set, and the plan stays.", 0, int.MaxValue);

    private readonly Option<ulong?> _seed = SharedOptions.OptionalNumber(
        "--seed", "N", "Seed of every random draw. One seed gives one model, bit for bit, on one kind of processor and on any number of threads.", 0UL, ulong.MaxValue);

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_preset);
        foreach (Option option in (Option[])[_epochs, _seed, _data, _test, _label, _file, _set])
            command.Add(option);
        _reading.AddTo(command);
    }

    /// <summary>The number of epochs where it was given.</summary>
    public int? Epochs(ParseResult parsed) => parsed.GetValue(_epochs);

    /// <summary>The images where they were given: from any folder the same.</summary>
    public string? Data(ParseResult parsed) => parsed.GetValue(_data) is string data ? DataSource.FromAnyFolder(data) : null;

    /// <summary>
    /// The first thing that was given that determines a run, as the user writes it: a run that goes on has all of that already. Epochs only end it, and the same images may
    /// lie in another place.
    /// </summary>
    public string? Given(ParseResult parsed)
    {
        if (parsed.GetValue(_preset) is string preset)
            return $"the preset {preset}";
        if ((parsed.GetValue(_set) ?? []).Any(change => change.Key == "data.source"))
            return "--set data.source (give the place where its images are now with --data)";
        return ((Option[])[_file, _set, _seed, _test, _label]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name ?? _reading.Given(parsed);
    }

    /// <summary>What <c>--epochs</c> changes beside the run's end, in a sentence: the plan of the learning rate. Null where it changes nothing.</summary>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public string? ChangedPlan(ParseResult parsed, RunConfig config)
    {
        if (parsed.GetValue(_epochs) is not (int epochs and > 0) || config.Training.Schedule is ConstantSchedule)
            return null;
        int planned = ConfigSources.Compose(parsed.GetValue(_preset), parsed.GetValue(_file), parsed.GetValue(_set) ?? []).Training.Epochs;
        return planned == epochs ? null
            : $"--epochs {epochs} plans the {config.ToJson()["training"]!["schedule"]!["type"]} schedule of the learning rate for {epochs} epoch{(epochs == 1 ? "" : "s")} instead of {planned}.";
    }

    /// <summary>Puts the configuration together. Options win over <c>--set</c>, that over the file, that over the preset.</summary>
    /// <exception cref="InvalidInputException">Something is unknown or out of range.</exception>
    public RunConfig Read(ParseResult parsed)
    {
        List<KeyValuePair<string, string>> changes = [.. parsed.GetValue(_set) ?? []];
        if (parsed.GetValue(_epochs) is int epochs)
            changes.Add(new("training.epochs", epochs.ToString()));
        if (parsed.GetValue(_seed) is ulong seed)
            changes.Add(new("seed", seed.ToString()));
        // As JSON, so that a folder named 123 is a name and no number.
        if (parsed.GetValue(_data) is string data)
            changes.Add(new("data.source", JsonValue.Create(data).ToJsonString()));
        if (parsed.GetValue(_test) is string test)
            changes.Add(new("data.test", JsonValue.Create(test).ToJsonString()));
        if (parsed.GetValue(_label) is string label)
            changes.Add(new("data.label", JsonValue.Create(label).ToJsonString()));
        changes.AddRange(_reading.Changes(parsed));
        RunConfig config = ConfigSources.Compose(parsed.GetValue(_preset), parsed.GetValue(_file), changes);
        // A path is kept whole, so that the configuration means the same images from any folder.
        return config with { Data = config.Data.FromAnyFolder() };
    }
}
