using System.Text.Json.Nodes;
using Joule.Cli.Terminal;

namespace Joule.Cli.Commands;

/// <summary>The end of <c>joule score</c>: what the energies are like.</summary>
/// <param name="Count">Number of energies.</param>
/// <param name="Mean">Their mean, in nats.</param>
/// <param name="Deviation">Their standard deviation; NaN for fewer than 2.</param>
/// <param name="Min">The lowest; NaN if there is none.</param>
/// <param name="Max">The highest; NaN if there is none.</param>
internal sealed record ScoreSummary(long Count, double Mean, double Deviation, float Min, float Max)
{
    /// <summary>How anomalies were found; null: the model is not calibrated.</summary>
    public DecisionRule? Rule { get; init; }

    /// <summary>Number of anomalies.</summary>
    public long Anomalies { get; init; }

    /// <summary>Number of rows without an energy; null if the first one would have ended the command.</summary>
    public long? Problems { get; init; }

    /// <summary>The name of a row.</summary>
    public string Noun { get; init; } = "row";

    /// <summary>Writes a JSON object, or a line if the answers went to a file.</summary>
    /// <param name="writer">Standard output.</param>
    /// <param name="output">The file with the answers, or null.</param>
    /// <param name="json">Whether to write JSON.</param>
    /// <param name="reading">How the input was read, or null.</param>
    public void Write(TextWriter writer, string? output, bool json, JsonObject? reading)
    {
        if (json)
            WriteJson(writer, output, reading);
        else if (output is not null)
        {
            string values = Count == 0 ? ""
                : Count == 1 ? $", {Mean:0.####}"
                : $", mean {Mean:0.####}, sd {Deviation:0.####}, from {Min:0.####} to {Max:0.####}";
            writer.WriteLine($"{output}: {Count:N0} {(Count == 1 ? "energy" : "energies")}{values}"
                + (Rule is null ? "" : $"; {Rule.Describe(Anomalies, Noun)}"));
        }
    }

    private void WriteJson(TextWriter writer, string? output, JsonObject? reading) => JsonLine.Write(writer, json =>
    {
        json.WriteNumber("count", Count);
        JsonLine.Number(json, "mean", Mean);
        JsonLine.Number(json, "sd", Deviation);
        JsonLine.Number(json, "min", Min);
        JsonLine.Number(json, "max", Max);
        json.WriteString("out", output);
        ReadingText.Json(json, reading);
        Rule?.WriteJson(json, Anomalies);
        if (Problems is long problems)
            json.WriteNumber("errors", problems);
    });
}
