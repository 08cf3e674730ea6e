using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Objectives;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>What <c>joule info</c> says of a model's chains: those that it was trained with, those that it is sampled by, and what that makes of it.</summary>
internal static class ChainInfo
{
    /// <summary>Writes the lines for people.</summary>
    public static void WriteText(TextWriter output, RunConfig config)
    {
        NegativesOptions negatives = ((ContrastiveDivergenceOptions)config.Objective).Negatives;
        LangevinOptions training = negatives.Chain, sampling = config.Sampling.Chain ?? training;
        double trained = training.EffectiveTemperature()!.Value, sampled = sampling.EffectiveTemperature()!.Value;
        string chain = negatives.Steps > 0 ? $": {Text(training)}" : "";
        output.WriteLine($"Negatives   {negatives.Describe()}{chain}");
        if (negatives.MeanChainSteps() is > 0 and double mean)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"            {mean:0.#} steps since its start, in the mean, when a chain serves as a negative"));
        output.WriteLine($"Sampling    {config.Sampling.Steps} Langevin steps: {Text(sampling)}");
        // A model without training chains has one temperature, that of its sampling.
        string both = negatives.Steps == 0 || trained == sampled ? $"T = {Number(sampled)}" : $"T = {Number(trained)} in training, T = {Number(sampled)} in sampling";
        output.WriteLine($"Temperature {both}, from the noise of a step: σ²/(2η). Energies are in nats at T = 1");
        output.WriteLine($"Trained as  {negatives.Meaning()}");
    }

    /// <summary>Writes the member <c>chains</c>.</summary>
    public static void WriteJson(Utf8JsonWriter json, RunConfig config)
    {
        NegativesOptions negatives = ((ContrastiveDivergenceOptions)config.Objective).Negatives;
        LangevinOptions training = negatives.Chain, sampling = config.Sampling.Chain ?? training;
        json.WriteStartObject("chains");
        json.WriteStartObject("training");
        json.WriteNumber("steps", negatives.Steps);
        JsonLine.Number(json, "mean_steps_since_start", negatives.MeanChainSteps());
        JsonLine.Number(json, "effective_temperature", negatives.Steps > 0 ? training.EffectiveTemperature() : null);
        json.WriteEndObject();
        json.WriteStartObject("sampling");
        json.WriteNumber("steps", config.Sampling.Steps);
        JsonLine.Number(json, "effective_temperature", sampling.EffectiveTemperature());
        json.WriteEndObject();
        json.WriteString("trained_as", negatives.Meaning());
        json.WriteEndObject();
    }

    private static string Text(LangevinOptions chain)
    {
        string noise = chain.NoiseScale is float scale ? $"noise scale {Number(scale)}" : $"noise of temperature {Number(chain.Temperature ?? 1)}";
        string clip = chain.GradientClip is float limit ? $", gradient clipped at {Number(limit)}" : "";
        return $"step size {Number(chain.StepSize)}, {noise}{clip}{(chain.NoiseFirst ? ", noise first" : "")}";
    }

    private static string Number(double value) => ((float)value).ToString("G4", CultureInfo.InvariantCulture);
}
