namespace Joule.Scoring;

/// <summary>How a <see cref="Scorer"/> decides.</summary>
public sealed record ScorerOptions
{
    /// <summary>The alarm rate, above 0 and below 1; null: the model's own.</summary>
    public double? AlarmRate { get; init; }

    /// <summary>Whether a model without a calibration is refused, so that every score has a p-value.</summary>
    public bool RequireCalibration { get; init; }

    /// <summary>
    /// Whether levels and missing values that no training row had are accepted: a level then counts as none of the known ones, and the
    /// median replaces a number. By default they are errors.
    /// </summary>
    public bool AcceptUnknown { get; init; }

    /// <summary>
    /// Whether missing values are integrated over: the energy of a row is then −ln ∫ exp(−E) over its missing columns
    /// (<see cref="Evaluation.MarginalEnergies"/>), and missing values are accepted in all columns. By default the median, or what the
    /// model has learnt of missing values, takes their place. Rows without missing values have the same energy either way. For tables.
    /// </summary>
    public bool Marginal { get; init; }

    /// <summary>The most rows that <c>ScoreAsync</c> reads ahead and scores together, 1 to 4096.</summary>
    public int Batch { get; init; } = 256;
}
