using Joule.Objectives;

namespace Joule.Training;

/// <summary>One time that a training went back.</summary>
/// <param name="Update">The update at which it had diverged.</param>
/// <param name="Epoch">The epoch of that update, from 1.</param>
/// <param name="Reason">Why.</param>
/// <param name="Value">The figure that said so.</param>
/// <param name="Limit">What it was compared with.</param>
/// <param name="FirstSign">The update of the first sign of it.</param>
/// <param name="BackTo">The update that it went back to.</param>
/// <param name="Mending">How it went on from there.</param>
public sealed record Rollback(long Update, int Epoch, SentinelReason Reason, double Value, double Limit, long FirstSign, long BackTo, Mending Mending);

/// <summary>
/// What is changed when a training has diverged; what was changed stays changed. What helps is slower weights and faster chains: the learning rate is halved and,
/// where the chains had found the data before and lost them, they get half as many steps more. Where a mended training diverges again soon, the learning rate falls
/// by the square of the factor before, at most to a 64th at once and to a 1024th in all. Where chains jump about in their domain instead of following the energy,
/// neither helps: then it is the chains' step size that falls so. The energy regularisation stays as it is: raising it hastens a collapse.
/// </summary>
public static class MendingPolicy
{
    private const double Rate = 0.5, Steps = 1.5, MostSteps = 4;
    private const double LeastRate = 1.0 / 64;
    private const double LeastOfAll = 1.0 / 1024; // a run that needs less is not mended but stands still
    private const double JumpShare = 0.2; // of the domain's width; chains of a buffer that learns move by half of that or less

    /// <summary>How the next attempt differs from the configuration.</summary>
    /// <param name="rollbacks">All earlier ones, in order.</param>
    /// <param name="update">The update at which the training has diverged now.</param>
    /// <param name="soon">Fewer updates than this since the last one are soon.</param>
    /// <param name="jumps">Whether its chains jump: see <see cref="ChainsJump"/>.</param>
    /// <param name="settled">Whether its chains had found the data before.</param>
    public static Mending Next(IReadOnlyList<Rollback> rollbacks, long update, long soon, bool jumps = false, bool settled = false)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        Mending last = rollbacks.Count == 0 ? Mending.None : rollbacks[^1].Mending;
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

    /// <summary>Whether chains of a buffer jump about in their domain: negatives and data come apart while an update carries a chain over a good part of it.</summary>
    /// <param name="reason">Why the training has diverged.</param>
    /// <param name="movement">How far a chain moved in the last update, as <see cref="FigureRole.Movement"/> says.</param>
    /// <param name="width">The width of the domain, in the same units.</param>
    public static bool ChainsJump(SentinelReason reason, double movement, double width) =>
        reason is SentinelReason.ChainsJump || (reason is SentinelReason.GapGrows or SentinelReason.Walls or SentinelReason.BufferAlike && movement > JumpShare * width);

    // How many times in a row the training diverged soon after it had been mended.
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
