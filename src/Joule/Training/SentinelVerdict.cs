using System.Globalization;

namespace Joule.Training;

/// <summary>The severity of a verdict.</summary>
public enum SentinelLevel
{
    /// <summary>Nothing new.</summary>
    Fine,

    /// <summary>A figure has left its range: a first sign that may pass or become a divergence.</summary>
    Warning,

    /// <summary>The training has diverged.</summary>
    Diverged,
}

/// <summary>The sentinel's reasons. Events and summaries use these names in snake_case.</summary>
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

    /// <summary>The gradient norm is far above its recent mean.</summary>
    GradientNorm,

    /// <summary>The negatives have become alike.</summary>
    BufferAlike,

    /// <summary>Chains no longer move.</summary>
    ChainsStuck,

    /// <summary>Chains cross a good part of the domain in every update instead of following the energy.</summary>
    ChainsJump,

    /// <summary>The loss of an objective without negatives rises above its recent range, or far above that of untrained weights.</summary>
    LossGrows,

    /// <summary>Young chains lag behind the weights: their energies are far above those of older chains.</summary>
    ChainsLag,

    /// <summary>Data are told from noise or from copies of themselves without fail, so that little more is learned.</summary>
    ToldApart,

    /// <summary>At the start: the noise is larger than the data.</summary>
    NoiseDrowns,

    /// <summary>At the end of an epoch: the gradient has vanished and the energies of the data are alike.</summary>
    NothingLearned,

    /// <summary>At the end of an epoch: noise has a lower energy than the validation data.</summary>
    NoiseLikelier,

    /// <summary>At the end of an epoch: the energies of the model's samples are far from those of the data.</summary>
    SamplesFar,

    /// <summary>At the end of an epoch: the model's samples are alike.</summary>
    SamplesAlike,
}

/// <summary>A verdict of the sentinel.</summary>
/// <param name="Level">The severity.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Value">The figure: a median over the last updates, or the figure of an epoch.</param>
/// <param name="Limit">The limit that it passed.</param>
public readonly record struct SentinelVerdict(SentinelLevel Level, SentinelReason Reason, double Value, double Limit)
{
    private const string MoreSteps = "Chains do not reach the states that the model finds likely: give them more steps, "
        + "or a step size that fits the data (objective.negatives.steps, objective.negatives.sampler.step_size)";

    /// <summary>Whether value and limit are in spreads of the energies instead of nats.</summary>
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
            SentinelReason.GapGrows when InSpreads =>
                "the gap between the energies of data and negatives grows: {0} times their spread, and the limit is {1}",
            SentinelReason.GapGrows => "the gap between the energies of data and negatives grows: {0} nats, and the limit is {1}",
            SentinelReason.EnergiesFlat => "all energies have become the same: their spread is {0} nats, and the limit is {1}",
            SentinelReason.Walls =>
                "the chains are at the walls of the domain: their share of pixels there exceeds that of the data by {0}, "
                + "and the limit is {1}",
            SentinelReason.GradientNorm => "the gradient of the parameters grows: its norm is {0}, and the limit is {1}",
            SentinelReason.BufferAlike =>
                "the negatives have become alike: they differ {0} times as much as the data do, and the limit is {1}",
            SentinelReason.ChainsStuck =>
                "the chains no longer move: {0} times as far as their noise alone would carry them, and the limit is {1}",
            SentinelReason.ChainsJump => "the chains jump: an update carries a pixel across {0} of the domain, and the limit is {1}",
            SentinelReason.ChainsLag =>
                "young chains lag behind the weights: they lie {0} spreads of the data's energies above older chains, and the limit is {1}",
            SentinelReason.LossGrows => "the loss grows: it is {0} above its recent mean or its first value, and the limit is {1}",
            SentinelReason.ToldApart =>
                "the data are told from what they are compared with without fail: their weight is {0}, below {1}, and little more is "
                + "learned. The noise is unlike the data: bring it closer to them",
            SentinelReason.NoiseDrowns =>
                "the noise is larger than the data: its standard deviation is {0} times theirs, and the limit is {1}. The data cannot be "
                + "learned through it: lower training.data_noise, or the smallest noise of the objective or of its chains",
            SentinelReason.NothingLearned when InSpreads =>
                "nothing is learned: the chains start from the data and end {0} spreads of the energies away, below {1}. "
                + "The energy is shaped only at the data: use objective.negatives.type=buffer",
            SentinelReason.NothingLearned =>
                "nothing is learned: the norm of the gradient is {0}, below {1}, and the energies of the data are alike. "
                + "Chains that start from the data and barely leave them teach nothing: give them more or longer steps, "
                + "or use objective.negatives.type=buffer",
            SentinelReason.NoiseLikelier =>
                "noise is likelier than the data: the validation CD is {0} nats and should lie below {1}. "
                + "The model has learned something other than the data: lower training.data_noise, or give the chains more steps",
            SentinelReason.SamplesFar when InSpreads && Value < 0 =>
                "samples of the model lie far below the data: at {0} spreads of the energies of the data, and the limit is {1}. "
                + "Training chains do not get as far as sampling chains: give them more steps (objective.negatives.steps)",
            SentinelReason.SamplesFar when InSpreads =>
                "samples of the model lie far above the data: at {0} spreads of the energies of the data, and the limit is {1}. "
                + MoreSteps,
            SentinelReason.SamplesFar =>
                "samples of the model lie far from the data: they are {0} of the way from the energy of the data to that of noise, "
                + "and the limit is {1}. " + MoreSteps,
            SentinelReason.SamplesAlike =>
                "samples of the model look alike: they differ {0} times as much as the data do, and the limit is {1}. "
                + "Chains end in one place: start more of them afresh (objective.negatives.fresh_share), raise the noise, "
                + "or lower the learning rate",
            _ => "{0}, and the limit is {1}",
        };
        return string.Format(CultureInfo.InvariantCulture, what, Round(Value), Round(Limit));
    }

    private static string Round(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
