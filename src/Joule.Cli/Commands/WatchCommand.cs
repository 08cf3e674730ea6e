using System.CommandLine;
using System.Runtime.CompilerServices;
using Joule.Cli.Streams;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Scoring;
using Joule.Tables;

namespace Joule.Cli.Commands;

/// <summary><c>joule watch MODEL INPUT</c>: follows a stream of rows, and says when it is no longer what the model expects.</summary>
internal sealed class WatchCommand : JouleCommand
{
    private const int MostFloats = 1 << 18; // of a batch of rows

    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "A table in CSV, TSV or NDJSON, or - for rows on standard input.",
    };

    private readonly StreamOptions _stream = new();

    private readonly Option<int> _window = SharedOptions.Number(
        "--window", "N",
        "Rows between two reports, and rows of a window: the columns of each N rows are compared with the training rows. 20 to 1000000; "
            + "fewer if the columns are very many.",
        20, 1_000_000, 1000);

    private readonly Option<double> _level = SharedOptions.Number(
        "--drift-level", "D",
        "The probability of ever raising a false alarm of drift, and that of ever naming a column falsely; above 0 and below 1.",
        0.0, 1.0, 0.01);

    private readonly Option<bool> _keepGoing = new("--keep-going")
    {
        Description = "Report a row that does not fit, and go on. Default: it ends the command (exit code 2).",
    };

    private readonly Option<ulong> _seed = SharedOptions.Seed();
    private readonly Option<int?> _threads = SharedOptions.Threads();

    private readonly Option<bool> _json = new("--json") { Description = "Write a JSON object a line to standard output, for each event." };

    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "watch",
            "Follow a stream of rows, and report its alarm rate, drift and the columns that moved.\n\n"
            + "Needs a calibrated model of a table. Every N rows (--window) and at the end: the share of anomalies with its 95% interval, "
            + "the promised alarm rate, and the share in the last N rows.\n\n"
            + "Drift: each energy is ranked among the calibration energies and all earlier rows; a betting martingale grows if the ranks "
            + "are not uniform. On rows that are like those before them it ever exceeds 1/D with a probability of at most D, however long "
            + "the stream.\n\n"
            + "Columns: those whose distribution in the last N rows differs from the training rows; with a probability of at least 1 − D "
            + "none is ever named falsely. A model of an earlier version keeps no distribution of its training rows; then the first N rows "
            + "of the stream are the reference. With --json: one object for each event (state, drift, columns, error).",
            new Example("joule watch runs/mine rows.csv", "Follow a file from its beginning."),
            new Example("joule watch runs/mine - --format ndjson --json --keep-going", "Follow standard input, and write JSON."));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_window, _level, _keepGoing, _seed, _threads, _json, _quiet])
            command.Add(option);
        _stream.AddTo(command);
        OnRun(command, Watch);
        return command;
    }

    private int Watch(ParseResult parsed, CommandContext context)
    {
        string input = parsed.GetRequiredValue(_input), name = parsed.GetRequiredValue(_model);
        DriftMartingale drift = new(parsed.GetValue(_level));
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(name, device);
        if (!_stream.IsStream(parsed, input, model))
            throw new InvalidInputException($"{input} is not a stream of rows for this model. Give a table in CSV, TSV or NDJSON, or -.");
        Calibration calibration = model.Calibration ?? throw ModelCalibration.Missing(name);
        if (CalibrationText.Warning(calibration, calibration.AlarmRate) is { } warning)
            context.Error.WriteLine(warning);
        using Scorer scorer = Scorer.Of(model, device, new ScorerOptions
        {
            AcceptUnknown = true, // the stream refuses what is unknown, with line and column
            Batch = Math.Clamp(MostFloats / model.Energy.Space.Width, 1, 1024),
        });
        using RowStream rows = _stream.Open(parsed, input, model, context);
        ColumnDrift columns = new(scorer.Columns, parsed.GetValue(_window), drift.Level, model.Transform.Profiles);
        if (!parsed.GetValue(_quiet))
        {
            context.Error.WriteLine("The reference of the columns is the "
                + (columns.IsFromTraining ? $"{Counted.Of(model.Transform.Profiles[0].Rows, "training row")} of the model"
                    : $"first {Counted.Of(columns.Window, "row")} of the stream, because the model is of an earlier version and keeps no "
                        + "distribution of its training rows")
                + (calibration.Step > 1
                    ? "; that of drift is the earlier rows of the stream, as the model keeps only a sketch of its calibration energies."
                    : $"; that of drift is the {calibration.Count:N0} calibration energies and all earlier rows."));
        }
        WatchReport report = new(context.Output, parsed.GetValue(_json), calibration.AlarmRate, drift);
        StreamWatch watch = new(report, drift, new OnlineRanks(calibration, parsed.GetValue(_seed)), columns,
            parsed.GetValue(_keepGoing), parsed.GetValue(_window));
        watch.Run(scorer, rows, context).GetAwaiter().GetResult();
        ReadingText.Say(StreamText.Of(rows, model), "row", rows.Name, parsed.GetValue(_quiet), context.Error);
        return ExitCodes.Success;
    }

    /// <summary>The state of one stream.</summary>
    private sealed class StreamWatch(
        WatchReport report, DriftMartingale drift, OnlineRanks ranks, ColumnDrift columns, bool keepsGoing, int window)
    {
        private readonly Queue<(long Rows, IReadOnlyList<MovedColumn> Moved)> _moved = new();
        private long _rows;
        private long _errors;
        private long _alarms;
        private (long Alarms, long Rows) _recent;

        public async Task Run(Scorer scorer, RowStream rows, CommandContext context)
        {
            Func<bool> isRead = context.Output is ResultWriter results ? () => results.HasReader : () => true;
            IAsyncEnumerable<RawRow> read = Looked(RowPump.Read(rows, context.Cancellation), context.Cancellation);
            await foreach (ScoredRow row in scorer.ScoreAsync(read, context.Cancellation).ConfigureAwait(false))
            {
                Take(row);
                if (_rows % window != 0)
                    continue;
                report.State(_rows, _errors, _alarms, _recent);
                _recent = (0, 0);
                if (!isRead())
                    return;
            }
            if (columns.Finish() && columns.Moved.Count > 0)
                report.Moved(_rows, columns.Compared, columns.IsFromTraining, columns.Moved);
            if (_rows % window != 0)
                report.State(_rows, _errors, _alarms, _recent);
        }

        // The columns are seen before the row is scored, while its cells are there.
        private async IAsyncEnumerable<RawRow> Looked(
            IAsyncEnumerable<RawRow> rows, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (RawRow row in rows.WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (row.Problem is null && columns.Add(row.Cells.Span) && columns.Moved.Count > 0)
                    _moved.Enqueue((row.Index + 1, columns.Moved));
                yield return row;
            }
        }

        private void Take(in ScoredRow row)
        {
            _rows++;
            if (row.Problem is { } problem)
            {
                if (!keepsGoing)
                    throw problem;
                _errors++;
                report.Error(_rows, problem.Message);
                return;
            }
            long alarm = row.Score.IsAnomaly == true ? 1 : 0;
            _alarms += alarm;
            _recent = (_recent.Alarms + alarm, _recent.Rows + 1);
            if (drift.Next(ranks.Next(row.Score.Energy)))
                report.Drifted(_rows);
            while (_moved.TryPeek(out (long Rows, IReadOnlyList<MovedColumn> Moved) moved) && moved.Rows <= _rows)
                report.Moved(moved.Rows, columns.Window, columns.IsFromTraining, _moved.Dequeue().Moved);
        }
    }
}
