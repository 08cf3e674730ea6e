using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>Writes what <c>joule watch</c> sees: lines of text, or a JSON object a line.</summary>
/// <param name="writer">Standard output; every line is flushed.</param>
/// <param name="json">Whether to write JSON.</param>
/// <param name="alarmRate">The promised alarm rate.</param>
/// <param name="drift">The evidence of drift.</param>
internal sealed class WatchReport(TextWriter writer, bool json, double alarmRate, DriftMartingale drift)
{
    /// <summary>Writes the state of the stream.</summary>
    /// <param name="rows">Number of rows read.</param>
    /// <param name="errors">Number of those that could not be scored.</param>
    /// <param name="alarms">Number of anomalies.</param>
    /// <param name="recent">Number of anomalies among the last rows, and of those rows.</param>
    public void State(long rows, long errors, long alarms, (long Alarms, long Rows) recent)
    {
        long scored = rows - errors;
        (double low, double high) = scored > 0 ? BinomialInterval.Of(alarms, scored) : (0, 1);
        double share = scored > 0 ? (double)alarms / scored : 0, last = recent.Rows > 0 ? (double)recent.Alarms / recent.Rows : 0;
        if (json)
        {
            Line("state", rows, writer =>
            {
                writer.WriteNumber("errors", errors);
                writer.WriteStartObject("alarm_rate");
                writer.WriteNumber("promised", alarmRate);
                writer.WriteNumber("value", share);
                writer.WriteNumber("low", low);
                writer.WriteNumber("high", high);
                writer.WriteNumber("last", last);
                writer.WriteNumber("last_rows", recent.Rows);
                writer.WriteEndObject();
                Drift(writer);
            });
            return;
        }
        Line($"{Rows(rows)}: {share:0.00%} alarms ({low:0.00%} to {high:0.00%}; promised {alarmRate:0.00%}), "
            + $"{last:0.00%} of the last {recent.Rows:N0}; "
            + $"evidence of drift {Evidence(drift.LogValue)}, highest {Evidence(drift.Highest)} of {1 / drift.Level:G4}"
            + (errors > 0 ? $"; {Rows(errors)} with errors" : ""));
    }

    /// <summary>Writes that the evidence of drift reached its limit.</summary>
    public void Drifted(long rows)
    {
        if (json)
            Line("drift", rows, Drift);
        else
        {
            Line($"{Rows(rows)}: DRIFT: the energies are no longer like the calibration and the earlier rows (evidence "
                + $"{Evidence(drift.LogValue)}; false alarms in at most {drift.Level:0.00%} of streams)");
        }
    }

    /// <summary>Writes which columns moved.</summary>
    /// <param name="rows">Number of rows read.</param>
    /// <param name="window">Number of rows that were compared.</param>
    /// <param name="fromTraining">Whether they were compared with the training rows; if not, with the first rows of the stream.</param>
    /// <param name="moved">The columns.</param>
    public void Moved(long rows, int window, bool fromTraining, IReadOnlyList<MovedColumn> moved)
    {
        if (json)
        {
            Line("columns", rows, writer =>
            {
                writer.WriteString("reference", fromTraining ? "training" : "stream");
                writer.WriteNumber("compared", window);
                writer.WriteStartArray("moved");
                foreach (MovedColumn column in moved)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", column.Name);
                    writer.WriteNumber("p_value", column.PValue);
                    writer.WriteString("what", column.What);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
            });
            return;
        }
        foreach (MovedColumn column in moved)
        {
            Line($"{Rows(rows)}: column \"{column.Shown}\" MOVED in the last {window:N0} rows: {column.What} "
                + $"(p = {column.PValue:G2})");
        }
    }

    /// <summary>Writes why a row could not be scored.</summary>
    public void Error(long rows, string problem)
    {
        if (json)
            Line("error", rows, writer => writer.WriteString("error", problem));
        else
            Line($"{Rows(rows)}: ERROR: {problem}");
    }

    private void Drift(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("drift");
        JsonLine.Number(writer, "log_evidence", drift.LogValue);
        JsonLine.Number(writer, "log_highest", drift.Highest);
        writer.WriteNumber("log_limit", -Math.Log(drift.Level));
        if (drift.Alarm is long alarm)
            writer.WriteNumber("first_alarm", alarm);
        else
            writer.WriteNull("first_alarm");
        writer.WriteEndObject();
    }

    private static string Rows(long count) => Counted.Of(count, "row");

    private static string Evidence(double log) => log < 20 ? $"{Math.Exp(log):G3}" : $"e^{log:0}";

    private void Line(string kind, long rows, Action<Utf8JsonWriter> members)
    {
        JsonLine.Write(writer, json =>
        {
            json.WriteString("event", kind);
            json.WriteNumber("rows", rows);
            members(json);
        });
        writer.Flush();
    }

    private void Line(string text)
    {
        writer.WriteLine(text);
        writer.Flush();
    }
}
