using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>A parameter of <c>joule chain</c>'s table beside its true values, null where they are unknown.</summary>
internal sealed record ChainRow(ParameterSummary Draws, double? TrueMean, double? TrueDeviation)
{
    private const int MostRows = 40;

    /// <summary>Whether the parameter has one given value and no draws.</summary>
    public bool IsClamped { get; init; }

    /// <summary>The error of the mean in standard errors.</summary>
    private double? Z => TrueMean is { } mean && Draws.Mcse > 0 ? (Draws.Mean - mean) / Draws.Mcse : null;

    /// <summary>A clamped parameter.</summary>
    public static ChainRow Clamped(string name, float value) =>
        new(new ParameterSummary(name, value, 0, double.NaN, value, value, double.NaN, double.NaN, double.NaN), value, 0)
        {
            IsClamped = true,
        };

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter, double)"/> wrote.</summary>
    public static ChainRow Read(JsonElement json)
    {
        return new ChainRow(
            new ParameterSummary(json.GetProperty("name").GetString() ?? "", Number("mean"), Number("sd"), Number("mcse"), Number("q5"),
                Number("q95"), Number("ess_bulk"), Number("ess_tail"), Number("rhat")),
            Known("true_mean"), Known("true_sd"))
        {
            IsClamped = json.TryGetProperty("clamped", out JsonElement clamped) && clamped.GetBoolean(),
        };

        double? Known(string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

        double Number(string name) => Known(name) ?? double.NaN;
    }

    /// <summary>Writes the table of parameters.</summary>
    public static void WriteTable(TextWriter output, IReadOnlyList<ChainRow> rows)
    {
        bool known = rows.Any(r => r is { TrueMean: not null, IsClamped: false });
        string[] headers = ["parameter", ">mean", ">sd", ">MCSE", ">5%", ">95%", ">ESS bulk", ">ESS tail", ">R-hat"];
        if (known)
            headers = [.. headers, ">true mean", ">true sd", ">z"];
        TextTable.Write(output, headers, rows.Take(MostRows).Select(r => r.Cells(known)));
        if (rows.Count > MostRows)
            output.WriteLine($"and {rows.Count - MostRows:N0} more parameters; --json and --out have all of them");
    }

    /// <summary>The autocorrelation time of the draws, of so many in all, in draws: MCSE² = τ·sd²/S.</summary>
    public double AutocorrelationTime(double total) => total * Draws.Mcse * Draws.Mcse / (Draws.Sd * Draws.Sd);

    /// <summary>Writes the object of JSON.</summary>
    /// <param name="json">The destination.</param>
    /// <param name="total">Draws of all chains together.</param>
    public void Write(Utf8JsonWriter json, double total)
    {
        json.WriteStartObject();
        json.WriteString("name", Draws.Name);
        if (IsClamped)
            json.WriteBoolean("clamped", true);
        (string Name, double? Value)[] numbers =
        [
            ("mean", Draws.Mean), ("sd", Draws.Sd), ("mcse", Draws.Mcse), ("q5", Draws.Q5), ("q95", Draws.Q95),
            ("ess_bulk", Draws.EssBulk), ("ess_tail", Draws.EssTail), ("rhat", Draws.Rhat),
            ("true_mean", TrueMean), ("true_sd", TrueDeviation), ("z", Z),
            ("autocorrelation_time", AutocorrelationTime(total)),
        ];
        foreach ((string name, double? value) in numbers)
            JsonLine.Number(json, name, value);
        json.WriteEndObject();
    }

    private string[] Cells(bool known)
    {
        if (IsClamped)
        {
            string value = ((float)Draws.Mean).ToString(CultureInfo.InvariantCulture);
            return [Draws.Name, value, "clamped", .. Enumerable.Repeat("", known ? 9 : 6)];
        }
        string[] cells =
        [
            Draws.Name, Number(Draws.Mean), Number(Draws.Sd), Number(Draws.Mcse), Number(Draws.Q5), Number(Draws.Q95),
            Count(Draws.EssBulk), Count(Draws.EssTail), Text(Draws.Rhat, "0.000"),
        ];
        return known ? [.. cells, Number(TrueMean), Number(TrueDeviation), Text(Z, "0.0")] : cells;
    }

    private static string Number(double? value) => Text(value, "G4");

    private static string Count(double value) => Text(value, "N0");

    private static string Text(double? value, string format) =>
        value is { } v && double.IsFinite(v) ? v.ToString(format, CultureInfo.InvariantCulture) : "–";
}
