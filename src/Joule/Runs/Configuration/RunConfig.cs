using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Networks;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Everything that determines a run. Two runs of one configuration on one kind of processor give the same model, bit for bit. As JSON, keys are in snake_case and none is left out.
/// </summary>
public sealed record RunConfig
{
    /// <summary>The preset that the configuration started from: a label that changes nothing.</summary>
    public required string Preset { get; init; }

    /// <summary>What the configuration is for, in a sentence: a label that changes nothing.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The images: a dataset's name, or a path.</summary>
    public required string Data { get; init; }

    /// <summary>How images become states.</summary>
    public ImageTransform Images { get; init; } = new();

    /// <summary>The network, from state to energy.</summary>
    public required IReadOnlyList<Layer> Network { get; init; }

    /// <summary>Where negatives come from.</summary>
    public required NegativesOptions Negatives { get; init; }

    /// <summary>The optimiser.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>The learning-rate schedule.</summary>
    public Schedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>The training.</summary>
    public TrainerOptions Training { get; init; } = new();

    /// <summary>What is watched while it trains.</summary>
    public SentinelOptions Sentinel { get; init; } = new();

    /// <summary>How samples are drawn from the trained model.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The object.</param>
    /// <param name="source">What it is called in errors.</param>
    /// <exception cref="InvalidInputException">It cannot be used; every violation is listed.</exception>
    public static RunConfig FromJson(JsonObject json, string source)
    {
        RunConfig config = OptionsJson.Read<RunConfig>(json, source);
        config.Validate(source);
        return config;
    }

    /// <summary>Writes the configuration, every key of it.</summary>
    public JsonObject ToJson() => OptionsJson.Write(this);

    /// <summary>Raises one error that lists everything that is out of range.</summary>
    /// <exception cref="InvalidInputException">Something is out of range.</exception>
    public void Validate(string source)
    {
        List<string> problems = [];
        Images.Validate(problems);
        if (Network.Count == 0)
            problems.Add("network has no layers");
        if (string.IsNullOrWhiteSpace(Data))
            problems.Add("data is empty; it must name a dataset or a path");
        Negatives.Validate(problems);
        Optimizer.Validate(problems);
        Schedule.Validate(problems);
        Training.Validate(problems);
        Sentinel.Validate(problems);
        Sampling.Validate(problems);
        if (Negatives is BufferNegativesOptions buffer && buffer.Slots < Training.Batch)
            problems.Add($"negatives.slots is {buffer.Slots}, fewer than training.batch, {Training.Batch}");
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
    }
}
