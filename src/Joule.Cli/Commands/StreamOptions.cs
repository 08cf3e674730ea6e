using System.CommandLine;
using System.CommandLine.Parsing;
using Joule.Runs;
using Joule.Tables;

namespace Joule.Cli.Commands;

/// <summary>Options that say how a stream of rows is read.</summary>
internal sealed class StreamOptions
{
    /// <summary>The input that stands for standard input.</summary>
    public const string StandardInput = "-";

    private const string Forms = "csv, tsv and ndjson";

    private readonly Option<RowFormat?> _format = new("--format")
    {
        HelpName = "NAME",
        Description = $"The form of a table's rows, one of {Forms} (one JSON object a line); the answers have the same form. Default: by "
            + "the file's name, and csv for standard input.",
        CustomParser = Parse,
    };

    private readonly Option<bool> _acceptUnknown = new("--accept-unknown")
    {
        Description = "Ignore columns of a table that the model was not trained on, and accept levels that no training row had: they count "
            + "as none of the known ones. Both are reported. Default: they are errors.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_acceptUnknown);
    }

    /// <summary>Whether unknown columns and levels are accepted.</summary>
    public bool AcceptsUnknown(ParseResult parsed) => parsed.GetValue(_acceptUnknown);

    /// <summary>Whether an input is read as a stream of rows: standard input, or a text file for a model of a table.</summary>
    /// <exception cref="InvalidInputException">It cannot be, though the options say so.</exception>
    public bool IsStream(ParseResult parsed, string input, Model model)
    {
        bool isAsked = input == StandardInput || parsed.GetValue(_format) is not null;
        if (model.Transform is TableTransform)
            return isAsked || RowStream.FormatOf(input) is not null;
        if (!isAsked)
            return false;
        throw new InvalidInputException($"The model has states of {model.Energy.Space}, which are not rows with named columns; only rows "
            + "can be read from a stream. Give a file.");
    }

    /// <summary>Refuses standard input for a command that reads whole tables.</summary>
    /// <exception cref="InvalidInputException">The input is standard input.</exception>
    public static void RefuseStandardInput(string input, string command)
    {
        if (input == StandardInput && !Path.Exists(input))
        {
            throw new InvalidInputException($"'joule {command}' reads a whole table, and - is standard input, of which 'joule score' and "
                + "'joule watch' read the rows one by one. Save the rows to a file, and give that.");
        }
    }

    /// <summary>The form of a stream.</summary>
    public RowFormat FormatOf(ParseResult parsed, string input) =>
        parsed.GetValue(_format) ?? (input == StandardInput ? null : RowStream.FormatOf(input)) ?? RowFormat.Csv;

    /// <summary>The name of an input in the names of rows.</summary>
    public static string SourceOf(string input) => input == StandardInput ? "stdin" : Path.GetFileName(input);

    /// <summary>Opens a stream.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public RowStream Open(ParseResult parsed, string input, Model model, CommandContext context, (long First, long End)? range = null,
        bool integratesMissing = false)
    {
        RowStreamOptions options = Options(parsed) with
        {
            First = range?.First ?? 0,
            End = range?.End ?? long.MaxValue,
            IntegratesMissing = integratesMissing,
        };
        TableTransform transform = (TableTransform)model.Transform;
        return input == StandardInput
            ? RowStream.Open(transform, context.Input(), "standard input", options)
            : RowStream.Open(transform, input, options);
    }

    /// <summary>Counts the rows of a file.</summary>
    public long CountRows(ParseResult parsed, string input, Model model) =>
        RowStream.CountRows((TableTransform)model.Transform, input, Options(parsed));

    private RowStreamOptions Options(ParseResult parsed) =>
        new() { Format = parsed.GetValue(_format), AcceptUnknown = parsed.GetValue(_acceptUnknown) };

    private static RowFormat? Parse(ArgumentResult result)
    {
        string given = SharedOptions.Given(result);
        foreach (RowFormat format in Enum.GetValues<RowFormat>())
        {
            if (string.Equals(given, format.ToString(), StringComparison.OrdinalIgnoreCase))
                return format;
        }
        result.AddError($"--format expects one of {Forms}, given '{given}'");
        return null;
    }
}
