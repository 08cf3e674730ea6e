using System.CommandLine;
using System.Text;
using Joule.Cli.Files;
using Joule.Cli.Streams;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Scoring;
using Joule.States;
using Joule.Tables;

namespace Joule.Cli.Commands;

/// <summary><c>joule score MODEL INPUT</c>: writes the energy of every image or row.</summary>
internal sealed class ScoreCommand : JouleCommand
{
    private const int MostFloats = 1 << 18; // of a batch of rows

    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "The images: a folder of PNG files (or of one such folder per class), an NPY or IDX file (gzipped or not), an NPZ "
            + "archive or one of its arrays (FILE.npz:NAME), or a dataset's name, for example mnist:test. For a model of a table, a table, "
            + "or - for rows on standard input.",
    };

    private readonly ReadingOptions _reading = new();
    private readonly DecisionOptions _decisions = new();
    private readonly Option<bool> _marginal = new("--marginal")
    {
        Description = "For rows with missing cells: the energy of the cells that are there, integrated over the others, instead of that "
            + "with medians in their place. Needs an energy with a tree (preset anomaly).",
    };

    private readonly StreamOptions _stream = new();

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description = "Answer a row of a table that does not fit with its error, in a column of its own, and go on. Default: the first one "
            + "ends the command (exit code 2) after the answers before it.",
    };

    private readonly Option<string?> _output = SharedOptions.Text("--out", "FILE.csv", "The file for the table. Default: standard output.");
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "score",
            "Write the energy of every image or row, in nats, as a CSV table 'index,name,energy'. Low is likely, high is unusual. A "
            + "calibrated model adds the columns 'p_value,anomaly'.\n\n"
            + "The p-value is (1 + calibration energies at or above the row's) / (n + 1): a normal row has one of at most R with a "
            + "probability of at most R. A row is an anomaly if its p-value is at most the alarm rate ('joule threshold' shows it).\n\n"
            + "CSV, TSV and NDJSON are read as a stream of any length, also from standard input (-): a row in, an answer out, in the form "
            + "of the input, each written at once unless --false-discovery-rate needs all rows.\n\n"
            + "The name is the image's file name if each image has its own file, or a table's identifier; otherwise INPUT#index. With "
            + "--json the table is written only to --out, and the JSON object has count, mean, sd, min, max, out, reading (type, shape, "
            + "layout, range, left_out, notes, warnings), and for a calibrated model calibration and anomalies. The energy "
            + "of an image does not depend on the other images of the input.",
            new Example("joule score runs/mine mnist:test --out energies.csv", "Score the test images of MNIST."),
            new Example(
                "joule score runs/mine batch.csv --false-discovery-rate 0.1",
                "Call rows anomalies so that at most 10% of them are normal."),
            new Example(
                "joule score runs/mine - --format ndjson --keep-going", "Score rows as they come: tail -f events.ndjson | joule score …"),
            new Example("joule score runs/mine ~/pictures | sort -t, -k3 -g | tail", "Find the most unusual pictures of a folder."));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_marginal, _output, _threads, _json, _quiet])
            command.Add(option);
        _reading.AddTo(command);
        _decisions.AddTo(command);
        _stream.AddTo(command);
        command.Add(_keepGoing);
        OnRun(command, Score);
        return command;
    }

    private int Score(ParseResult parsed, CommandContext context)
    {
        string? output = parsed.GetValue(_output);
        string input = parsed.GetRequiredValue(_input), file = Model.Find(parsed.GetRequiredValue(_model));
        if (output is not null)
            new OutputFile(file, input, Model.Describe(file).Config.Data.Source).Check(output, "--out", OutputKind.Table);
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        DecisionRule? rule = _decisions.Rule(parsed, model.Calibration, parsed.GetRequiredValue(_model), context.Error);
        if (parsed.GetValue(_marginal) && input == StreamOptions.StandardInput)
            throw new InvalidInputException($"{_marginal.Name} reads a file: rows on standard input cannot be integrated. Save them first.");
        if (!parsed.GetValue(_marginal) && _stream.IsStream(parsed, input, model))
            return ScoreRows(parsed, context, input, output, model, device, rule);
        DataRequest request = _reading.For(parsed, model.Config, context) with { RefusesUnknown = !_stream.AcceptsUnknown(parsed) };
        StateSet states = model.Transform.Open(input, request);
        ReadingText.Say(states, input, parsed.GetValue(_quiet), context.Error);
        float[] energies;
        using (RunProgress progress = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            progress.Start("score", states.Count);
            Action<int> report = done => progress.Report(done, "");
            energies = parsed.GetValue(_marginal)
                ? MarginalEnergies.Run(device, model.Energy, states, report, context.Cancellation)
                : EnergyOfStates.Run(device, model.Energy, states, report, context.Cancellation);
        }
        RowDecisions? decisions = rule?.Decide(energies);
        string source = Path.Exists(input) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) : states.Name;
        bool json = parsed.GetValue(_json);
        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
                EnergyTable.Write(writer, energies, states, source, decisions);
            });
        }
        else if (!json)
            EnergyTable.Write(context.Output, energies, states, source, decisions);
        string noun = states.Noun == "image" ? "an image" : $"a {states.Noun}";
        EnergyStatistics statistics = EnergyStatistics.Of(energies, $"energy of {noun}");
        ScoreSummary summary = new(statistics.Count, statistics.Mean, statistics.Deviation, statistics.Min, statistics.Max)
        {
            Rule = rule,
            Anomalies = decisions?.Anomalies ?? 0,
            Noun = states.Noun,
        };
        summary.Write(context.Output, output, json, states.Reading?.Details);
        return ExitCodes.Success;
    }

    private int ScoreRows(
        ParseResult parsed, CommandContext context, string input, string? output, Model model, Device device, DecisionRule? rule)
    {
        bool json = parsed.GetValue(_json), keepsGoing = parsed.GetValue(_keepGoing);
        using Scorer scorer = Scorer.Of(model, device, new ScorerOptions
        {
            AlarmRate = rule?.Calibration.AlarmRate,
            AcceptUnknown = true, // the stream refuses what is unknown, with line and column
            Batch = Math.Clamp(MostFloats / model.Energy.Space.Width, 1, 1024),
        });
        using RowStream rows = _stream.Open(parsed, input, model, context);
        AnswerFormat answers = new(
            _stream.FormatOf(parsed, input) == RowFormat.Ndjson, rule is not null, keepsGoing, StreamOptions.SourceOf(input));
        RowScoring scoring = new(scorer, answers, keepsGoing, rule?.FalseDiscoveryRate);
        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
                scoring.Run(RowPump.Read(rows, context.Cancellation), writer, () => true, context.Cancellation).GetAwaiter().GetResult();
            });
        }
        else
        {
            TextWriter writer = json ? TextWriter.Null : context.Output;
            Func<bool> isRead = context.Output is ResultWriter results && !json ? () => results.HasReader : () => true;
            scoring.Run(RowPump.Read(rows, context.Cancellation), writer, isRead, context.Cancellation).GetAwaiter().GetResult();
        }
        StateReading reading = StreamText.Of(rows, model);
        ReadingText.Say(reading, "row", input == StreamOptions.StandardInput ? rows.Name : input, parsed.GetValue(_quiet), context.Error);
        if (scoring.Problems > 0)
            context.Error.WriteLine(StreamText.Problems(scoring.Problems, rows.Count));
        (double mean, double deviation, float min, float max) = scoring.Statistics;
        ScoreSummary summary = new(scoring.Count, mean, deviation, min, max)
        {
            Rule = rule,
            Anomalies = scoring.Anomalies,
            Problems = keepsGoing ? scoring.Problems : null,
        };
        summary.Write(context.Output, output, json, reading.Details);
        return ExitCodes.Success;
    }
}
