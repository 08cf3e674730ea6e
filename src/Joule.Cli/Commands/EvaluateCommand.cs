using System.CommandLine;
using System.Globalization;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule evaluate RUN</c>: measures how well a model's energy separates test data from other data.</summary>
internal sealed class EvaluateCommand : JouleCommand
{
    private const int MostLabels = 20; // a label column with more levels holds numbers or names

    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Option<string[]> _against = new("--against")
    {
        HelpName = "NAME|PATH",
        Description = "More images to compare with: a dataset's name, a folder, a file, or one of the changes listed above. May be "
            + "repeated. Noise and shuffled images are always compared.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "NAME|PATH",
        "The training and test images; if there is no test set, the model's seed draws one seventh for it. Default: the data that the "
            + "model was trained on, split as for training.");

    private readonly ReadingOptions _reading = new();
    private readonly QualityEvaluation _quality = new();
    private readonly LikelihoodEvaluation _likelihood = new();
    private readonly DetectionReport _detection = new();
    private readonly DeviceOption _device = new();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "evaluate",
            "Measure how well a model's energy separates the test images from uniform noise, from test images with shuffled pixels, and "
            + "from other images. Also compares training and test images.\n\n"
            + "AUROC against a set is the probability that a test image has a lower energy than a member of that set: 1 means full "
            + "separation, 0.5 none. AUROC of train is the probability that a training image has a lower energy than a test image: "
            + "0.5 means no overfitting, more means overfitting.\n\n"
            + "Changes to the test images that --against takes by name (write a folder of the same name as ./NAME):\n"
            + string.Join('\n', Catalogue.Of(typeof(Corruption)).Select(c => $"  {c.Named.Name,-15}{c.Named.Summary}")),
            new Example("joule evaluate runs/mine", "Compare with noise and shuffled images."),
            new Example(
                "joule evaluate runs/mine --against fashion-mnist --against ~/pictures",
                "Compare with other images too: does the energy notice that they are not digits?"),
            new Example(
                "joule evaluate runs/mine --anomaly-classes 4,9",
                "Take the test images of two classes for anomalies: does the energy find them?"),
            new Example("joule evaluate runs/mine --quality", "Also draw 1,000 samples, and compare them with labelled test images."),
            new Example("joule evaluate runs/density --likelihood", "Estimate ln Z, and the bits per dimension of test images."));
        command.Add(_model);
        foreach (Option option in (Option[])[_against, _data, _json, _quiet])
            command.Add(option);
        _device.AddTo(command);
        _reading.AddTo(command);
        _quality.AddTo(command);
        _likelihood.AddTo(command);
        _detection.AddTo(command);
        OnRun(command, Evaluate);
        return command;
    }

    private int Evaluate(ParseResult parsed, CommandContext context)
    {
        string[] always = [EnergySeparation.Noise, EnergySeparation.Shuffled, EnergySeparation.Train];
        string[] others = [.. (parsed.GetValue(_against) ?? []).Distinct().Except(always)];
        if (_reading.Given(parsed) is string given && parsed.GetValue(_data) is null && others.All(Changes().Contains)
            && _quality.Samples(parsed) is null)
        {
            throw new InvalidInputException($"{given} says how other images are read: it needs --against, --data or --samples. "
                + "The model's own images are read as they were for training.");
        }
        _quality.Check(parsed);
        using Device device = _device.Open(parsed, context);
        using Model model = Model.Load(parsed.GetRequiredValue(_model), device);
        _likelihood.Check(parsed, model);
        DataRequest request = _reading.For(parsed, model.Config, context);
        DataSets data = parsed.GetValue(_data) is string source
            ? model.Transform.OpenSets(source, model.Config.Data.ValidationShare, request)
            : MovedData.Open(() => model.OpenData(context.Error.WriteLine, context.Cancellation), "--data NAME|PATH");
        LabelledRows? rows = _detection.Rows(parsed, data.Test);
        LabelledImages? labelled = _quality.Images(parsed, data);
        EnergySeparation separation = new(data.Train, data.Test, model.Config.Seed);
        List<(string Name, StateSet States)> against = [];
        foreach (string other in others)
        {
            if (separation.TryAddCorrupted(other))
                continue;
            if (!Path.Exists(other) && NearestName.Find(other, Changes()) is { } near
                && DatasetCatalogue.Find(other.Split(':')[0]) is null
                && NearestName.Find(other, DatasetCatalogue.All.Select(d => d.Name)) is null)
            {
                throw new InvalidInputException($"--against {other} is not a file, folder, dataset or change to the test images. "
                    + $"Did you mean '{near}'? The changes are: {string.Join(", ", Changes())}.");
            }
            StateSet set = model.Transform.Open(other, request);
            against.Add((other, set));
            separation.Add(new NamedStates(other, set.Count, set.Read));
        }
        ImageStateSet? samplesGiven = _quality.OpenSamples(parsed, model, request);
        bool quiet = parsed.GetValue(_quiet);
        ReadingText.Say(data.Report, quiet, context.Error);
        foreach ((string name, StateSet set) in against)
            ReadingText.Say(set, name, quiet, context.Error);
        IReadOnlyList<SetFigures> figures;
        IReadOnlyList<LabelFigures> labels = [];
        QualityReport? samples;
        LikelihoodFigures? likelihood;
        ClassificationReport? classes;
        DetectionFigures? detection;
        using (RunProgress progress = RunProgress.Create(context.Error, quiet))
        {
            progress.Start("evaluate", separation.StateCount);
            figures = separation.Run(device, model.Energy, done => progress.Report(done, ""), context.Cancellation);
            if (data.Transform.Columns.Count > 0 && data.Test.Labels is { Levels.Count: <= MostLabels } known)
                labels = LabelSeparation.Of(separation.TestEnergies, known);
            classes = ClassificationReport.Of(device, model, data.Test, context.Cancellation);
            double mean = figures.Single(f => f.Name == EnergySeparation.Test).Energy.Mean;
            likelihood = _likelihood.Run(parsed, model, data, mean, progress, context.Cancellation);
            detection = rows is null ? null
                : Detection.Of(separation.TestEnergies, rows.IsAnomaly, model.Calibration?.Threshold, model.Config.Seed);
            samples = labelled is null ? null : _quality.Run(parsed, context, model, data, labelled, samplesGiven, progress);
        }
        string? picture = DrawCalibration(parsed.GetRequiredValue(_model), model, separation.TestEnergies, rows);
        if (parsed.GetValue(_json))
        {
            WriteJson(context.Output, figures, data.Test, labels, samples, likelihood, rows, detection, picture, classes);
            return ExitCodes.Success;
        }
        WriteText(context.Output, figures, data.Test, labels);
        classes?.WriteText(context.Output);
        if (rows is not null)
            DetectionReport.WriteText(context.Output, rows, detection!, model.Calibration, data.Test.Noun);
        if (picture is not null)
            context.Output.WriteLine($"{picture}: p-values of the normal test {data.Test.Noun}s");
        likelihood?.WriteText(context.Output);
        samples?.WriteText(context.Output);
        return ExitCodes.Success;
    }

    // In the run's folder; a model file alone has no place for it.
    private static string? DrawCalibration(string run, Model model, IReadOnlyList<float> energies, LabelledRows? rows)
    {
        if (model.Calibration is not { } calibration || !RunFiles.IsRun(run))
            return null;
        double[] normal = [.. energies.Where((_, i) => rows is null || !rows.IsAnomaly[i]).Select(calibration.PValue)];
        string file = Path.Combine(run, CalibrationPlot.FileName);
        using Sheet sheet = CalibrationPlot.Draw(calibration, normal, $"{model.Config.Preset}: p-values");
        sheet.Save(file);
        return file;
    }

    private static IEnumerable<string> Changes() => Catalogue.Of(typeof(Corruption)).Select(c => c.Named.Name);

    private static void WriteText(
        TextWriter output, IReadOnlyList<SetFigures> figures, StateSet test, IReadOnlyList<LabelFigures> labels)
    {
        string[] headers = [$"{test.Noun}s", ">number", ">mean energy", ">sd", ">AUROC", ""];
        TextTable.Write(output, headers, figures.Select(set => (IReadOnlyList<string>)
        [
            set.Name, Number(set.Energy.Count), Number(set.Energy.Mean),
            double.IsNaN(set.Energy.Deviation) ? "" : Number(set.Energy.Deviation), // of one energy there is none
            set.Auroc is double auroc ? Number(auroc) : "",
            set.Name switch
            {
                EnergySeparation.Test => "",
                EnergySeparation.Train => "train below test: 0.5 means no overfitting",
                _ => $"test below {set.Name}: 1 means full separation",
            },
        ]));
        WriteLabels(output, test, labels);
    }

    private static void WriteLabels(TextWriter output, StateSet test, IReadOnlyList<LabelFigures> labels)
    {
        if (labels.Count == 0)
            return;
        output.WriteLine();
        TextTable.Write(output, [test.Labels!.Name, ">number", ">mean energy", ">AUROC", ""], labels.Select(label => (IReadOnlyList<string>)
        [
            label.Label, Number(label.Count), Number(label.MeanEnergy), Number(label.Auroc), "all others below it: 1 means full separation",
        ]));
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static void WriteJson(
        TextWriter output,
        IReadOnlyList<SetFigures> figures,
        StateSet test,
        IReadOnlyList<LabelFigures> labels,
        QualityReport? samples,
        LikelihoodFigures? likelihood,
        LabelledRows? rows,
        DetectionFigures? detection,
        string? picture,
        ClassificationReport? classes) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject("energy");
        foreach (SetFigures set in figures)
        {
            json.WriteStartObject(set.Name);
            JsonLine.Number(json, "mean", set.Energy.Mean);
            JsonLine.Number(json, "sd", set.Energy.Deviation);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartObject("auroc");
        foreach (SetFigures set in figures.Where(set => set.Auroc is not null))
            JsonLine.Number(json, set.Name, set.Auroc);
        json.WriteEndObject();
        classes?.WriteJson(json);
        samples?.WriteJson(json);
        likelihood?.WriteJson(json);
        if (picture is not null)
            json.WriteString("calibration_plot", picture);
        if (labels.Count == 0 && rows is null)
            return;
        json.WriteStartObject("labels");
        json.WriteString("name", test.Labels!.Name);
        if (rows is not null)
            DetectionReport.WriteJson(json, rows, detection!);
        json.WriteStartArray("levels");
        foreach (LabelFigures label in labels)
        {
            json.WriteStartObject();
            json.WriteString("label", label.Label);
            json.WriteNumber("count", label.Count);
            JsonLine.Number(json, "mean_energy", label.MeanEnergy);
            JsonLine.Number(json, "auroc", label.Auroc);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
