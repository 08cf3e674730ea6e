using Joule.Objectives;

namespace Joule.Training;

/// <summary>A rollback of a training.</summary>
/// <param name="Update">The update at which it diverged.</param>
/// <param name="Epoch">The epoch of that update, from 1.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Value">The figure that showed it.</param>
/// <param name="Limit">Its limit.</param>
/// <param name="FirstSign">The update of the first sign.</param>
/// <param name="BackTo">The update that was restored.</param>
/// <param name="Adjustment">The adjustments from there on.</param>
public sealed record Rollback(
    long Update,
    int Epoch,
    SentinelReason Reason,
    double Value,
    double Limit,
    long FirstSign,
    long BackTo,
    Adjustment Adjustment);

/// <summary>
/// How a training is adjusted after a divergence; adjustments accumulate. Slower weights and faster chains help: the learning rate is
/// halved, and chains that had found the data and lost them get half as many steps more. If an adjusted training soon diverges again, the
/// learning rate falls by the square of the previous factor, to at most a 64th at once and a 1024th in all. If chains jump across their
/// domain instead of following the energy, neither helps; then their step size falls in the same way. The energy regularisation stays:
/// raising it hastens a collapse.
/// </summary>
public static class AdjustmentPolicy
{
    private const double Rate = 0.5, Steps = 1.5, MostSteps = 4;
    private const double LeastRate = 1.0 / 64;
    private const double LeastOfAll = 1.0 / 1024; // a run that needs less stands still instead of recovering
    private const double JumpShare = 0.2; // of the domain's width; chains of a buffer that learns move half of that or less

    /// <summary>The adjustments of the next attempt, relative to the configuration.</summary>
    /// <param name="rollbacks">All earlier rollbacks, in order.</param>
    /// <param name="update">The update of the current divergence.</param>
    /// <param name="soon">A divergence counts as soon after a rollback below this many updates.</param>
    /// <param name="jumps">Whether the chains jump (<see cref="ChainsJump"/>).</param>
    /// <param name="settled">Whether the chains had found the data before.</param>
    public static Adjustment Next(IReadOnlyList<Rollback> rollbacks, long update, long soon, bool jumps = false, bool settled = false)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        Adjustment last = rollbacks.Count == 0 ? Adjustment.None : rollbacks[^1].Adjustment;
        double factor = Rate;
        for (int i = Again(rollbacks, update, soon); i > 0; i--)
            factor = Math.Max(factor * factor, LeastRate);
        return jumps
            ? last with { Attempt = last.Attempt + 1, StepSize = Math.Max(last.StepSize * factor, LeastOfAll) }
            : last with
            {
                Attempt = last.Attempt + 1,
                LearningRate = Math.Max(last.LearningRate * factor, LeastOfAll),
                Steps = settled ? Math.Max(last.Steps, Math.Min(last.Steps * Steps, MostSteps)) : last.Steps,
            };
    }

    /// <summary>
    /// Whether chains of a buffer jump: negatives and data drift apart while an update carries a chain across a good part of the domain.
    /// </summary>
    /// <param name="reason">The reason of the divergence.</param>
    /// <param name="movement">How far a chain moved in the last update (<see cref="FigureRole.Movement"/>).</param>
    /// <param name="width">The width of the domain, in the same units.</param>
    public static bool ChainsJump(SentinelReason reason, double movement, double width) =>
        reason is SentinelReason.ChainsJump
        || (reason is SentinelReason.GapGrows or SentinelReason.Walls or SentinelReason.BufferAlike && movement > JumpShare * width);

    // How many times in a row the training diverged soon after a rollback.
    private static int Again(IReadOnlyList<Rollback> rollbacks, long update, long soon)
    {
        int count = 0;
        for (int i = rollbacks.Count - 1; i >= 0 && update - rollbacks[i].BackTo < soon; i--)
        {
            count++;
            update = rollbacks[i].Update;
        }
        return count;
    }
}
