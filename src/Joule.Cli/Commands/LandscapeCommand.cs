using System.CommandLine;
using System.Globalization;
using Joule.Cli.Files;
using Joule.Cli.Plots;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;
using ScottPlot;

namespace Joule.Cli.Commands;

/// <summary><c>joule landscape MODEL</c>: draws the energy of a model over the plane, or over the plane through three of its states.</summary>
internal sealed class LandscapeCommand : JouleCommand
{
    private const string FileName = "landscape.png";
    private static readonly string[] Letters = ["A", "B", "C"];

    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Option<string[]> _through = new("--through")
    {
        HelpName = "A B C",
        Description = "The three states that the plane passes through: each the number of a row of the data, from 0, or a file with one "
            + "state. Default: the first three rows, of different labels where there are labels. Not for points, which lie in a plane.",
        Arity = new ArgumentArity(3, 3),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "NAME|PATH", "The data that rows are taken from. Default: the test part of the model's data.");

    private readonly ReadingOptions _reading = new();

    private readonly Option<string?> _output = SharedOptions.Text(
        "--out", "FILE.png", $"Where the picture goes. Default: {FileName} in the run's folder, or here for a model file.");

    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "landscape",
            "Draw the energy of a model: of points over their plane, of anything else over the plane through three states.\n\n"
            + "For points, the picture also shows the data, samples, and the known density where there is one, with the Kullback-Leibler "
            + "divergence from it by quadrature. In the plane through three states A, B and C, distances are those of the states. Energies "
            + "are in nats.",
            new Example("joule landscape runs/moons", "Draw landscape.png in the run's folder."),
            new Example("joule landscape runs/digits --through 3 17 21 --out plane.png", "Draw the plane through three test digits."))
        {
            _model, _through, _data, _output, _threads, _json,
        };
        _reading.AddTo(command);
        OnRun(command, Landscape);
        return command;
    }

    private int Landscape(ParseResult parsed, CommandContext context)
    {
        string given = parsed.GetRequiredValue(_model), file = Model.Find(given);
        (RunConfig config, DataTransform transform) = Model.Describe(file);
        string own = Path.Combine(Directory.Exists(given) ? given : "", FileName);
        string picture = parsed.GetValue(_output) ?? own;
        string? data = parsed.GetValue(_data);
        string[] through = parsed.GetValue(_through) ?? [];
        bool isPoints = PointMap.Fits(transform.Space);
        if (isPoints && through.Length > 0)
            throw new InvalidInputException("--through lays a plane through three states, and the states of this model are points in one.");
        if (!isPoints && !StatePlane.Fits(transform.Space))
        {
            throw new InvalidInputException($"A landscape needs states that vary continuously in two numbers or more; those of this model "
                + $"are {transform.Space}.");
        }
        OutputFile.Extension(picture, "--out", ".png");
        new OutputFile([file, data, config.Data.Source, .. through]).Check(
            picture, parsed.GetValue(_output) is null ? "The picture" : "--out", OutputKind.Picture, Directory.Exists(given) ? own : null);
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        DataRequest request = _reading.For(parsed, config, context);
        if (isPoints)
        {
            DataSets sets = data is null ? OpenData(model, context) : transform.OpenSets(data, 0, request);
            void Warn(string message) => context.Error.WriteLine($"joule: warning: {message}");
            DensityDivergence? divergence = LandscapeOfPoints.Compare(device, model.Energy, sets, Warn, context.Cancellation);
            string title = LandscapeOfPoints.Title(config.Preset, file);
            LandscapeOfPoints.Save(device, model, sets, divergence, title, picture, Warn, context.Cancellation);
            Report(parsed.GetValue(_json), context.Output, picture, divergence, []);
            return ExitCodes.Success;
        }
        // Rows are read only where one is asked for.
        Lazy<StateSet> rows = new(() => data is null ? OpenData(model, context).Test : transform.Open(data, request));
        (string Name, float[] State)[] states = through.Length == 0 ? FirstThree(rows.Value)
            : [.. through.Select(word => Read(word, rows, transform, request))];
        StatePlane plane = new(states[0].State, states[1].State, states[2].State);
        EnergyGrid grid = EnergyGrid.Over(model.Energy, plane.Horizontal, plane.Vertical, device, plane.State);
        double[] energies = [.. plane.States.Select(at => EnergyAt(grid, at))];
        Draw(model, file, grid, plane, states, energies, picture);
        Report(parsed.GetValue(_json), context.Output, picture, null, [.. states.Select((s, i) => (s.Name, energies[i]))]);
        return ExitCodes.Success;
    }

    private static DataSets OpenData(Model model, CommandContext context) =>
        MovedData.Open(() => model.OpenData(context.Error.WriteLine, context.Cancellation), "--data NAME|PATH");

    private static void Draw(Model model, string file, EnergyGrid grid, StatePlane plane, (string Name, float[] State)[] states,
        double[] energies, string picture)
    {
        float[] finite = [.. grid.Energies.ToArray().Where(float.IsFinite).Order()];
        double lowest = finite.Length == 0 ? 0 : finite[0];
        double top = energies.Where(double.IsFinite).Select(e => 1.3 * (e - lowest)).DefaultIfEmpty(0).Max();
        top = Math.Max(top, finite.Length == 0 ? 1 : finite[finite.Length / 2] - lowest);
        string summary = "the plane through " + string.Join(", ", states.Select((state, i) => string.Create(
            CultureInfo.InvariantCulture, $"{Letters[i]} ({state.Name}, {energies[i]:0.##} nats)")));
        LandscapeDraws draws = new([], "", [], "")
        {
            Named = [.. plane.States.Select((at, i) => (at, Letters[i]))],
        };
        using Sheet sheet = LandscapePlot.Draw($"{LandscapeOfPoints.Title(model.Config.Preset, file)}: landscape", summary, grid,
            new EnergyBands(lowest, top > 0 ? top : 1), ("distance from A towards B", "distance from the line A to B"), draws);
        sheet.Save(picture);
    }

    private static double EnergyAt(EnergyGrid grid, Coordinates at) =>
        grid[(at.X - grid.Horizontal.Low) / grid.Horizontal.Span, (at.Y - grid.Vertical.Low) / grid.Vertical.Span];

    private static (string Name, float[] State) Read(string word, Lazy<StateSet> rows, DataTransform transform, DataRequest request)
    {
        bool isRow = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        StateSet set = isRow ? rows.Value : transform.OpenOne(word, request);
        if (isRow && index >= set.Count)
            throw new InvalidInputException($"--through names row {index}, and {set.Name} has the rows 0 to {set.Count - 1}.");
        if (!isRow && set.Count != 1)
            throw new InvalidInputException($"--through {word} holds {Counted.Of(set.Count, "state")}; a file with one is needed.");
        float[] state = new float[set.Space.Width];
        set.Read(index, state);
        return (isRow ? $"row {index}" : Path.GetFileName(word), state);
    }

    private static (string Name, float[] State)[] FirstThree(StateSet rows)
    {
        List<(string, float[])> states = [];
        HashSet<int> labels = [];
        for (int row = 0; row < rows.Count && states.Count < 3; row++)
        {
            if (rows.Labels is { Levels.Count: >= 3 } known && !labels.Add(known.Values[row]))
                continue;
            float[] state = new float[rows.Space.Width];
            rows.Read(row, state);
            states.Add(($"row {row}", state));
        }
        return states.Count == 3 ? [.. states]
            : throw new InvalidInputException($"{rows.Name} has {Counted.Of(rows.Count, "row")}; a plane needs three states.");
    }

    private static void Report(bool asJson, TextWriter output, string picture, DensityDivergence? divergence,
        IReadOnlyList<(string Name, double Energy)> states)
    {
        if (!asJson)
        {
            output.WriteLine(picture);
            if (divergence is not null)
                output.WriteLine(DivergenceText.Line(divergence));
            return;
        }
        JsonLine.Write(output, json =>
        {
            json.WriteString("out", picture);
            DivergenceText.Json(json, divergence);
            json.WriteStartArray("states");
            foreach ((string name, double energy) in states)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                JsonLine.Number(json, "energy", energy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }
}
