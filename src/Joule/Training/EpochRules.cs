using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// The rules of the sentinel for the end of an epoch: whether a training that did not diverge has learned anything. They warn; nothing goes back for them,
/// since the same configuration would come to the same again.
/// </summary>
public static class EpochRules
{
    private const double Errors = 3; // standard errors of the validation CD that noise has to be likelier by
    private const double LeastDivergence = 0.01; // nats: less than this is nothing, as where the data are noise themselves
    private const double Spreads = 3; // of the data's energies: samples closer to their mean than this lie among them
    private const double LeastNats = 0.05; // above the data: less means nothing at a temperature of 1
    private const int LeastCount = 16; // fewer validation images have no mean and no spread worth comparing with
    private const double LeastSeparation = 0.02; // of the data's energies: chains that start from the data and end closer to it have not left it
    private const double NatsAbove = 5, SpreadsAbove = 20; // above them, wherever noise is
    private const double NatsBelow = 1, SpreadsBelow = 5; // below the data: a short chain leads a little below them in most models

    /// <summary>All rules that speak.</summary>
    /// <param name="options">The thresholds.</param>
    /// <param name="figures">The figures of the epoch.</param>
    public static IReadOnlyList<SentinelVerdict> Look(SentinelOptions options, in EpochFigures figures)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<SentinelVerdict> verdicts = [];
        if (!options.Enabled || figures.Updates < options.JudgeAfter)
            return verdicts;
        ValidationFigures validation = figures.Validation;
        double left = Math.Abs(figures.Divergence) / Math.Max(validation.DataSpread, 1e-30);
        // Nearly constant data are soon learned.
        if (figures.GradientNorm < options.LeastGradient && validation.DataSpread < options.LeastSpread && figures.DataDifference > StateProbe.LeastDifference)
            Add(SentinelReason.NothingLearned, figures.GradientNorm, options.LeastGradient);
        else if (figures.StartsFromData && left < LeastSeparation)
            verdicts.Add(new SentinelVerdict(SentinelLevel.Warning, SentinelReason.NothingLearned, left, LeastSeparation) { InSpreads = true });
        if (validation.Count < LeastCount)
            return verdicts;
        if (validation.Divergence > Math.Max(LeastDivergence, Errors * validation.Error))
            Add(SentinelReason.NoiseLikelier, validation.Divergence, 0);
        double above = figures.SampleEnergy - validation.DataEnergy, place = above / (validation.NoiseEnergy - validation.DataEnergy);
        if (validation.Divergence < 0 && place > options.SamplesFarLimit && above > Math.Max(LeastNats, Spreads * validation.DataSpread))
            Add(SentinelReason.SamplesFar, place, options.SamplesFarLimit);
        else if (above > Math.Max(NatsAbove, SpreadsAbove * validation.DataSpread))
            AddFar(above, SpreadsAbove);
        // A model that knows its training data by heart has samples there, below the data that validate.
        double data = double.IsNaN(figures.DataEnergy) ? validation.DataEnergy : Math.Min(validation.DataEnergy, figures.DataEnergy), below = data - figures.SampleEnergy;
        if (below > Math.Max(NatsBelow, SpreadsBelow * validation.DataSpread))
            AddFar(-below, -SpreadsBelow);
        if (figures.SampleVariety < options.SamplesAlikeLimit && figures.DataDifference > StateProbe.LeastDifference)
            Add(SentinelReason.SamplesAlike, figures.SampleVariety, options.SamplesAlikeLimit);
        return verdicts;

        void AddFar(double from, double limit) =>
            verdicts.Add(new SentinelVerdict(SentinelLevel.Warning, SentinelReason.SamplesFar, from / Math.Max(validation.DataSpread, 1e-6), limit) { InSpreads = true });

        void Add(SentinelReason reason, double value, double limit) => verdicts.Add(new SentinelVerdict(SentinelLevel.Warning, reason, value, limit));
    }
}
