using System.Globalization;
using System.Text.Json;
using Joule.Evaluation;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>Says what a training that started from a model has moved.</summary>
internal static class ShiftText
{
    /// <summary>Writes lines for people.</summary>
    public static void Write(TextWriter output, ModelShift shift)
    {
        output.WriteLine($"What moved, by {Counted.Of(shift.Rows, "row")} of the new data:");
        string largest = shift.Tensors is [{ } first, _, ..] ? $", most in {first.Key} ({Percent(first.Value)})" : "";
        output.WriteLine($"  weights: by {Percent(shift.Weights)} of their length{largest}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  mean energy: {shift.EnergyBefore:0.###} nats before, {shift.EnergyAfter:0.###} after"));
        if (double.IsFinite(shift.RankCorrelation))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  order of the rows by energy: rank correlation {shift.RankCorrelation:0.###} between the two models"));
        }
        if (shift is { AlarmRate: { } promised, Alarms: { } alarms })
        {
            output.WriteLine($"  alarms: the first model calls {Percent(alarms)} of the rows anomalies; {Percent(promised)} of the rows "
                + "that it was calibrated with are");
        }
        if (shift.Columns is [])
            output.WriteLine("  columns: the training rows differ in none from those of the first model");
        foreach (MovedColumn column in shift.Columns ?? [])
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  column \"{column.Shown}\": {column.What} of "
                + $"the first model (p = {column.PValue:G2})"));
        }
    }

    /// <summary>Writes the property <c>moved</c>.</summary>
    public static void Json(Utf8JsonWriter json, ModelShift shift)
    {
        json.WritePropertyName("moved");
        shift.ToJson().WriteTo(json);
    }

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
