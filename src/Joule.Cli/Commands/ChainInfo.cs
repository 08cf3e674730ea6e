using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>
/// What <c>joule info</c> shows about a model's chains: those of training, those of sampling, and what kind of model results.
/// </summary>
internal static class ChainInfo
{
    /// <summary>Writes text.</summary>
    public static void WriteText(TextWriter output, RunConfig config)
    {
        TrainingChains? chains = config.Objective.ListChains();
        SamplerOptions sampling = SampleDraw.SamplerOf(config), training = chains?.Sampler ?? sampling;
        int steps = chains?.Steps ?? 0;
        string chain = steps > 0 ? $": {training.Describe()}" : "";
        if (chains is not null)
            output.WriteLine($"Negatives   {chains.Description}{chain}");
        if (chains?.MeanSteps is > 0 and double mean)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"            {mean:0.#} steps since its start, on average, when a chain serves as a negative"));
        }
        output.WriteLine($"Sampling    {sampling.StepsText(config.Sampling.Steps)}: {sampling.Describe()}");
        // A model trained without chains has one temperature, that of its sampling.
        double? trained = steps > 0 ? training.EffectiveTemperature() : null, sampled = sampling.EffectiveTemperature();
        string both = trained is null || trained == sampled ? Text(sampled) : sampled is null ? $"{Text(trained)} in training"
            : $"{Text(trained)} in training, {Text(sampled)} in sampling";
        if (both.Length > 0)
            output.WriteLine($"Temperature {both}{Source(training, sampling)}. Energies are in nats at T = 1");
        if (chains is not null)
            output.WriteLine($"Trained as  {chains.Meaning}");
    }

    /// <summary>Writes the member <c>chains</c>.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunConfig config)
    {
        TrainingChains? chains = config.Objective.ListChains();
        SamplerOptions sampling = SampleDraw.SamplerOf(config), training = chains?.Sampler ?? sampling;
        int steps = chains?.Steps ?? 0;
        json.WriteStartObject("chains");
        json.WriteStartObject("training");
        json.WriteNumber("steps", steps);
        JsonLine.Number(json, "mean_steps_since_start", chains?.MeanSteps);
        JsonLine.Number(json, "effective_temperature", steps > 0 ? training.EffectiveTemperature() : null);
        json.WriteEndObject();
        json.WriteStartObject("sampling");
        json.WriteNumber("steps", config.Sampling.Steps);
        JsonLine.Number(json, "effective_temperature", sampling.EffectiveTemperature());
        json.WriteEndObject();
        json.WriteString("trained_as", chains?.Meaning);
        json.WriteEndObject();
    }

    private static string Text(double? temperature) =>
        temperature is { } value ? $"T = {((float)value).ToString("G4", CultureInfo.InvariantCulture)}" : "";

    // Langevin chains with noise set separately from the step size have an implied temperature.
    private static string Source(SamplerOptions training, SamplerOptions sampling) =>
        training is LangevinOptions || sampling is LangevinOptions ? ", from the noise of a step: σ²/(2η)" : "";
}
