using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Joule.Networks;
using Joule.States;

namespace Joule.Runs;

/// <summary>What a training that started from a model has moved: <c>moved</c> of summary.json.</summary>
/// <param name="Weights">The length of the change of all weights, divided by their length before.</param>
/// <param name="Tensors">The same for each tensor, largest first.</param>
/// <param name="Rows">The rows that both models were evaluated on: those that epochs are judged by.</param>
/// <param name="EnergyBefore">Their mean energy under the model that the training started from, in nats.</param>
/// <param name="EnergyAfter">Their mean energy under the trained model, in nats.</param>
/// <param name="RankCorrelation">
/// Spearman's rank correlation of the two energies: 1 where the order of the rows is unchanged; NaN where an energy is constant.
/// </param>
/// <param name="AlarmRate">
/// The share of normal rows that the first model was calibrated to call anomalies; null: it is not calibrated.
/// </param>
/// <param name="Alarms">The share of the rows that the first model calls anomalies; null: it is not calibrated.</param>
public sealed record ModelShift(
    double Weights,
    IReadOnlyList<KeyValuePair<string, double>> Tensors,
    int Rows,
    double EnergyBefore,
    double EnergyAfter,
    double RankCorrelation,
    double? AlarmRate,
    double? Alarms)
{
    /// <summary>The probability of naming any column falsely.</summary>
    public const double ColumnLevel = 0.01;

    /// <summary>
    /// The columns whose distribution in the training rows differs from that in the training rows of the first model
    /// (<see cref="ProfileTest"/>); null: the first model keeps none, as those of images and of earlier versions.
    /// </summary>
    public IReadOnlyList<MovedColumn>? Columns { get; init; }

    /// <summary>
    /// Compares a trained model with the one that its training started from; null where that cannot be done, which is then noted.
    /// </summary>
    internal static ModelShift? Find(
        Device device, WarmStart start, Model model, DataSets data, RollbackControl control, CancellationToken cancellation)
    {
        try
        {
            using Model before = start.Load(device);
            return Of(device, before, model, data.Judges, cancellation) with
            {
                Columns = data.Counts.Count > 0 ? ColumnDrift.Find(data.Counts, ColumnLevel) : null,
            };
        }
        catch (DivergenceException e)
        {
            control.Note("moved", e.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            control.Note("moved", "the run was stopped before it was measured what has moved");
        }
        return null;
    }

    /// <summary>Compares a trained model with the one that its training started from.</summary>
    /// <param name="device">The device.</param>
    /// <param name="start">The first model.</param>
    /// <param name="model">The trained one.</param>
    /// <param name="rows">The rows that both are evaluated on.</param>
    /// <param name="cancellation">Cancels between blocks of rows.</param>
    /// <exception cref="DivergenceException">An energy is not finite.</exception>
    internal static ModelShift Of(Device device, Model start, Model model, StateSet rows, CancellationToken cancellation)
    {
        double changed = 0, all = 0;
        List<KeyValuePair<string, double>> tensors = [];
        foreach (Parameter parameter in model.Trained.Tensors)
        {
            float[] before = start.Values(parameter), after = model.Values(parameter);
            double change = 0, length = 0;
            for (int i = 0; i < before.Length; i++)
            {
                double d = (double)after[i] - before[i];
                (change, length) = (change + d * d, length + (double)before[i] * before[i]);
            }
            tensors.Add(new(parameter.Name, Share(change, length)));
            (changed, all) = (changed + change, all + length);
        }
        float[] first = EnergyOfStates.Run(device, start.Energy, rows, null, cancellation);
        float[] second = EnergyOfStates.Run(device, model.Energy, rows, null, cancellation);
        Calibration? calibration = start.Calibration;
        return new ModelShift(
            Share(changed, all),
            [.. tensors.OrderByDescending(t => t.Value)],
            rows.Count,
            first.Average(e => (double)e),
            second.Average(e => (double)e),
            Evaluation.RankCorrelation.Spearman(first, second),
            calibration?.AlarmRate,
            calibration is null ? null : first.Count(calibration.IsAnomaly) / (double)first.Length);
    }

    /// <summary>The figures for programs.</summary>
    public JsonObject ToJson() => new()
    {
        ["weights"] = Number(Weights),
        ["tensors"] = new JsonObject(Tensors.Select(t => new KeyValuePair<string, JsonNode?>(t.Key, Number(t.Value)))),
        ["rows"] = Rows,
        ["energy_before"] = EnergyBefore,
        ["energy_after"] = EnergyAfter,
        ["rank_correlation"] = Number(RankCorrelation),
        ["alarm_rate"] = AlarmRate,
        ["alarms"] = Alarms,
        ["columns"] = Columns is null ? null : new JsonArray([.. Columns.Select(c => new JsonObject
        {
            ["name"] = c.Name,
            ["p_value"] = c.PValue,
            ["what"] = c.What,
        })]),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static double Share(double change, double length) => length > 0 ? Math.Sqrt(change / length) : change > 0 ? double.NaN : 0;
}
