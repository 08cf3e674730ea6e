using System.CommandLine;
using System.Text.Json;
using Joule.Evaluation;
using Joule.Runs;

namespace Joule.Cli.Commands;

/// <summary>Options that say which rows are anomalies.</summary>
internal sealed class DecisionOptions
{
    private readonly Option<double?> _alarmRate = SharedOptions.Share(
        "--alarm-rate", "R",
        "Call rows with a p-value of at most R anomalies, for this input alone; above 0 and below 1. Default: the model's own rate.");

    private readonly Option<double?> _discoveryRate = SharedOptions.Share(
        "--false-discovery-rate", "Q",
        "Call rows anomalies by the procedure of Benjamini and Hochberg over all rows of the input: on average, at most the share Q of "
            + "them are normal rows; above 0 and below 1. Instead of the alarm rate.");

    private readonly Option<bool> _pValues = new("--p-values")
    {
        Description = "Fail if the model is not calibrated, instead of writing energies alone.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_alarmRate, _discoveryRate, _pValues])
            command.Add(option);
    }

    /// <summary>Whether all rows decide together.</summary>
    public bool HasDiscoveryRate(ParseResult parsed) => parsed.GetValue(_discoveryRate) is not null;

    /// <summary>The rule that decides; null for a model without a calibration.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="calibration">The model's calibration, or null.</param>
    /// <param name="model">The model's path, as given.</param>
    /// <param name="error">Receives a warning if no row can be an anomaly.</param>
    /// <exception cref="InvalidInputException">
    /// A rate is out of range, both rates are given, or decisions are asked of a model without a calibration.
    /// </exception>
    public DecisionRule? Rule(ParseResult parsed, Calibration? calibration, string model, TextWriter error)
    {
        (double? rate, double? discoveries) = (parsed.GetValue(_alarmRate), parsed.GetValue(_discoveryRate));
        if (rate is not null && discoveries is not null)
        {
            throw new InvalidInputException($"{_alarmRate.Name} decides row by row, and {_discoveryRate.Name} over the whole input. Give "
                + "one of the two.");
        }
        if (rate is double alarms)
            Calibration.CheckAlarmRate(alarms);
        if (discoveries is double given)
            FalseDiscoveries.Limit([], given);
        if (calibration is null)
        {
            return rate is null && discoveries is null && !parsed.GetValue(_pValues) ? null : throw ModelCalibration.Missing(model);
        }
        DecisionRule rule = new(rate is double own ? calibration.With(own) : calibration, discoveries);
        if (CalibrationText.Warning(rule.Calibration, discoveries ?? rule.Calibration.AlarmRate) is { } warning)
            error.WriteLine(warning);
        return rule;
    }
}

/// <summary>How rows are called anomalies.</summary>
/// <param name="Calibration">Gives the p-values, and the alarm rate.</param>
/// <param name="FalseDiscoveryRate">The rate of Benjamini and Hochberg's procedure; null: the alarm rate decides.</param>
internal sealed record DecisionRule(Calibration Calibration, double? FalseDiscoveryRate)
{
    /// <summary>Decides about all rows of an input.</summary>
    public RowDecisions Decide(ReadOnlySpan<float> energies)
    {
        double[] pValues = new double[energies.Length];
        for (int i = 0; i < pValues.Length; i++)
            pValues[i] = Calibration.PValue(energies[i]);
        double limit = FalseDiscoveryRate is double rate ? FalseDiscoveries.Limit(pValues, rate) : Calibration.AlarmRate;
        return new RowDecisions(pValues, limit);
    }

    /// <summary>The number of anomalies, in words.</summary>
    /// <param name="anomalies">The number.</param>
    /// <param name="noun">The name of a row.</param>
    public string Describe(long anomalies, string noun) => $"{anomalies:N0} {noun}{(anomalies == 1 ? "" : "s")} called anomalous "
        + (FalseDiscoveryRate is double rate ? $"at the false discovery rate {CalibrationText.Number(rate)}"
            : $"at the alarm rate {CalibrationText.Number(Calibration.AlarmRate)}");

    /// <summary>Writes <c>calibration</c>, <c>false_discovery_rate</c> and <c>anomalies</c>.</summary>
    public void WriteJson(Utf8JsonWriter json, long anomalies)
    {
        CalibrationText.Json(json, Calibration);
        if (FalseDiscoveryRate is double rate)
            json.WriteNumber("false_discovery_rate", rate);
        json.WriteNumber("anomalies", anomalies);
    }
}

/// <summary>The p-values of rows, and which of them are anomalies.</summary>
/// <param name="PValues">The p-values.</param>
/// <param name="Limit">Rows with a p-value of at most this are anomalies.</param>
internal sealed record RowDecisions(IReadOnlyList<double> PValues, double Limit)
{
    /// <summary>Number of anomalies.</summary>
    public int Anomalies => PValues.Count(p => p <= Limit);

    /// <summary>Whether a row is an anomaly.</summary>
    public bool IsAnomaly(int row) => PValues[row] <= Limit;
}
