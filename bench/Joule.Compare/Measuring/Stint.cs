namespace Joule.Compare.Measuring;

/// <summary>How long a case is measured.</summary>
/// <param name="Budget">Time for warm-up and all rounds; a round in progress at its end is finished.</param>
/// <param name="FewestRounds">The minimum number of rounds.</param>
/// <param name="MostRounds">The maximum number of rounds.</param>
/// <param name="Measurement">The target duration of one measurement; short work is repeated.</param>
/// <param name="WarmUp">
/// How long Joule runs before the first round, so that its code reaches its final compilation; the peers run for a quarter of that.
/// </param>
internal sealed record Stint(TimeSpan Budget, int FewestRounds, int MostRounds, TimeSpan Measurement, TimeSpan WarmUp)
{
    /// <summary>A careful measurement.</summary>
    public static Stint Full { get; } = new(TimeSpan.FromSeconds(12), 3, 15, TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(600));

    /// <summary>A measurement within a case's share of a fixed total time.</summary>
    public static Stint Quick(TimeSpan budget) => new(budget, 1, 5, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(200));
}
