using System.Globalization;

namespace Joule.Training;

/// <summary>How bad it is.</summary>
public enum SentinelLevel
{
    /// <summary>Nothing new.</summary>
    Fine,

    /// <summary>A figure has left its range: the first sign of something that may pass or become a divergence.</summary>
    Warning,

    /// <summary>The training has diverged.</summary>
    Diverged,
}

/// <summary>What the sentinel watches. The names in events and summaries are these in snake_case.</summary>
public enum SentinelReason
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An energy, a gradient or a loss is not finite.</summary>
    NonFinite,

    /// <summary>Mean energies leave their recent range or a fixed limit.</summary>
    EnergiesRunAway,

    /// <summary>The gap between data and negatives leaves its recent range, or is larger than the spread of the energies.</summary>
    GapGrows,

    /// <summary>All energies have become the same.</summary>
    EnergiesFlat,

    /// <summary>Pixels of the negatives are at the walls of the domain where those of the data are not.</summary>
    Walls,

    /// <summary>The gradient is far larger than it was.</summary>
    GradientNorm,

    /// <summary>The negatives have become alike.</summary>
    BufferAlike,

    /// <summary>Chains no longer move.</summary>
    ChainsStuck,
}

/// <summary>What the sentinel says of an update.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="Value">The figure, averaged over a few updates.</param>
/// <param name="Limit">The value beyond which it is as bad as that.</param>
public readonly record struct SentinelVerdict(SentinelLevel Level, SentinelReason Reason, double Value, double Limit)
{
    /// <summary>The verdict in words, without a full stop.</summary>
    public override string ToString()
    {
        if (Reason is SentinelReason.None)
            return "nothing is wrong";
        if (Reason is SentinelReason.NonFinite)
            return string.Create(CultureInfo.InvariantCulture, $"a figure became {Value}");
        string what = Reason switch
        {
            SentinelReason.EnergiesRunAway => "the mean energies run away: {0} nats, and {1} is the limit",
            SentinelReason.GapGrows => "the gap between the energies of data and negatives grows: {0} spreads of the energies, and {1} is the limit",
            SentinelReason.EnergiesFlat => "all energies have become the same: their spread is {0} nats, and {1} is the least",
            SentinelReason.Walls => "the chains are at the walls of the domain: of their pixels a share of {0} more than of the data's, and {1} is the limit",
            SentinelReason.GradientNorm => "the gradient of the parameters grows: {0}, and {1} is the limit",
            SentinelReason.BufferAlike => "the negatives have become alike: they differ {0} times as much as the data do, and {1} is the least",
            _ => "the chains no longer move: {0} times as far as their noise alone would carry them, and {1} is the least",
        };
        return string.Format(CultureInfo.InvariantCulture, what, Round(Value), Round(Limit));
    }

    private static string Round(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
