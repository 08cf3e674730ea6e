using System.Text.Json.Nodes;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// Everything that determines a run, in five parts. Two runs of the same configuration on the same kind of processor give the same model,
/// bit for bit. In JSON, keys are in snake_case, none is left out, and <c>version</c> comes first.
/// </summary>
public sealed record RunConfig
{
    /// <summary>The preset that the configuration started from. A label: it changes nothing.</summary>
    public required string Preset { get; init; }

    /// <summary>What the configuration is for, in a sentence. A label: it changes nothing.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The seed of all random draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// A trained model from which the training starts: a run's folder or a model file. Its weights and its transform of the data are kept,
    /// and the energy must be the same. Null: the weights are drawn, and the transform is fitted to the training rows.
    /// </summary>
    [NotEmpty("a run's folder or a model file")]
    public string? Start { get; init; }

    /// <summary>The data, and how they become states.</summary>
    public required DataOptions Data { get; init; }

    /// <summary>The energy: maps a state to a number.</summary>
    public required EnergyOptions Energy { get; init; }

    /// <summary>What the training minimises.</summary>
    public ObjectiveOptions Objective { get; init; } = ObjectiveOptions.Default;

    /// <summary>How the model is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How samples are drawn from the trained model.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>
    /// The share of normal rows that a calibrated model may call anomalies: those with a p-value of at most this. 'joule threshold' changes
    /// it in a trained model.
    /// </summary>
    [Above(0), Below(1)]
    public double AlarmRate { get; init; } = Calibration.DefaultAlarmRate;

    /// <summary>
    /// The energy whose exp(−E) is the density that a trained model stands for: the model's own, divided by the temperature of the
    /// objective (<see cref="ObjectiveOptions.DensityTemperature"/>). Null: the model stands for none.
    /// </summary>
    /// <param name="model">The trained energy.</param>
    public Energy? DensityOf(Energy model) =>
        Objective.DensityTemperature() switch { null => null, 1 => model, { } temperature => new TemperedEnergy(model, temperature) };

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The object.</param>
    /// <param name="source">Its name in errors.</param>
    /// <exception cref="InvalidInputException">The object is of another version or invalid; the message lists every violation.</exception>
    public static RunConfig FromJson(JsonObject json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        RunConfig config = OptionsJson.Read<RunConfig>(ConfigVersion.Without(json, source), source);
        config.Validate(source);
        return config;
    }

    /// <summary>The configuration as JSON, with every key.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = OptionsJson.Write(this);
        json.Insert(0, ConfigVersion.Key, ConfigVersion.Number);
        return json;
    }

    /// <summary>Checks all ranges.</summary>
    /// <exception cref="InvalidInputException">Something is out of range; the message lists every violation.</exception>
    public void Validate(string source)
    {
        List<string> problems = [];
        OptionsCheck.Add(this, problems);
        Objective.ValidateBatch(Training.Batch, problems);
        if (Data.Calibration is not null && Data.CalibrationShare > 0)
            problems.Add("data.calibration and data.calibration_share are both given; give the rows or the share, not both");
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
    }
}
