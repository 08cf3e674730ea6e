using System.Globalization;
using Joule.Training;

namespace Joule.Runs;

/// <summary>Why a run cannot go on as it is.</summary>
/// <param name="Verdict">What was seen.</param>
/// <param name="Text">The same in words, without a full stop.</param>
/// <param name="Figures">The figures of the update, kept; none where it came to none.</param>
public sealed record RunTrouble(SentinelVerdict Verdict, string Text, TrainingFigures Figures)
{
    /// <summary>Something became non-finite within an update or a validation.</summary>
    public static RunTrouble Of(DivergenceException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new RunTrouble(new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, e.Value, 0),
            string.Create(CultureInfo.InvariantCulture, $"the {e.Quantity} became {e.Value}{(e.Chain >= 0 ? $" in row {e.Chain}" : "")}"), default);
    }
}

/// <summary>A run has diverged, and may not be mended once more.</summary>
public sealed class RunDivergedException : JouleException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">What was seen, without a full stop.</param>
    /// <param name="rollbacks">The times that it had diverged before.</param>
    /// <param name="lastGood">The file of its last good state, or null.</param>
    /// <param name="model">The file with that state's model, or null.</param>
    /// <param name="advice">What can be done; null for what is said of most.</param>
    public RunDivergedException(string reason, IReadOnlyList<Rollback> rollbacks, string? lastGood, string? model, string? advice = null)
        : base(Text(reason, rollbacks, lastGood, model, advice)) =>
        Rollbacks = rollbacks;

    /// <summary>The times that it had diverged before, and was mended.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; }

    private static string Text(string reason, IReadOnlyList<Rollback> rollbacks, string? lastGood, string? model, string? advice)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        string before = rollbacks.Count == 0 ? "" : $" {RollbackLog.Line(rollbacks, isMended: false)}";
        string kept = lastGood is null ? "There is no whole state in its folder to go back to." : $"Its last good state is {lastGood}, and {model} holds the model of that.";
        return $"The training has diverged: {reason}.{before} {kept} {advice ?? Advice(rollbacks.Count)}";
    }

    private static string Advice(int rollbacks) => "Try a lower learning rate, clipped gradients, or chains with more steps (or shorter ones, where they jump)"
        + $"{(rollbacks == 0 ? ", or let the run mend itself with --rollbacks" : "")}.";
}
