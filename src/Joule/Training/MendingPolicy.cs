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
/// What is changed when a training has diverged: by turns the learning rate is halved, the energy regularisation is doubled and the chains get half as many steps
/// more; what was changed stays changed. Where a mended training diverges again soon, mending was too weak: then the learning rate falls in any case, each
/// time by the square of the factor before, at most to a 64th at once and to a 1024th in all. Where its chains jump about in their domain instead of following the energy,
/// no learning rate helps: then it is the chains' step size that falls so, and the learning rate only in its turn.
/// </summary>
public static class MendingPolicy
{
    private const double Rate = 0.5, Regularization = 2, Steps = 1.5;
    private const double LeastRate = 1.0 / 64;
    private const double LeastOfAll = 1.0 / 1024; // a run that needs less is not mended but stands still
    private const double Most = 1e6; // what a mending may be multiplied up to
    private const double JumpShare = 0.2; // of the domain's width; chains of a buffer that learns move by half of that or less

    /// <summary>How the next attempt differs from the configuration.</summary>
    /// <param name="rollbacks">All earlier ones, in order.</param>
    /// <param name="update">The update at which the training has diverged now.</param>
    /// <param name="soon">Fewer updates than this since the last one are soon.</param>
    /// <param name="jumps">Whether its chains jump: see <see cref="ChainsJump"/>.</param>
    public static Mending Next(IReadOnlyList<Rollback> rollbacks, long update, long soon, bool jumps = false)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        Mending last = rollbacks.Count == 0 ? Mending.None : rollbacks[^1].Mending;
        double rate = 1, weaker = Rate;
        int again = Again(rollbacks, update, soon);
        for (int i = 0; i < again; i++)
            weaker = Math.Max(weaker * weaker, LeastRate);
        int turn = rollbacks.Count % 3;
        bool shortens = jumps && again > 0;
        if (turn == 0 || again > 0)
            rate = shortens ? turn == 0 ? Rate : 1 : weaker;
        return new Mending(last.Attempt + 1, Math.Max(last.LearningRate * rate, LeastOfAll),
            Math.Min(last.Regularization * (turn == 1 ? Regularization : 1), Most), Math.Min(last.Steps * (turn == 2 ? Steps : 1), Most),
            Math.Max(last.StepSize * (shortens ? weaker : 1), LeastOfAll));
    }

    /// <summary>Whether chains of a buffer jump about in their domain: negatives and data come apart while an update carries a chain over a good part of it.</summary>
    /// <param name="reason">Why the training has diverged.</param>
    /// <param name="movement">How far a chain moved in the last update, as <see cref="TrainingFigures.Movement"/> says.</param>
    /// <param name="width">The width of the domain, in the same units.</param>
    public static bool ChainsJump(SentinelReason reason, double movement, double width) =>
        reason is SentinelReason.GapGrows or SentinelReason.Walls && movement > JumpShare * width;

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
