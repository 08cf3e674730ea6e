using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;
using Joule.Scoring;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>Writes explanations, in words or as JSON.</summary>
/// <param name="states">The rows.</param>
/// <param name="source">Where they come from.</param>
/// <param name="calibration">The calibration of the model, or null.</param>
/// <param name="level">The given energy that counts as likely, or null.</param>
internal sealed class ExplanationText(StateSet states, string source, Calibration? calibration, double? level)
{
    /// <summary>The name of a row.</summary>
    public string Name(int row) => states.HasRowNames ? states.RowName(row) : $"{source}#{row}";

    /// <summary>Writes explained rows.</summary>
    public void Write(TextWriter output, int[] rows, Explanation[] explanations, int top)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Explanation found = explanations[i];
            output.WriteLine(Head(rows[i], found.Energy, found.ReferenceEnergy, found.IsLikely));
            ColumnShare[] changed = [.. found.Shares.Where(s => s.Share > 0)], shown = [.. changed.Take(top)];
            foreach (ColumnShare share in shown)
                output.WriteLine($"  {share.Describe()}");
            if (shown.Length < changed.Length)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {Counted.Of(changed.Length - shown.Length, "other column")}: {changed.Skip(top).Sum(s => s.Share):0.00} nats"));
            }
            if (changed.Length == 0)
                output.WriteLine(found.IsLikely ? "  a likely row: nothing to explain" : "  no column alone would lower the energy");
        }
    }

    /// <summary>Writes explained images.</summary>
    public void Write(TextWriter output, int[] rows, Descent[] descents)
    {
        for (int i = 0; i < rows.Length; i++)
            output.WriteLine(Head(rows[i], descents[i].Energy, descents[i].ReferenceEnergy, descents[i].IsLikely));
    }

    /// <summary>Writes explained rows as JSON.</summary>
    public void WriteJson(TextWriter output, int[] rows, Explanation[] explanations, int top) => WriteJson(output, null, json =>
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Explanation found = explanations[i];
            StartRow(json, rows[i], found.Energy, found.ReferenceEnergy, found.IsLikely);
            json.WriteStartArray("shares");
            foreach (ColumnShare share in found.Shares.Take(top))
            {
                json.WriteStartObject();
                json.WriteString("column", share.Column);
                Value(json, "value", share.Value);
                Value(json, "expected", share.Expected);
                json.WriteNumber("share", share.Share);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
    });

    /// <summary>Writes explained images as JSON.</summary>
    public void WriteJson(TextWriter output, int[] rows, Descent[] descents, string map) => WriteJson(output, map, json =>
    {
        for (int i = 0; i < rows.Length; i++)
        {
            StartRow(json, rows[i], descents[i].Energy, descents[i].ReferenceEnergy, descents[i].IsLikely);
            json.WriteEndObject();
        }
    });

    private void WriteJson(TextWriter output, string? map, Action<Utf8JsonWriter> rows) => JsonLine.Write(output, json =>
    {
        JsonLine.Number(json, "level", level);
        if (map is not null)
            json.WriteString("map", map);
        json.WriteStartArray("rows");
        rows(json);
        json.WriteEndArray();
    });

    private void StartRow(Utf8JsonWriter json, int row, float energy, float reference, bool isLikely)
    {
        json.WriteStartObject();
        json.WriteNumber("index", row);
        json.WriteString("name", Name(row));
        json.WriteNumber("energy", energy);
        json.WriteNumber("reference_energy", reference);
        JsonLine.Number(json, "p_value", calibration?.PValue(energy));
        json.WriteBoolean("likely", isLikely);
    }

    private static void Value(Utf8JsonWriter json, string name, string text)
    {
        if (IsNumber(text))
            json.WriteNumber(name, double.Parse(text, CultureInfo.InvariantCulture));
        else
            json.WriteString(name, text);
    }

    private string Head(int row, float energy, float reference, bool isLikely)
    {
        string p = calibration is null ? "" : string.Create(CultureInfo.InvariantCulture, $", p-value {calibration.PValue(energy):0.####}");
        string end = isLikely ? "likely" : "the lowest that was found";
        return string.Create(CultureInfo.InvariantCulture,
            $"row {row} ({Printable(Name(row))}): energy {energy:0.00} nats{p}; {reference:0.00} is {end}");
    }

    // Names come from files: no control characters on a terminal.
    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
}
