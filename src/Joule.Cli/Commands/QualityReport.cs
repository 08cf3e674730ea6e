using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Evaluation;

namespace Joule.Cli.Commands;

/// <summary>Test images whose lower half was restored.</summary>
/// <param name="Count">Number of images.</param>
/// <param name="Steps">Steps of each chain.</param>
/// <param name="Correct">The share that the classifier gives its true class.</param>
internal sealed record InpaintingFigures(int Count, int Steps, double Correct);

/// <summary>The quality of samples, as <c>joule evaluate --quality</c> writes it.</summary>
/// <param name="Classes">The names of the classes.</param>
/// <param name="TestError">The error of the classifier on test images.</param>
/// <param name="Training">The figures of training images in place of samples.</param>
internal sealed record QualityReport(IReadOnlyList<string> Classes, double TestError, QualityFigures Training)
{
    private const int MostColumns = 12; // of classes: more are summed up

    /// <summary>The figures of samples after so many steps; null steps: of given images.</summary>
    public List<(int? Steps, QualityFigures Figures)> Samples { get; } = [];

    /// <summary>The restored images, if any.</summary>
    public InpaintingFigures? Inpainting { get; init; }

    /// <summary>Writes tables.</summary>
    public void WriteText(TextWriter output)
    {
        (string Name, QualityFigures Figures)[] rows =
        [
            .. Samples.Select(s => (s.Steps is int n ? $"samples after {Counted.Of(n, "step")}" : "given samples", s.Figures)),
            ("training images", Training),
        ];
        output.WriteLine();
        string[] headers = ["quality", ">number", ">p > 0.9", ">Fréchet", ">kernel", ">precision", ">recall", ">duplicates", ">copies"];
        TextTable.Write(output, headers, rows.Select(r => (IReadOnlyList<string>)
            [
                r.Name, r.Figures.Count.ToString("N0", CultureInfo.InvariantCulture), Share(r.Figures.Recognised),
                Number(r.Figures.Frechet, "0.00"), Number(r.Figures.Kernel, "0.0000"), Share(r.Figures.Precision),
                Share(r.Figures.Recall), Share(r.Figures.Duplicates), Share(r.Figures.Copies),
            ]));
        output.WriteLine();
        bool all = Classes.Count <= MostColumns;
        TextTable.Write(output, ["share of class", .. all ? Classes.Select(c => $">{c}") : [">smallest", ">largest"]],
            rows.Select(r => (IReadOnlyList<string>)
                [r.Name, .. (all ? r.Figures.Shares : [r.Figures.Shares.Min(), r.Figures.Shares.Max()]).Select(Share)]));
        output.WriteLine();
        string error = TestError.ToString("0.00%", CultureInfo.InvariantCulture);
        output.WriteLine($"The classifier of the {Classes.Count} classes has a test error of {error}. A Fréchet distance depends on the "
            + "number of images.");
        if (Inpainting is { } inpainting)
        {
            output.WriteLine($"Of {Counted.Of(inpainting.Count, "test image")} whose lower half was restored in "
                + $"{Counted.Of(inpainting.Steps, "step")}, {Share(inpainting.Correct)} are given their true class.");
        }
    }

    /// <summary>Writes the members <c>quality</c>, <c>training_images</c>, <c>classifier</c> and, if measured, <c>inpainting</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("quality");
        foreach ((int? steps, QualityFigures figures) in Samples)
        {
            json.WriteStartObject();
            if (steps is int made)
                json.WriteNumber("steps", made);
            else
                json.WriteNull("steps");
            Write(json, figures, Training.Frechet);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("training_images");
        Write(json, Training, null);
        json.WriteEndObject();
        json.WriteStartObject("classifier");
        json.WriteStartArray("classes");
        foreach (string name in Classes)
            json.WriteStringValue(name);
        json.WriteEndArray();
        JsonLine.Number(json, "test_error", TestError);
        json.WriteEndObject();
        if (Inpainting is not { } inpainting)
            return;
        json.WriteStartObject("inpainting");
        json.WriteNumber("count", inpainting.Count);
        json.WriteNumber("steps", inpainting.Steps);
        JsonLine.Number(json, "correct", inpainting.Correct);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, QualityFigures figures, double? ofTraining)
    {
        json.WriteNumber("count", figures.Count);
        JsonLine.Number(json, "recognised", figures.Recognised);
        json.WriteStartArray("shares");
        foreach (double share in figures.Shares)
            json.WriteNumberValue(Math.Round(share, 6));
        json.WriteEndArray();
        JsonLine.Number(json, "frechet", figures.Frechet);
        if (ofTraining is not null)
            JsonLine.Number(json, "frechet_of_training_images", ofTraining);
        JsonLine.Number(json, "kernel", figures.Kernel);
        JsonLine.Number(json, "precision", figures.Precision);
        JsonLine.Number(json, "recall", figures.Recall);
        JsonLine.Number(json, "duplicates", figures.Duplicates);
        JsonLine.Number(json, "copies", figures.Copies);
    }

    private static string Share(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
