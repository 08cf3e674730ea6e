using System.Globalization;
using System.Text.Json;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>The report of <c>joule evaluate</c> on the classes that a model gives to labelled test states.</summary>
internal sealed class ClassificationReport
{
    private readonly ClassificationFigures _figures;
    private readonly string _noun;

    private ClassificationReport(ClassificationFigures figures, string noun) => (_figures, _noun) = (figures, noun);

    /// <summary>Classifies the test states; null if the model does not classify, or they have no labels.</summary>
    /// <exception cref="InvalidInputException">A label is not a class of the model.</exception>
    public static ClassificationReport? Of(Device device, Model model, StateSet test, CancellationToken cancellation)
    {
        if (model.Energy is not IClassifier || model.Classes is not { } classes || test.Labels is not { } labels)
            return null;
        int[] places = [.. labels.Levels.Select(level => Place(classes, level, test))];
        double[] probabilities = Classification.Run(device, model.Energy, test, null, cancellation).Probabilities;
        return new ClassificationReport(
            Classification.Measure(probabilities, [.. labels.Values.Select(value => places[value])]), test.Noun);
    }

    /// <summary>Writes lines for people.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"Classes of {Counted.Of(_figures.Count, $"test {_noun}")}: {Percent(_figures.Error)} wrong, cross-entropy "
            + $"{Number(_figures.CrossEntropy)} nats, expected calibration error {Number(_figures.CalibrationError)}.");
    }

    /// <summary>Writes the property <c>classification</c>.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("classification");
        json.WriteNumber("count", _figures.Count);
        json.WriteNumber("error", _figures.Error);
        json.WriteNumber("cross_entropy", _figures.CrossEntropy);
        json.WriteNumber("calibration_error", _figures.CalibrationError);
        json.WriteEndObject();
    }

    private static int Place(IReadOnlyList<string> classes, string level, StateSet test)
    {
        for (int k = 0; k < classes.Count; k++)
        {
            if (classes[k] == level)
                return k;
        }
        throw new InvalidInputException($"{test.Name} has the label \"{level}\", which the model did not learn. Its "
            + $"classes are {string.Join(", ", classes.Select(c => $"\"{c}\""))}.");
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
