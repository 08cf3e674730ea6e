namespace Joule.Compare.Measuring;

/// <summary>How long a case is measured.</summary>
/// <param name="Budget">Time for warming up and all rounds; the round that is under way when it is over is finished.</param>
/// <param name="FewestRounds">Rounds that are made in any case.</param>
/// <param name="MostRounds">Rounds after which it is enough.</param>
/// <param name="Measurement">How long one measurement should take: short work is repeated until it does.</param>
/// <param name="WarmUp">
/// How long Joule runs before the first round, until its code is compiled for good; the peers run for a quarter of it.
/// </param>
internal sealed record Stint(TimeSpan Budget, int FewestRounds, int MostRounds, TimeSpan Measurement, TimeSpan WarmUp)
{
    /// <summary>A careful measurement.</summary>
    public static Stint Full { get; } = new(TimeSpan.FromSeconds(12), 3, 15, TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(600));

    /// <summary>The share of a case where many must be done within a fixed time.</summary>
    public static Stint Quick(TimeSpan budget) => new(budget, 1, 5, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(200));
}
