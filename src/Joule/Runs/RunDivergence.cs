using System.Globalization;
using Joule.Training;

namespace Joule.Runs;

/// <summary>A divergence of a run.</summary>
/// <param name="Verdict">The sentinel's verdict.</param>
/// <param name="Text">The same in words, without a full stop.</param>
/// <param name="Figures">A copy of the update's figures; empty if the update did not complete.</param>
public sealed record RunDivergence(SentinelVerdict Verdict, string Text, TrainingFigures Figures)
{
    /// <summary>The divergence of a non-finite value in an update or a validation.</summary>
    public static RunDivergence Of(DivergenceException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new RunDivergence(new SentinelVerdict(SentinelLevel.Diverged, SentinelReason.NonFinite, e.Value, 0),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the {e.Quantity} became {e.Value}{(e.Chain >= 0 ? $" in row {e.Chain}" : "")}"),
                default);
    }
}

/// <summary>A run has diverged and has no rollbacks left.</summary>
public sealed class RunDivergedException : JouleException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">What was seen, without a full stop.</param>
    /// <param name="rollbacks">The rollbacks before.</param>
    /// <param name="lastGood">The file of its last good state, or null.</param>
    /// <param name="model">The file of that state's model, or null.</param>
    /// <param name="advice">What to do; null: the general advice.</param>
    public RunDivergedException(string reason, IReadOnlyList<Rollback> rollbacks, string? lastGood, string? model, string? advice = null)
        : base(Text(reason, rollbacks, lastGood, model, advice)) =>
        Rollbacks = rollbacks;

    /// <summary>The rollbacks before the last divergence.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; }

    private static string Text(string reason, IReadOnlyList<Rollback> rollbacks, string? lastGood, string? model, string? advice)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        string before = rollbacks.Count == 0 ? "" : $" {RollbackLog.Line(rollbacks, isMended: false)}";
        string kept = lastGood is null
            ? "Its folder has no good state to go back to."
            : $"Its last good state is {lastGood}, and {model} holds that state's model.";
        return $"The training has diverged: {reason}.{before} {kept} {advice ?? Advice(rollbacks.Count)}";
    }

    private static string Advice(int rollbacks) =>
        "Try a lower learning rate, clipped gradients, or chains with more steps (or shorter ones, where they jump)"
        + $"{(rollbacks == 0 ? ", or allow rollbacks with --rollbacks" : "")}.";
}
