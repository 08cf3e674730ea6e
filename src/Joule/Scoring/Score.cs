namespace Joule.Scoring;

/// <summary>What a model says about one row or image.</summary>
/// <param name="Energy">Its energy, in nats: low is likely.</param>
/// <param name="PValue">
/// Its p-value among the model's calibration rows; a normal row has one of at most R with a probability of at most R. Null: the model is
/// not calibrated.
/// </param>
/// <param name="IsAnomaly">Whether the p-value is at most the alarm rate; null: the model is not calibrated.</param>
public readonly record struct Score(float Energy, double? PValue, bool? IsAnomaly);
