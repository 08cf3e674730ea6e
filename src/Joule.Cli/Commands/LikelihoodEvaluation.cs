using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;

namespace Joule.Cli.Commands;

/// <summary>The likelihood of test states, as <c>joule evaluate --likelihood</c> writes it.</summary>
/// <param name="FromBase">ln Z from states of the base: low on average.</param>
/// <param name="FromModel">ln Z from states of the model's chains: high on average.</param>
/// <param name="MeanEnergy">The mean energy of the test states, in nats.</param>
/// <param name="Numbers">How many numbers a state has.</param>
/// <param name="BoxWidth">From black to white, for bits per dimension of dequantised images; null for other states.</param>
internal sealed record LikelihoodFigures(
    LogPartitionEstimate FromBase, LogPartitionEstimate FromModel, double MeanEnergy, int Numbers, double? BoxWidth)
{
    /// <summary>Mean negative log-likelihood in nats, with both estimates of ln Z.</summary>
    public (double Low, double High) Nats
    {
        get
        {
            double one = MeanEnergy + FromBase.Value, other = MeanEnergy + FromModel.Value;
            return (Math.Min(one, other), Math.Max(one, other));
        }
    }

    /// <summary>Bits per dimension of 8-bit images, with both estimates of ln Z; null for other states.</summary>
    public (double Low, double High)? Bits => BoxWidth is double width
        ? (DequantizedPixels.BitsPerDimension(-Nats.Low, Numbers, width), DequantizedPixels.BitsPerDimension(-Nats.High, Numbers, width))
        : null;

    /// <summary>Writes lines of text.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"ln Z is {Text(FromBase)} from {FromBase.Count:N0} states of the base and {Text(FromModel)} from "
            + $"{FromModel.Count:N0} samples of the model, in nats.");
        output.WriteLine($"Test {(BoxWidth is null ? "states" : "images")} have a mean −ln p of {Range(Nats, "0.00")} nats"
            + (Bits is { } bits ? $": {Range(bits, "0.0000")} bits per dimension." : "."));
    }

    /// <summary>Writes the member <c>likelihood</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("likelihood");
        foreach ((string name, LogPartitionEstimate estimate) in (ReadOnlySpan<(string, LogPartitionEstimate)>)
            [("log_partition_from_base", FromBase), ("log_partition_from_model", FromModel)])
        {
            json.WriteStartObject(name);
            JsonLine.Number(json, "value", estimate.Value);
            JsonLine.Number(json, "error", estimate.StandardError);
            json.WriteNumber("count", estimate.Count);
            json.WriteEndObject();
        }
        Write(json, "nats", Nats);
        Write(json, "bits_per_dimension", Bits);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, (double Low, double High)? range)
    {
        if (range is not { } value)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        JsonLine.Number(json, "low", value.Low);
        JsonLine.Number(json, "high", value.High);
        json.WriteEndObject();
    }

    private static string Text(LogPartitionEstimate estimate) =>
        string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:0.0000} ± {estimate.StandardError:0.0000}");

    private static string Range((double Low, double High) range, string format) =>
        $"{range.Low.ToString(format, CultureInfo.InvariantCulture)} to {range.High.ToString(format, CultureInfo.InvariantCulture)}";
}

/// <summary>The part of <c>joule evaluate</c> that estimates the likelihood of test states.</summary>
internal sealed class LikelihoodEvaluation
{
    private const int BaseStates = 20_000;
    private const int Samples = 1000;

    private readonly Option<bool> _likelihood = new("--likelihood")
    {
        Description = "Also estimate ln Z from below and above, and with it the likelihood of the test states. For energies with a base of "
            + "known density, as in the preset density.",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_likelihood);

    /// <summary>Refuses a model whose ln Z cannot be estimated.</summary>
    /// <exception cref="InvalidInputException">The energy has no base of known density.</exception>
    public void Check(ParseResult parsed, Model model)
    {
        if (parsed.GetValue(_likelihood) && model.Energy is not ITilted)
        {
            throw new InvalidInputException("--likelihood needs an energy with a base of known density, as that of the preset density "
                + "(energy.type \"residual\"). The ln Z of this model is not known.");
        }
    }

    /// <summary>Estimates the likelihood; null without the option.</summary>
    /// <exception cref="DivergenceException">A chain diverged.</exception>
    public LikelihoodFigures? Run(ParseResult parsed, Model model, DataSets data, double meanEnergy, RunProgress progress,
        CancellationToken cancellation)
    {
        if (!parsed.GetValue(_likelihood) || model.Energy is not ITilted energy)
            return null;
        Device device = model.Trained.Device;
        ulong seed = model.Config.Seed;
        TiltedPartition partition = new(device, energy);
        LogPartitionEstimate fromBase = partition.FromBase(BaseStates, seed, cancellation);
        SamplerOptions sampler = SampleDraw.SamplerOf(model.Config) as TiltedWalkOptions ?? new TiltedWalkOptions();
        using SampleDraw draw = new(device, model.Energy, sampler, Samples, seed);
        draw.StartFromNoise();
        progress.Start("samples for ln Z", model.Config.Sampling.Steps);
        draw.Run(model.Config.Sampling.Steps, [new ChainProgress(progress, TimeProvider.System)], cancellation);
        LogPartitionEstimate fromModel = partition.FromModel(draw.States, cancellation);
        double? width = data.Test is ImageStateSet { Transform: { Dequantize: true } image } ? (double)image.High - image.Low : null;
        return new LikelihoodFigures(fromBase, fromModel, meanEnergy, energy.Space.Width, width);
    }
}
