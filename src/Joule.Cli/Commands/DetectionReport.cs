using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>The options and the report of <c>joule evaluate --labels</c>: known anomalies among the test rows.</summary>
internal sealed class DetectionReport
{
    private const int MostListed = 20;

    private readonly Option<bool> _labels = new("--labels")
    {
        Description = "Measure how well the energy finds the test rows or images that their labels call anomalies: AUROC, average "
            + "precision, precision, recall and F1 at the model's threshold, and the share found at 1, 10, 100 and 1,000 false alarms, "
            + "each with a 95% bootstrap interval.",
    };

    private readonly Option<string?> _classes = SharedOptions.Text(
        "--anomaly-classes", "A,B,…",
        "The labels that are anomalies; all others are normal. Implies --labels. Default: 1, if the labels are 0 and 1.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_labels);
        command.Add(_classes);
    }

    /// <summary>Which test rows are anomalies; null if that was not asked.</summary>
    /// <exception cref="InvalidInputException">There are no labels, or they do not say it.</exception>
    public LabelledRows? Rows(ParseResult parsed, StateSet test)
    {
        string? given = parsed.GetValue(_classes);
        if (given is null && !parsed.GetValue(_labels))
            return null;
        if (test.Labels is not { } labels)
        {
            throw new InvalidInputException($"{_labels.Name} needs labels, and the {test.Noun}s to test with have none. Train a table with "
                + "--label COLUMN, or give labelled rows or images with --data.");
        }
        string[] classes = given is null
            ? labels.Levels.Order(StringComparer.Ordinal).SequenceEqual(["0", "1"]) ? ["1"]
                : throw new InvalidInputException($"Say which labels are anomalies: {_classes.Name} A,B. The labels are "
                    + $"{Listed(labels.Levels)}.")
            : [.. given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        foreach (string name in classes.Except(labels.Levels))
        {
            string hint = NearestName.Find(name, labels.Levels) is { } near ? $" Did you mean \"{near}\"?" : "";
            throw new InvalidInputException($"{_classes.Name}: no test {test.Noun} has the label \"{name}\".{hint} The labels "
                + $"are {Listed(labels.Levels)}.");
        }
        bool[] isAnomaly = [.. labels.Values.Select(value => classes.Contains(labels.Levels[value]))];
        int anomalies = isAnomaly.Count(a => a);
        if (anomalies == 0 || anomalies == isAnomaly.Length)
        {
            throw new InvalidInputException($"{anomalies} of {Counted.Of(isAnomaly.Length, $"test {test.Noun}")} are anomalies; at least "
                + $"one anomaly and one normal {test.Noun} are needed. Choose other labels with {_classes.Name}.");
        }
        return new LabelledRows(labels.Name, classes, isAnomaly);
    }

    /// <summary>Writes the figures as a table.</summary>
    public static void WriteText(TextWriter output, LabelledRows rows, DetectionFigures figures, Calibration? calibration, string noun)
    {
        output.WriteLine();
        string threshold = calibration is null ? "" : $" above {CalibrationText.Number(calibration.Threshold)} nats";
        List<(string Name, FigureInterval? Figure, string Note)> lines =
        [
            ("AUROC", figures.Auroc, "an anomaly has a higher energy than a normal row"),
            ("average precision", figures.AveragePrecision, $"{Text(figures.Anomalies / (double)rows.IsAnomaly.Count)} by chance"),
            ("precision", figures.Precision, $"of the {noun}s{threshold}"),
            ("recall", figures.Recall, $"of the anomalies{threshold}"),
            ("F1", figures.F1, ""),
            .. figures.At.Select(at => ($"found at {at.FalseAlarms:N0}", (FigureInterval?)at.Rate,
                $"of the anomalies, with {Counted.Of(at.FalseAlarms, "false alarm")}")),
        ];
        TextTable.Write(output, [$"{figures.Anomalies:N0} anomalies, {figures.Normal:N0} normal", ">value", ">95% interval", ""],
            lines.Where(line => line.Figure is not null).Select(line => (IReadOnlyList<string>)
        [
            line.Name, Text(line.Figure!.Value.Value), $"{Text(line.Figure.Value.Low)} to {Text(line.Figure.Value.High)}", line.Note,
        ]));
        if (calibration is null)
            output.WriteLine("The model is not calibrated, so it has no threshold: 'joule threshold MODEL --calibrate FILE' gives it one.");
    }

    /// <summary>Writes the members of <c>labels</c>.</summary>
    public static void WriteJson(Utf8JsonWriter json, LabelledRows rows, DetectionFigures figures)
    {
        json.WriteStartArray("anomaly_classes");
        foreach (string name in rows.Classes)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteNumber("normal", figures.Normal);
        json.WriteNumber("anomalies", figures.Anomalies);
        Interval(json, "auroc", figures.Auroc);
        Interval(json, "average_precision", figures.AveragePrecision);
        Interval(json, "precision", figures.Precision);
        Interval(json, "recall", figures.Recall);
        Interval(json, "f1", figures.F1);
        json.WriteStartObject("detection_at");
        foreach (DetectionAt at in figures.At)
            Interval(json, at.FalseAlarms.ToString(CultureInfo.InvariantCulture), at.Rate);
        json.WriteEndObject();
    }

    private static void Interval(Utf8JsonWriter json, string name, FigureInterval? figure)
    {
        if (figure is not { } known)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        JsonLine.Number(json, "value", known.Value);
        JsonLine.Number(json, "low", known.Low);
        JsonLine.Number(json, "high", known.High);
        json.WriteEndObject();
    }

    private static string Listed(IReadOnlyList<string> levels) =>
        string.Join(", ", levels.Take(MostListed).Select(level => $"\"{level}\"")) + (levels.Count > MostListed ? ", …" : "");

    private static string Text(double value) => double.IsNaN(value) ? "-" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>Test rows with known anomalies.</summary>
/// <param name="Name">The name of the label.</param>
/// <param name="Classes">The labels that are anomalies.</param>
/// <param name="IsAnomaly">Which rows are anomalies.</param>
internal sealed record LabelledRows(string Name, IReadOnlyList<string> Classes, IReadOnlyList<bool> IsAnomaly);
