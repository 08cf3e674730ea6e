using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Energies;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Everything that determines a run, in five parts. Two runs of one configuration on one kind of processor give the same model, bit for bit. As JSON, keys are in
/// snake_case and none is left out; <c>version</c> comes first.
/// </summary>
public sealed record RunConfig
{
    /// <summary>The preset that the configuration started from: a label that changes nothing.</summary>
    public required string Preset { get; init; }

    /// <summary>What the configuration is for, in a sentence: a label that changes nothing.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What the model learns from, and how it becomes states.</summary>
    public required DataOptions Data { get; init; }

    /// <summary>The energy, from state to number.</summary>
    public required EnergyOptions Energy { get; init; }

    /// <summary>What the training minimises.</summary>
    public ObjectiveOptions Objective { get; init; } = ObjectiveOptions.Default;

    /// <summary>The training.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How samples are drawn from the trained model.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The object.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <exception cref="InvalidInputException">It is of another version, or cannot be used; every violation is listed.</exception>
    public static RunConfig FromJson(JsonObject json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        RunConfig config = OptionsJson.Read<RunConfig>(ConfigVersion.Without(json, source), source);
        config.Validate(source);
        return config;
    }

    /// <summary>Writes the configuration, every key of it.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = OptionsJson.Write(this);
        json.Insert(0, ConfigVersion.Key, ConfigVersion.Number);
        return json;
    }

    /// <summary>Raises one error that lists everything that is out of range.</summary>
    /// <exception cref="InvalidInputException">Something is out of range.</exception>
    public void Validate(string source)
    {
        List<string> problems = [];
        OptionsCheck.Add(this, problems);
        Objective.ValidateBatch(Training.Batch, problems);
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
    }
}
