using System.CommandLine;
using System.Globalization;
using System.Text;
using Joule.Cli.Files;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule classify MODEL INPUT</c>: writes the most probable class of every image or row.</summary>
internal sealed class ClassifyCommand : JouleCommand
{
    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "The images, as for 'joule score': a folder of PNG files, an NPY or IDX file, an NPZ archive or one of its arrays, "
            + "or a dataset's name, for example mnist:test. For a model of a table, a table.",
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Add a column 'p:CLASS' with the probability of every class.",
    };

    private readonly ReadingOptions _reading = new();
    private readonly Option<string?> _output = SharedOptions.Text("--out", "FILE.csv", "The file for the table. Default: standard output.");
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "classify",
            "Write the most probable class of every image or row, as a CSV table 'index,name,class,probability,energy'. The model must "
            + "have learned classes: objective joint_energy, for example the preset 'jem'.\n\n"
            + "The probability is p(class | input). It says nothing about whether the input is like the training data at all: that is what "
            + "the energy, in nats, is for. With --json the table is written only to --out, and the JSON object has count, classes (how "
            + "many of each), mean_probability and out.",
            new Example("joule classify runs/jem mnist:test --out classes.csv", "Classify the test images of MNIST."),
            new Example("joule classify runs/jem ~/pictures --all", "Show the probability of every class."));
        command.Add(_model);
        command.Add(_input);
        foreach (Option option in (Option[])[_all, _output, _threads, _json, _quiet])
            command.Add(option);
        _reading.AddTo(command);
        OnRun(command, Classify);
        return command;
    }

    private int Classify(ParseResult parsed, CommandContext context)
    {
        string? output = parsed.GetValue(_output);
        string input = parsed.GetRequiredValue(_input), file = Model.Find(parsed.GetRequiredValue(_model));
        ModelDescription description = Model.Describe(file);
        if (description.Classes is not { } classes)
        {
            throw new InvalidInputException($"{parsed.GetRequiredValue(_model)} has no classes. Train a model that classifies: joule train "
                + "jem. 'joule score' gives the energies of this one.");
        }
        if (output is not null)
            new OutputFile(file, input, description.Config.Data.Source).Check(output, "--out", OutputKind.Table);
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        if (model.Energy is not IClassifier { Classes: var count } || count != classes.Count)
            throw new InvalidInputException($"{file} names {classes.Count} classes, and its energy gives others. The file was changed.");
        StateSet states = model.Transform.Open(input, _reading.For(parsed, model.Config, context));
        ReadingText.Say(states, input, parsed.GetValue(_quiet), context.Error);
        StateClasses found;
        using (RunProgress progress = RunProgress.Create(context.Error, parsed.GetValue(_quiet)))
        {
            progress.Start("classify", states.Count);
            found = Classification.Run(device, model.Energy, states, done => progress.Report(done, ""), context.Cancellation);
        }
        (double[] probabilities, float[] energies) = found;
        string source = Path.Exists(input) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) : states.Name;
        bool json = parsed.GetValue(_json), all = parsed.GetValue(_all);
        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true);
                Write(writer, classes, probabilities, energies, states, source, all);
            });
        }
        else if (!json)
            Write(context.Output, classes, probabilities, energies, states, source, all);
        if (json)
            WriteJson(context.Output, classes, probabilities, output);
        else if (output is not null)
            context.Output.WriteLine($"{output}: {Counted.Of(states.Count, states.Noun)} in {classes.Count} classes");
        return ExitCodes.Success;
    }

    private static void Write(TextWriter writer, IReadOnlyList<string> classes, double[] probabilities, float[] energies, StateSet states,
        string source, bool all)
    {
        writer.Write("index,name,class,probability,energy");
        foreach (string name in all ? classes : [])
            writer.Write($",{EnergyTable.Field($"p:{name}")}");
        writer.Write('\n');
        for (int i = 0; i < energies.Length; i++)
        {
            ReadOnlySpan<double> row = probabilities.AsSpan(i * classes.Count, classes.Count);
            int top = Classification.Top(row);
            string name = states.HasRowNames ? states.RowName(i) : $"{source}#{i}";
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{i},{EnergyTable.Field(name)},{EnergyTable.Field(classes[top])},{row[top]:0.######},{energies[i]:R}"));
            for (int k = 0; all && k < classes.Count; k++)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{row[k]:0.######}"));
            writer.Write('\n');
        }
    }

    private static void WriteJson(TextWriter writer, IReadOnlyList<string> classes, double[] probabilities, string? output)
    {
        int count = probabilities.Length / classes.Count;
        int[] counts = new int[classes.Count];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> row = probabilities.AsSpan(i * classes.Count, classes.Count);
            int top = Classification.Top(row);
            counts[top]++;
            sum += row[top];
        }
        JsonLine.Write(writer, json =>
        {
            json.WriteNumber("count", count);
            json.WriteStartObject("classes");
            for (int k = 0; k < counts.Length; k++)
                json.WriteNumber(classes[k], counts[k]);
            json.WriteEndObject();
            JsonLine.Number(json, "mean_probability", sum / count);
            json.WriteString("out", output);
        });
    }
}
