using System.CommandLine;
using System.Text;
using Joule.Cli.Files;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Runs;
using Joule.Tables;

namespace Joule.Cli.Commands;

/// <summary><c>joule impute MODEL FILE</c>: fills the missing cells of a table.</summary>
internal sealed class ImputeCommand : JouleCommand
{
    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Argument<string> _input = new("FILE")
    {
        Description = "The table, with the columns that the model was trained on.",
    };

    private readonly Option<int?> _draws = SharedOptions.OptionalNumber("--draws", "N",
        "Write N completed tables instead of one, each with its own draw of every missing cell. They follow one another, and a last column "
        + "'draw' numbers them from 1. Default: one table of means and most frequent levels.", 1, TableImputation.MostDraws);

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.csv", "The file for the completed table. Default: standard output.");

    private readonly Option<ulong> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "impute",
            "Fill the missing cells of a table by draws from the model, given the other cells of the row.\n\n"
            + "A missing number becomes the mean of its draws, a missing level the most frequent one; --draws keeps single draws. All "
            + "other cells are written byte for byte as they were, and so are columns that the model does not use. A CSV file stays one; "
            + "other tables are written as CSV. Levels that no training row had are not missing, and stay.\n\n"
            + "With --json the table is written only to --out, and the JSON object has rows, rows_filled, cells, draws, effective_draws "
            + "(how many independent draws stand behind a row) and out.",
            new Example("joule impute runs/mine holes.csv --out whole.csv", "Fill a table."),
            new Example("joule impute runs/mine holes.csv --draws 20 > draws.csv", "Write 20 possible tables: how certain is a cell?"));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_draws, _output, _seed, _threads, _json, _quiet])
            command.Add(option);
        OnRun(command, Impute);
        return command;
    }

    private int Impute(ParseResult parsed, CommandContext context)
    {
        string? output = parsed.GetValue(_output);
        string input = parsed.GetRequiredValue(_input), file = Model.Find(parsed.GetRequiredValue(_model));
        StreamOptions.RefuseStandardInput(input, "impute");
        bool quiet = parsed.GetValue(_quiet), json = parsed.GetValue(_json);
        if (output is not null)
        {
            OutputFile.Extension(output, "--out", ".csv", ".tsv", ".txt");
            new OutputFile(file, input, Model.Describe(file).Config.Data.Source).Check(output, "--out", OutputKind.CompletedTable);
        }
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        if (model.Transform is not TableTransform transform)
        {
            throw new InvalidInputException($"The model has states of {model.Energy.Space}, not rows of a table. To restore part of an "
                + "image, use 'joule sample --clamp'.");
        }
        TableStateSet states = (TableStateSet)transform.Open(input, ReadingOptions.Request(model.Config, context));
        // That a median replaces missing values is not true here.
        ReadingText.Say(states, input, quiet, context.Error, text => !text.Contains("has no value in", StringComparison.Ordinal));
        TableImputation imputation;
        using (RunProgress progress = RunProgress.Create(context.Error, quiet))
        {
            progress.Start("impute", Enumerable.Range(0, states.Count).Count(states.HasMissing));
            imputation = TableImputation.Run(device, model.Energy, states, parsed.GetValue(_draws) ?? 0, parsed.GetValue(_seed),
                done => progress.Report(done, ""), context.Cancellation);
        }
        int cells = imputation.Cells;
        if (output is not null)
            AtomicFile.Write(output, stream => cells = CompletedTable.Write(stream, input, imputation));
        else if (!json)
        {
            using MemoryStream whole = new();
            cells = CompletedTable.Write(whole, input, imputation);
            context.Output.Write(Encoding.UTF8.GetString(whole.GetBuffer().AsSpan(0, (int)whole.Length)));
        }
        string text = $"{Counted.Of(cells, "cell")} filled in {Counted.Of(states.Count, "row")}";
        if (json)
            WriteJson(context.Output, imputation, cells, states.Count, output);
        else if (output is not null)
            context.Output.WriteLine($"{output}: {text}");
        else if (!quiet)
            context.Error.WriteLine($"{text}.");
        return ExitCodes.Success;
    }

    private static void WriteJson(TextWriter writer, TableImputation imputation, int cells, int rows,
        string? output) => JsonLine.Write(writer, json =>
    {
        json.WriteNumber("rows", rows);
        json.WriteNumber("rows_filled", imputation.Rows);
        json.WriteNumber("cells", cells);
        json.WriteNumber("draws", imputation.Draws);
        JsonLine.Number(json, "effective_draws", imputation.Effective);
        json.WriteString("out", output);
    });
}
