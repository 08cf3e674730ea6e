namespace Joule.Evaluation;

/// <summary>A figure with a 95% interval of the bootstrap (percentiles; Efron and Tibshirani 1993, chapter 13).</summary>
/// <param name="Value">The figure; NaN if it is not defined.</param>
/// <param name="Low">The 2.5% percentile of the resamples; NaN if none is defined.</param>
/// <param name="High">The 97.5% percentile.</param>
public readonly record struct FigureInterval(double Value, double Low, double High);

/// <summary>The share of the anomalies that is found when at most a number of normal rows are above the threshold.</summary>
/// <param name="FalseAlarms">That number.</param>
/// <param name="Rate">The share.</param>
public readonly record struct DetectionAt(int FalseAlarms, FigureInterval Rate);

/// <summary>How well energies tell anomalies from normal rows.</summary>
/// <param name="Normal">Number of normal rows.</param>
/// <param name="Anomalies">Number of anomalies.</param>
/// <param name="Auroc">The probability that an anomaly has a higher energy than a normal row; ties count half.</param>
/// <param name="AveragePrecision">
/// Σ (Rᵢ − Rᵢ₋₁) Pᵢ over all thresholds, with recall R and precision P, as scikit-learn's <c>average_precision_score</c> has it.
/// </param>
/// <param name="At">The detection rate at numbers of false alarms.</param>
public sealed record DetectionFigures(
    int Normal, int Anomalies, FigureInterval Auroc, FigureInterval AveragePrecision, IReadOnlyList<DetectionAt> At)
{
    /// <summary>
    /// The share of anomalies among the rows above the model's threshold, NaN if there are none; null without a threshold.
    /// </summary>
    public FigureInterval? Precision { get; init; }

    /// <summary>The share of the anomalies that is above the model's threshold; null without a threshold.</summary>
    public FigureInterval? Recall { get; init; }

    /// <summary>The harmonic mean of precision and recall; null without a threshold.</summary>
    public FigureInterval? F1 { get; init; }
}
