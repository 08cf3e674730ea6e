using System.CommandLine;
using System.Security.Cryptography;
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

    private readonly Option<Shard?> _shard = ShardOption.Create();
    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.csv",
        "The file for the table, *.csv; *.ndjson or *.jsonl for answers in that form; with --shard, the folder for the parts. Default: "
        + "standard output.");

    private readonly DeviceOption _device = new();
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
        foreach (Option option in (Option[])[_marginal, _output, _json, _quiet])
            command.Add(option);
        _device.AddTo(command);
        _reading.AddTo(command);
        _decisions.AddTo(command);
        _stream.AddTo(command);
        command.Add(_keepGoing);
        command.Add(_shard);
        OnRun(command, Score);
        return command;
    }

    private int Score(ParseResult parsed, CommandContext context)
    {
        string? output = parsed.GetValue(_output);
        string input = parsed.GetRequiredValue(_input), file = Model.Find(parsed.GetRequiredValue(_model));
        Shard? shard = parsed.GetValue(_shard);
        if (shard is not null)
            CheckShard(parsed, file, input, output);
        else if (output is not null)
        {
            new OutputFile(file, input, Model.Describe(file).Config.Data.Source).Check(output, "--out", OutputKind.Table);
            CheckExtension(output, _stream.FormatOf(parsed, input));
        }
        using Device device = _device.Open(parsed, context);
        using Model model = Model.Load(file, device);
        DecisionRule? rule = _decisions.Rule(parsed, model.Calibration, parsed.GetRequiredValue(_model), context.Error);
        if (_stream.IsStream(parsed, input, model))
            return ScoreRows(parsed, context, file, input, output, model, device, rule);
        DataRequest request = _reading.For(parsed, model.Config, context) with
        {
            RefusesUnknown = !_stream.AcceptsUnknown(parsed),
            IntegratesMissing = parsed.GetValue(_marginal),
        };
        StateSet states = model.Transform.Open(input, request);
        ReadingText.Say(states, input, parsed.GetValue(_quiet), context.Error);
        ShardPart? part = shard is null ? null : PartOf(parsed, shard, file, input, states.Count, HashOf(states), rule);
        if (part is not null && !Begin(part, ref output, parsed.GetValue(_quiet), context))
            return ExitCodes.Success;
        (int first, int count) = part is null ? (0, states.Count) : ((int)part.Range.First, (int)(part.Range.End - part.Range.First));
        float[] energies = [];
        using (RunProgress progress = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            progress.Start("score", count);
            Action<int> report = done => progress.Report(done, "");
            if (parsed.GetValue(_marginal) && count > 0)
                energies = MarginalEnergies.Run(device, model.Energy, states, report, (first, count), context.Cancellation);
            else if (count > 0)
            {
                energies = EnergyOfStates.Run(
                    device, model.Energy, count, (i, state) => states.Read(first + i, state), report, context.Cancellation);
            }
        }
        RowDecisions? decisions = rule?.Decide(energies);
        string source = Path.Exists(input) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) : states.Name;
        bool json = parsed.GetValue(_json);
        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
                EnergyTable.Write(writer, energies, states, source, decisions, first);
            });
            part?.Save(Path.GetDirectoryName(output)!);
        }
        else if (!json)
            EnergyTable.Write(context.Output, energies, states, source, decisions);
        string noun = states.Noun == "image" ? "an image" : $"a {states.Noun}";
        EnergyStatistics statistics = count == 0 ? new EnergyStatistics(0, double.NaN, double.NaN, float.NaN, float.NaN)
            : EnergyStatistics.Of(energies, $"energy of {noun}");
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
        ParseResult parsed, CommandContext context, string file, string input, string? output, Model model, Device device,
        DecisionRule? rule)
    {
        ShardPart? part = parsed.GetValue(_shard) is not { } shard ? null
            : PartOf(parsed, shard, file, input, _stream.CountRows(parsed, input, model), ShardPart.HashOf(input), rule);
        if (part is not null && !Begin(part, ref output, parsed.GetValue(_quiet), context))
            return ExitCodes.Success;
        bool json = parsed.GetValue(_json), keepsGoing = parsed.GetValue(_keepGoing);
        using Scorer scorer = Scorer.Of(model, device, new ScorerOptions
        {
            AlarmRate = rule?.Calibration.AlarmRate,
            AcceptUnknown = true, // the stream refuses what is unknown, with line and column
            Marginal = parsed.GetValue(_marginal),
            Batch = Math.Clamp(MostFloats / model.Energy.Space.Width, 1, 1024),
        });
        using RowStream rows = _stream.Open(parsed, input, model, context, part?.Range, parsed.GetValue(_marginal));
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
            part?.Save(Path.GetDirectoryName(output)!);
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
            context.Error.WriteLine(StreamText.Problems(scoring.Problems, rows.Given));
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

    private static void CheckExtension(string output, RowFormat format)
    {
        if (format == RowFormat.Ndjson)
            OutputFile.Extension(output, "--out", ".ndjson", ".jsonl");
        else
            OutputFile.Extension(output, "--out", ".csv");
    }

    private void CheckShard(ParseResult parsed, string model, string input, string? folder)
    {
        if (folder is null)
            throw new InvalidInputException("--shard writes a part of a table into a folder. Give it: --out DIR.");
        if (input == StreamOptions.StandardInput)
            throw new InvalidInputException("Standard input cannot be divided into parts. Save it to a file, and give that.");
        if (_decisions.HasDiscoveryRate(parsed))
        {
            throw new InvalidInputException("--false-discovery-rate decides over the whole input, and --shard sees a part of it. Use the "
                + "alarm rate, or decide by the p-values of the joined table.");
        }
        if (File.Exists(folder))
            throw new InvalidInputException($"--out {folder} is a file; with --shard it names a folder.");
        new OutputFile(model, input).CheckFolder(folder, "--out");
    }

    private ShardPart PartOf(
        ParseResult parsed, Shard shard, string model, string input, long rows, string identity, DecisionRule? rule)
    {
        RowFormat format = _stream.FormatOf(parsed, input);
        string rate = rule is null ? "no p-values" : $"alarm rate {CalibrationText.Number(rule.Calibration.AlarmRate)}";
        return new ShardPart
        {
            Part = shard.Index,
            Of = shard.Count,
            Model = ShardPart.HashOf(model),
            Input = identity,
            Rows = rows,
            Settings = $"{StreamOptions.SourceOf(Path.TrimEndingDirectorySeparator(input))} as {format}, {rate}"
                + (parsed.GetValue(_keepGoing) ? ", --keep-going" : "") + (_stream.AcceptsUnknown(parsed) ? ", --accept-unknown" : "")
                + (parsed.GetValue(_marginal) ? $", {_marginal.Name}" : ""),
            Extension = format == RowFormat.Ndjson ? ".ndjson" : ".csv",
        };
    }

    // Whether the part must be scored; the output then becomes its file.
    private static bool Begin(ShardPart part, ref string? output, bool isQuiet, CommandContext context)
    {
        string folder = output!;
        output = part.PathIn(folder);
        if (part.IsDone(folder))
        {
            if (!isQuiet)
                context.Error.WriteLine($"{output} is there already.");
            return false;
        }
        Directory.CreateDirectory(folder);
        return true;
    }

    private static string HashOf(StateSet states)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        states.AppendTo(hash);
        for (int i = 0; i < states.Count && states.HasRowNames; i++)
            hash.AppendData(Encoding.UTF8.GetBytes(states.RowName(i) + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
