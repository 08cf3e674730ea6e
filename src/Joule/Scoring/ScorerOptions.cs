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

    /// <summary>The most rows that <c>ScoreAsync</c> reads ahead and scores together, 1 to 4096.</summary>
    public int Batch { get; init; } = 256;
}
