using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// A trained model from which another training starts. It gives the weights and the transform of the data, so that raw input means the same
/// to both models. An energy that is fitted and not trained (<see cref="ObjectiveOptions.OnlyFits"/>) is fitted anew.
/// </summary>
public sealed class WarmStart
{
    /// <summary>The name of the model's copy in the folder of a run that started from it.</summary>
    public const string FileName = "start.safetensors";

    private const int LargestFile = int.MaxValue - 64;

    // Keys of the data that leave their transform as it is: where the rows are, how a file is read, and how they are split.
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal)
    {
        "source", "test", "test_share", "label", "validation_share", "calibration", "calibration_share",
        "separator", "header", "quotes", "decimal", "missing",
    };

    private readonly byte[] _bytes;
    private readonly string _file;

    private WarmStart(byte[] bytes, string file, RunConfig config)
    {
        (_bytes, _file) = (bytes, file);
        using MemoryStream stream = new(bytes);
        ModelDescription model = Model.Describe(stream, file);
        Check(model.Config, config);
        Transform = config.Data.Restore(model.Transform.ToJson(), $"the transform of {file}");
    }

    /// <summary>The transform of the data: that of the model.</summary>
    public DataTransform Transform { get; }

    /// <summary>The SHA-256 of the model file, in lower-case hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    /// <summary>A configuration that goes on from a model: the model's own.</summary>
    /// <param name="model">A model file, or a run's folder.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or not a Joule model.</exception>
    public static RunConfig Configure(string model) =>
        Model.Describe(model).Config with { Start = Path.GetFullPath(Model.Find(model)) };

    /// <summary>Reads the model that a configuration starts from (<see cref="RunConfig.Start"/>).</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>The model; null if the configuration names none.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing, damaged, or not a Joule model; or the configuration has another energy or transform.
    /// </exception>
    public static WarmStart? Open(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Start is { } path ? Read(Model.Find(path), config) : null;
    }

    /// <summary>Reads the copy in the folder of a run, which may be resumed when the original is gone.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="config">The run's configuration.</param>
    /// <returns>The model; null if the run started from none.</returns>
    /// <exception cref="InvalidInputException">The copy is missing or damaged.</exception>
    public static WarmStart? OpenCopy(string run, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Start is null)
            return null;
        string file = Path.Combine(run, FileName);
        if (!File.Exists(file))
        {
            throw new InvalidInputException($"{run} lacks {FileName}, the model from which the run started. Restore the file, or start "
                + $"the run again in a new folder: joule train --config {Path.Combine(run, RunFolder.ConfigName)}");
        }
        return Read(file, config);
    }

    /// <summary>Loads the model.</summary>
    /// <param name="device">The device that it will run on.</param>
    internal Model Load(Device device)
    {
        using MemoryStream stream = new(_bytes);
        return Model.Load(stream, _file, device);
    }

    /// <summary>Gives the model's weights to a trainer that has made no update.</summary>
    internal void Apply(Trainer trainer, Device device)
    {
        using Model model = Load(device);
        trainer.StartFrom(model.Trained);
    }

    /// <summary>Writes the copy into a run's folder.</summary>
    internal void Keep(string run) => AtomicFile.Write(Path.Combine(run, FileName), target => target.Write(_bytes));

    private static WarmStart Read(string file, RunConfig config) =>
        new(InputFile.ReadAll(file, LargestFile, "a model"), file, config);

    private static void Check(RunConfig model, RunConfig config)
    {
        List<string> problems = [];
        if (!config.Objective.OnlyFits())
            Compare(OptionsJson.Write(model.Energy), OptionsJson.Write(config.Energy), "energy.", problems, _ => false);
        Compare(OptionsJson.Write(model.Data), OptionsJson.Write(config.Data), "data.", problems, Free.Contains);
        if (problems.Count > 0)
        {
            throw InvalidInputException.Options("The configuration",
                [.. problems.Select(p => $"{p}: a training that starts from a model keeps its energy and its transform of the data")]);
        }
    }

    private static void Compare(JsonObject model, JsonObject config, string part, List<string> problems, Func<string, bool> isFree)
    {
        foreach (string key in model.Select(p => p.Key).Union(config.Select(p => p.Key)).Where(k => !isFree(k)))
        {
            if (!JsonNode.DeepEquals(model[key], config[key]))
                problems.Add($"{part}{key} is {Text(config[key])}, and {Text(model[key])} in the model");
        }
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() is { } text ? text.Length <= 60 ? text : $"{text[..57]}..." : "null";
}
