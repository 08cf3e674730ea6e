using System.CommandLine;
using Joule.Cli.Terminal;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Runs;
using Joule.States;

namespace Joule.Cli.Commands;

/// <summary><c>joule threshold MODEL</c>: shows or changes when a model calls a row an anomaly, without training it again.</summary>
internal sealed class ThresholdCommand : JouleCommand
{
    private readonly Argument<string> _model = SharedOptions.Model();

    private readonly Option<double?> _alarmRate = SharedOptions.Share(
        "--alarm-rate", "R", "The new alarm rate: the share of normal rows that may be called anomalies, above 0 and below 1.");

    private readonly Option<string?> _calibrate = SharedOptions.Text(
        "--calibrate", "NAME|PATH",
        "Normal rows or images that the model was not trained on. Their energies replace the model's calibration.");

    private readonly ReadingOptions _reading = new();
    private readonly Option<int?> _threads = SharedOptions.Threads();
    private readonly Option<bool> _json = SharedOptions.Json();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public override Command Build()
    {
        DocumentedCommand command = new(
            "threshold",
            "Show or change when a model calls a row an anomaly: its calibration and its alarm rate.\n\n"
            + "A calibrated model keeps the energies of normal rows that it was not trained on. A row whose p-value among them is at most "
            + "the alarm rate is an anomaly. With --alarm-rate or --calibrate the model file is replaced atomically; its weights keep "
            + "their bytes.",
            new Example("joule threshold runs/mine", "Show the calibration: rows, alarm rate, threshold energy, smallest p-value."),
            new Example("joule threshold runs/mine --alarm-rate 0.001", "Expect one false alarm in 1,000 normal rows."),
            new Example("joule threshold runs/mine --calibrate normal.csv", "Calibrate a trained model."));
        command.Add(_model);
        foreach (Option option in (Option[])[_alarmRate, _calibrate, _threads, _json, _quiet])
            command.Add(option);
        _reading.AddTo(command);
        OnRun(command, Run);
        return command;
    }

    private int Run(ParseResult parsed, CommandContext context)
    {
        string given = parsed.GetRequiredValue(_model), file = Model.Find(given);
        double? rate = parsed.GetValue(_alarmRate);
        if (rate is double r)
            Calibration.CheckAlarmRate(r);
        Calibration calibration;
        if (parsed.GetValue(_calibrate) is string source)
            calibration = Calibrate(file, source, rate, parsed, context);
        else if (_reading.Given(parsed) is { } option)
            throw new InvalidInputException($"{option} says how images are read: it needs --calibrate with images.");
        else
        {
            calibration = ModelCalibration.Read(file) ?? throw ModelCalibration.Missing(given);
            if (rate is double own)
                calibration = calibration.With(own);
        }
        if (rate is not null || parsed.GetValue(_calibrate) is not null)
            ModelCalibration.Write(file, calibration);
        if (CalibrationText.Warning(calibration, calibration.AlarmRate) is { } warning)
            context.Error.WriteLine(warning);
        if (parsed.GetValue(_json))
        {
            JsonLine.Write(context.Output, json =>
            {
                json.WriteString("model", file);
                CalibrationText.Json(json, calibration);
            });
            return ExitCodes.Success;
        }
        WriteText(context.Output, file, calibration);
        return ExitCodes.Success;
    }

    private Calibration Calibrate(string file, string source, double? rate, ParseResult parsed, CommandContext context)
    {
        using Device device = Device.Cpu(parsed.GetValue(_threads) ?? Environment.ProcessorCount);
        using Model model = Model.Load(file, device);
        StateSet rows = model.Transform.Open(source, _reading.For(parsed, model.Config, context));
        CalibrationRows.Check(rows.Count, source, rows.Noun);
        bool quiet = parsed.GetValue(_quiet);
        ReadingText.Say(rows, source, quiet, context.Error);
        using RunProgress progress = RunProgress.Create(context.Error, quiet);
        progress.Start("calibrate", rows.Count);
        float[] energies = EnergyOfStates.Run(device, model.Energy, rows, done => progress.Report(done, ""), context.Cancellation);
        return Calibration.Of(energies, rate ?? model.Calibration?.AlarmRate ?? model.Config.AlarmRate, source);
    }

    private static void WriteText(TextWriter output, string file, Calibration calibration)
    {
        output.WriteLine($"Model             {file}");
        output.WriteLine($"Calibrated on     {Counted.Of(calibration.Count, "row")}");
        output.WriteLine($"Alarm rate        {CalibrationText.Number(calibration.AlarmRate)}");
        output.WriteLine("Threshold         " + (calibration.IsBlind ? "none: no row can be an anomaly at this rate"
            : $"{CalibrationText.Number(calibration.Threshold)} nats: rows above it are anomalies"));
        output.WriteLine($"Smallest p-value  {CalibrationText.Number(calibration.SmallestPValue)}");
        if (calibration.Error > 0)
        {
            double exact = (Calibration.ExactTail + 1.0) / (calibration.Count + 1);
            output.WriteLine($"P-values          exact below {CalibrationText.Number(exact)}, above it rounded up by at most "
                + CalibrationText.Number(calibration.Error));
        }
    }
}
