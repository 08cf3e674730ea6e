using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Joule.Cli.Files;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule score MODEL INPUT</c>: writes the energy of every image or row.</summary>
internal sealed class ScoreCommand : JouleCommand
{
    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "The images: a folder of PNG files (or of one such folder per class), an NPY or IDX file (gzipped or not), an NPZ "
            + "archive or one of its arrays (FILE.npz:NAME), or a dataset's name, for example mnist:test. For a model of a table, a table.",
    };

    private readonly ReadingOptions _reading = new();
    private readonly DecisionOptions _decisions = new();
    private readonly Option<bool> _marginal = new("--marginal")
    {
        Description = "For rows with missing cells: the energy of the cells that are there, integrated over the others, instead of that "
            + "with medians in their place. Needs an energy with a tree (preset anomaly).",
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
            + "The name is the image's file name if each image has its own file, or a table's identifier; otherwise INPUT#index. With "
            + "--json the table is written only to --out, and the JSON object has count, mean, sd, min, max, out, reading (type, shape, "
            + "layout, range, left_out, notes, warnings), and for a calibrated model calibration and anomalies. The energy "
            + "of an image does not depend on the other images of the input.",
            new Example("joule score runs/mine mnist:test --out energies.csv", "Score the test images of MNIST."),
            new Example(
                "joule score runs/mine batch.csv --false-discovery-rate 0.1",
                "Call rows anomalies so that at most 10% of them are normal."),
            new Example("joule score runs/mine ~/pictures | sort -t, -k3 -g | tail", "Find the most unusual pictures of a folder."));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_marginal, _output, _threads, _json, _quiet])
            command.Add(option);
        _reading.AddTo(command);
        _decisions.AddTo(command);
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
        StateSet states = model.Transform.Open(input, _reading.For(parsed, model.Config, context));
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
        if (json)
            WriteJson(context.Output, statistics, output, states.Reading?.Details, decisions);
        else if (output is not null)
        {
            context.Output.WriteLine($"{output}: {statistics.Count:N0} {(statistics.Count == 1 ? "energy" : "energies")}, "
                + $"mean {statistics.Mean:0.####}, sd {statistics.Deviation:0.####}, "
                + $"from {statistics.Min:0.####} to {statistics.Max:0.####}"
                + (decisions is null ? "" : $"; {decisions.Describe(states.Noun)}"));
        }
        return ExitCodes.Success;
    }

    private static void WriteJson(
        TextWriter writer,
        EnergyStatistics statistics,
        string? output,
        JsonObject? reading,
        RowDecisions? decisions) => JsonLine.Write(writer, json =>
    {
        json.WriteNumber("count", statistics.Count);
        JsonLine.Number(json, "mean", statistics.Mean);
        JsonLine.Number(json, "sd", statistics.Deviation);
        JsonLine.Number(json, "min", statistics.Min);
        JsonLine.Number(json, "max", statistics.Max);
        json.WriteString("out", output);
        ReadingText.Json(json, reading);
        decisions?.WriteJson(json);
    });
}
