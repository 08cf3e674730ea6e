using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>A model's calibration in words and as JSON.</summary>
internal static class CalibrationText
{
    /// <summary>The calibration in one line.</summary>
    public static string Line(Calibration calibration) =>
        $"{Counted.Of(calibration.Count, "row")}, alarm rate {Number(calibration.AlarmRate)}, "
        + (calibration.IsBlind ? "no threshold" : $"anomalies above {Number(calibration.Threshold)} nats")
        + $", smallest p-value {Number(calibration.SmallestPValue)}";

    /// <summary>Writes <c>calibration</c>.</summary>
    public static void Json(Utf8JsonWriter json, Calibration calibration)
    {
        json.WriteStartObject("calibration");
        json.WriteNumber("rows", calibration.Count);
        json.WriteNumber("alarm_rate", calibration.AlarmRate);
        JsonLine.Number(json, "threshold", calibration.Threshold);
        json.WriteNumber("smallest_p_value", calibration.SmallestPValue);
        json.WriteNumber("p_value_error", calibration.Error);
        json.WriteEndObject();
    }

    /// <summary>A warning that too few rows were given for a rate; null if they suffice.</summary>
    /// <param name="calibration">The calibration.</param>
    /// <param name="rate">An alarm rate or a false discovery rate.</param>
    public static string? Warning(Calibration calibration, double rate) => calibration.SmallestPValue <= rate ? null
        : $"joule: warning: with {calibration.Count} calibration rows the smallest p-value is {Number(calibration.SmallestPValue)}, so no "
            + $"row can be an anomaly at the rate {Number(rate)}. Calibrate with at least {Math.Ceiling(1 / rate) - 1:0} rows, or raise "
            + "the rate.";

    /// <summary>A number with at most six digits.</summary>
    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
