using System.CommandLine;
using System.Globalization;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Scoring;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule explain MODEL INPUT</c>: which columns or pixels make the energy of a row or an image high.</summary>
internal sealed class ExplainCommand : JouleCommand
{
    private const int DefaultRows = 10;
    private const int DefaultImages = 6;
    private const int MostImages = 100;

    private readonly Argument<string> _model = SharedOptions.Model();
    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "A table with the columns that the model was trained on, or images.",
    };

    private readonly Option<int[]> _rows = new("--row")
    {
        HelpName = "I …",
        Description = "Rows to explain, counted from 0 as in the table of 'joule score'. May be repeated. Default: the rows of highest "
            + $"energy, {DefaultRows} of a table and {DefaultImages} images.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
        CustomParser = result => [.. result.Tokens.Select(token =>
        {
            if (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int row))
                result.AddError($"--row expects whole numbers of at least 0, given '{token.Value}'");
            return row;
        })],
    };

    private readonly Option<int?> _top = SharedOptions.OptionalNumber(
        "--top", "K", "Columns to list for each row, those with the largest shares. Default: all that changed.", 1, int.MaxValue);

    private readonly Option<double?> _level = SharedOptions.OptionalNumber("--level", "NATS",
        "The energy that counts as likely. Default: the median of the model's calibration. Without a calibration, the reference is where "
        + "no single change lowers the energy.", double.MinValue, double.MaxValue);

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.png", "For images: the picture with the maps. Default: explanation.png in the run's folder.");

    private readonly ReadingOptions _reading = new();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "explain",
            "Say which columns of a row, or which pixels of an image, make its energy high, and what they should have been.\n\n"
            + "The reference is the nearest likely row, reached by conditional descent: the column whose change lowers the energy most "
            + "takes its most likely value given the others, until the energy is likely. Each column's share is what its changes lowered, "
            + "in nats; the shares add up to the energy minus that of the reference. Images move along the gradient, and a map shows the "
            + "share of every pixel.\n\n"
            + "With --json the object has level (null without --level) and rows, each with index, name, energy, reference_energy, p_value, "
            + "likely and shares (column, value, expected, share, the largest first); for images, map names the picture and rows have no "
            + "shares.",
            new Example("joule explain runs/mine new.csv --row 17", "Say what is wrong with row 17."),
            new Example("joule explain runs/mine new.csv --top 3 --json", "Explain the most unusual rows, for a program."),
            new Example("joule explain runs/digits mnist:test --out why.png", "Draw maps of the most unusual images."));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_rows, _top, _level, _output, _threads, _json, _quiet])
            command.Add(option);
        _reading.AddTo(command);
        OnRun(command, Explain);
        return command;
    }

    private int Explain(ParseResult parsed, CommandContext context)
    {
        string given = parsed.GetRequiredValue(_model), input = parsed.GetRequiredValue(_input), file = Model.Find(given);
        StreamOptions.RefuseStandardInput(input, "explain");
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        bool isImage = model.Energy.Space.Picture == StatePicture.Image, quiet = parsed.GetValue(_quiet);
        string? output = isImage ? Picture(parsed, given, file, input) : null;
        if (!isImage && parsed.GetValue(_output) is not null)
            throw new InvalidInputException("--out is for the maps of images; a table is explained on standard output. Leave it out.");
        if (isImage && parsed.GetValue(_top) is not null)
            throw new InvalidInputException("--top is for columns; a map shows all pixels. Leave it out.");
        StateSet states = model.Transform.Open(input, _reading.For(parsed, model.Config, context));
        ReadingText.Say(states, input, quiet, context.Error);
        foreach (int row in parsed.GetRequiredValue(_rows))
        {
            if (row >= states.Count)
            {
                throw new InvalidInputException($"--row {row}: {input} has "
                    + $"{Counted.Of(states.Count, states.Noun)}, numbered from 0 to {states.Count - 1}.");
            }
        }
        double? level = parsed.GetValue(_level);
        if (level is null && model.Calibration is null)
        {
            context.Error.WriteLine("joule: note: the model is not calibrated, so the reference is where no single change lowers the "
                + "energy. Calibrate it ('joule threshold --calibrate'), or give --level.");
        }
        int[] rows = parsed.GetRequiredValue(_rows);
        if (rows.Length == 0)
            rows = Highest(device, model.Energy, states, isImage ? DefaultImages : DefaultRows, quiet, context);
        string source = Path.Exists(input) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) : states.Name;
        ExplanationText text = new(states, source, model.Calibration, level);
        if (output is not null)
        {
            ExplainImages(device, model, states, rows, output, text, parsed, context);
            return ExitCodes.Success;
        }
        using Explainer explainer = new(model, device, level);
        Explanation[] explanations = [.. rows.Select(row => explainer.Explain(states, row, context.Cancellation))];
        int top = parsed.GetValue(_top) ?? int.MaxValue;
        if (parsed.GetValue(_json))
            text.WriteJson(context.Output, rows, explanations, top);
        else
            text.Write(context.Output, rows, explanations, top);
        return ExitCodes.Success;
    }

    private void ExplainImages(Device device, Model model, StateSet states, int[] rows, string output, ExplanationText text,
        ParseResult parsed, CommandContext context)
    {
        if (rows.Length > MostImages)
            throw new InvalidInputException($"{rows.Length} images were asked for; a picture shows at most {MostImages}.");
        Likely likely = new(model.Calibration, parsed.GetValue(_level));
        Descent[] descents = new Descent[rows.Length];
        float[][] images = new float[rows.Length][];
        using (RunProgress progress = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            progress.Start("explain", rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                states.Read(rows[i], images[i] = new float[states.Space.Width]);
                descents[i] = PixelDescent.Run(device, model.Energy, images[i], likely, context.Cancellation);
                progress.Report(i + 1, "");
            }
        }
        string[] names = [.. rows.Select(text.Name)];
        using (Sheet sheet = AttributionSheet.Draw(model.Energy.Space, images, descents, names))
            sheet.Save(output);
        if (parsed.GetValue(_json))
            text.WriteJson(context.Output, rows, descents, output);
        else
        {
            text.Write(context.Output, rows, descents);
            context.Output.WriteLine($"{output}: {Counted.Of(rows.Length, "image")}");
        }
    }

    private string Picture(ParseResult parsed, string given, string file, string input)
    {
        string? output = parsed.GetValue(_output);
        if (output is null && !Directory.Exists(given))
            throw new InvalidInputException("A model file has no folder for the picture. Give --out FILE.png.");
        string path = output ?? Path.Combine(given, "explanation.png");
        OutputFile.Extension(path, "--out", ".png");
        new OutputFile(file, input, Model.Describe(file).Config.Data.Source).Check(
            path, output is null ? "The picture" : "--out", OutputKind.Picture, output is null ? path : null);
        return path;
    }

    private static int[] Highest(Device device, Joule.Energies.Energy energy, StateSet states, int count, bool quiet,
        CommandContext context)
    {
        using RunProgress progress = RunProgress.Create(context.Error, quiet);
        progress.Start("score", states.Count);
        float[] energies = EnergyOfStates.Run(device, energy, states, done => progress.Report(done, ""), context.Cancellation);
        return [.. Enumerable.Range(0, energies.Length).OrderByDescending(i => energies[i]).Take(count)];
    }
}
