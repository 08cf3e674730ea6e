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

    /// <summary>Chains cross a good part of the domain in every update instead of following the energy.</summary>
    ChainsJump,

    /// <summary>The loss of an objective without negatives rises above its recent range.</summary>
    LossGrows,

    /// <summary>At the end of an epoch: the gradient has vanished and the energies of the data are alike.</summary>
    NothingLearned,

    /// <summary>At the end of an epoch: noise has a lower energy than the data that validate.</summary>
    NoiseLikelier,

    /// <summary>At the end of an epoch: the model's samples lie far from the energies of the data.</summary>
    SamplesFar,

    /// <summary>At the end of an epoch: the model's samples are alike.</summary>
    SamplesAlike,
}

/// <summary>What the sentinel says of an update.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="Value">The figure, averaged over a few updates.</param>
/// <param name="Limit">The value beyond which it is as bad as that.</param>
public readonly record struct SentinelVerdict(SentinelLevel Level, SentinelReason Reason, double Value, double Limit)
{
    /// <summary>Whether value and limit are multiples of the spread of the energies, not nats.</summary>
    public bool InSpreads { get; init; }

    /// <summary>The verdict in words, without a full stop.</summary>
    public override string ToString()
    {
        if (Reason is SentinelReason.None)
            return "nothing is wrong";
        if (Reason is SentinelReason.NonFinite)
            return string.Create(CultureInfo.InvariantCulture, $"a figure became {Value}");
        string what = Reason switch
        {
            SentinelReason.EnergiesRunAway => "the mean energies run away: {0} nats, and the limit is {1}",
            SentinelReason.GapGrows when InSpreads => "the gap between the energies of data and negatives grows: {0} times their spread, and the limit is {1}",
            SentinelReason.GapGrows => "the gap between the energies of data and negatives grows: {0} nats, and the limit is {1}",
            SentinelReason.EnergiesFlat => "all energies have become the same: their spread is {0} nats, and the limit is {1}",
            SentinelReason.Walls => "the chains are at the walls of the domain: their share of pixels there exceeds that of the data by {0}, and the limit is {1}",
            SentinelReason.GradientNorm => "the gradient of the parameters grows: its norm is {0}, and the limit is {1}",
            SentinelReason.BufferAlike => "the negatives have become alike: they differ {0} times as much as the data do, and the limit is {1}",
            SentinelReason.ChainsStuck => "the chains no longer move: {0} times as far as their noise alone would carry them, and the limit is {1}",
            SentinelReason.ChainsJump => "the chains jump about: an update carries a pixel over {0} of the domain, and the limit is {1}",
            SentinelReason.LossGrows => "the loss grows: it is {0} above its recent mean, and the limit is {1}",
            SentinelReason.NothingLearned when InSpreads => "nothing is learned: the chains start from the data and end where they started, {0} spreads of the energies away, below {1}. "
                + "The energy is shaped where data are and nowhere else: use objective.negatives.type=buffer",
            SentinelReason.NothingLearned => "nothing is learned: the norm of the gradient is {0}, below {1}, and the energies of the data are alike. "
                + "Chains that start from the data and barely leave it teach nothing: give them more steps or longer ones, or use objective.negatives.type=buffer",
            SentinelReason.NoiseLikelier => "noise is likelier than the data: the validation CD is {0} nats and should lie below {1}. "
                + "The model has learned something else than the data: lower training.data_noise, or give the chains more steps",
            SentinelReason.SamplesFar when InSpreads && Value < 0 => "samples of the model lie far below the data: at {0} spreads of the energies of the data, and the limit is {1}. "
                + "Chains of the training do not get where those of the sampling do: give them more steps (objective.negatives.steps)",
            SentinelReason.SamplesFar when InSpreads => "samples of the model lie far above the data: at {0} spreads of the energies of the data, and the limit is {1}. "
                + "Chains do not reach what the model takes for likely: give them more steps, or a step size that fits the data (objective.negatives.steps, objective.negatives.sampler.step_size)",
            SentinelReason.SamplesFar => "samples of the model lie far from the data: they are {0} of the way from the energy of the data to that of noise, and the limit is {1}. "
                + "Chains do not reach what the model takes for likely: give them more steps, or a step size that fits the data (objective.negatives.steps, objective.negatives.sampler.step_size)",
            SentinelReason.SamplesAlike => "samples of the model look alike: they differ {0} times as much as the data do, and the limit is {1}. "
                + "Chains end in one place: start more of them afresh (objective.negatives.fresh_share), raise the noise, or lower the learning rate",
            _ => "{0}, and the limit is {1}",
        };
        return string.Format(CultureInfo.InvariantCulture, what, Round(Value), Round(Limit));
    }

    private static string Round(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
