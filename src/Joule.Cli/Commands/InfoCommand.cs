using System.CommandLine;
using System.Text.Json.Nodes;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Networks;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary>
/// <c>joule info MODEL</c>: what a model is, from the head of its file. Only for tables does it also read the weights and some rows, to
/// measure what each column contributes to the energy.
/// </summary>
internal sealed class InfoCommand : JouleCommand
{
    private readonly Argument<string> _model = SharedOptions.Model();
    private readonly Option<string?> _data = SharedOptions.Text(
        "--data", "FILE",
        "For tables: the rows that measure each column's contribution to the energy. Default: the test rows of the model's data.");

    private readonly DeviceOption _device = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "info",
            "Show what a model is: its states, its layers with shapes and sizes, how it was trained and how it is sampled.\n\n"
            + "For a table, also its columns, their transforms, and what each contributes to the energy (permutation importance): the rise "
            + "of the mean energy, in nats, when every row takes that column from another row.\n\n"
            + "With --device gpu, also how a GPU runs it: chains and threads of a block and whether they were found by timing (--tune), "
            + "shared memory, and how many chains run at once; or why it cannot.",
            new Example("joule info runs/mine", "Describe the model of a run."),
            new Example("joule info model.safetensors --json", "Describe a model file, as JSON."),
            new Example("joule info runs/mine --device gpu", "Say how the GPU runs the model."),
            new Example("joule info runs/mine --device gpu --tune", "Find the fastest blocks for many chains, and keep them."),
            new Example("joule info runs/table --data more.csv", "Measure the columns of a table on other rows."))
        {
            _model,
            _data,
            _json,
        };
        _device.AddTo(command);
        OnRun(command, Info);
        return command;
    }

    private int Info(ParseResult parsed, CommandContext context)
    {
        string file = Model.Find(parsed.GetRequiredValue(_model));
        ModelDescription description = Model.Describe(file);
        RunConfig config = description.Config;
        IReadOnlyList<LayerRow> layers = config.Energy.ListLayers(description.Space.Shape);
        StateSpace space = description.Space;
        InfoOfDevice? onDevice = null;
        if (_device.IsGiven(parsed))
        {
            using Device device = _device.Open(parsed, context);
            onDevice = InfoOfDevice.Of(device, file, description, layers);
        }
        double[]? carries = description.Transform.Columns.Count > 0 ? Carries(file, parsed.GetValue(_data), context) : null;
        if (parsed.GetValue(_json))
            WriteJson(context.Output, file, space, description, layers, carries, onDevice);
        else
        {
            WriteText(context.Output, file, space, description, layers, carries);
            onDevice?.WriteText(context.Output);
        }
        return ExitCodes.Success;
    }

    // A model can be described without its data, so missing data are an error only if --data named them.
    private static double[]? Carries(string file, string? data, CommandContext context)
    {
        using Device device = Device.Cpu(Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        StateSet rows;
        try
        {
            rows = data is null
                ? model.OpenData(context.Error.WriteLine, context.Cancellation).Test
                : model.Transform.Open(data, new DataRequest(model.Config.Seed, context.Error.WriteLine, context.Cancellation));
        }
        catch (InvalidInputException e) when (data is null)
        {
            context.Error.WriteLine($"joule: warning: the columns' contributions to the energy were not measured: {e.Message} "
                + "Give rows with --data FILE.");
            return null;
        }
        return rows.Count < 2 ? null : ColumnImportance.Run(device, model.Energy, rows, model.Transform.Columns, context.Cancellation);
    }

    private static void WriteText(
        TextWriter output, string file, StateSpace space, ModelDescription description, IReadOnlyList<LayerRow> layers, double[]? carries)
    {
        RunConfig config = description.Config;
        output.WriteLine($"Model       {file}, {new FileInfo(file).Length:N0} bytes");
        output.WriteLine($"Preset      {config.Preset}{(config.Summary.Length > 0 ? ": " : "")}{config.Summary}");
        output.WriteLine($"Trained on  {config.Data.Source}, {Counted.Of(config.Training.Epochs, "epoch")} planned, "
            + $"batch {config.Training.Batch}, seed {config.Seed}");
        if (description.Data is { } data)
        {
            output.WriteLine($"Data        {data.Describe()}");
            foreach (string warning in data.Warnings)
                output.WriteLine($"            warning: {warning}");
        }
        if (ModelCalibration.Read(file) is { } calibration)
            output.WriteLine($"Calibrated  {CalibrationText.Line(calibration)}");
        output.WriteLine($"State       {space}{description.Transform.Note}");
        ChainInfo.WriteText(output, config);
        output.WriteLine();
        if (description.Transform.Columns.Count > 0)
        {
            ColumnTable.Write(output, description.Transform.Columns, carries);
            output.WriteLine();
        }
        TextTable.Write(output, [">layer", "type", ">output", ">parameters"],
            [
                ["", "state", space.Shape.ToString(), ""],
                .. layers.Select(row => (IReadOnlyList<string>)
                    [row.Index.ToString(), row.Type, row.Output.ToString(), row.Parameters > 0 ? $"{row.Parameters:N0}" : ""]),
                ["", "total", "", $"{layers.Sum(row => (long)row.Parameters):N0}"],
            ]);
    }

    private static void WriteJson(
        TextWriter output,
        string file,
        StateSpace space,
        ModelDescription description,
        IReadOnlyList<LayerRow> layers,
        double[]? carries,
        InfoOfDevice? onDevice) => JsonLine.Write(output, json =>
    {
        json.WriteString("model", file);
        json.WriteNumber("bytes", new FileInfo(file).Length);
        json.WriteString("preset", description.Config.Preset);
        json.WriteStartArray("shape");
        foreach (int side in (int[])[space.Shape.Channels, space.Shape.Height, space.Shape.Width])
            json.WriteNumberValue(side);
        json.WriteEndArray();
        JsonLine.Number(json, "low", space.Low);
        JsonLine.Number(json, "high", space.High);
        json.WriteNumber("parameters", layers.Sum(row => (long)row.Parameters));
        json.WriteStartArray("layers");
        foreach (LayerRow row in layers)
        {
            json.WriteStartObject();
            json.WriteString("type", row.Type);
            json.WriteStartArray("output");
            foreach (int side in (int[])[row.Output.Channels, row.Output.Height, row.Output.Width])
                json.WriteNumberValue(side);
            json.WriteEndArray();
            json.WriteNumber("parameters", row.Parameters);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (description.Transform.Columns.Count > 0)
            ColumnTable.Json(json, description.Transform.Columns, carries);
        ChainInfo.WriteJson(json, description.Config);
        ReadingText.Json(json, description.Data?.ReadingDetails());
        if (ModelCalibration.Read(file) is { } calibration)
            CalibrationText.Json(json, calibration);
        onDevice?.WriteJson(json);
        json.WritePropertyName("data");
        if (description.Data is { } data)
            data.Details().WriteTo(json);
        else
            json.WriteNullValue();
        json.WritePropertyName("config");
        ((JsonNode)description.Config.ToJson()).WriteTo(json);
    });
}
