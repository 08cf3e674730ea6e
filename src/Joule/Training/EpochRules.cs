using Joule.Objectives;

namespace Joule.Training;

/// <summary>
/// The sentinel's rules for the end of an epoch: has a training that did not diverge learned anything? They only warn. A rollback would not
/// help, since the same configuration would end the same way.
/// </summary>
public static class EpochRules
{
    private const double Errors = 3; // standard errors of the validation CD by which noise must be likelier
    private const double LeastDivergence = 0.01; // nats: smaller differences do not count, as when the data are noise themselves
    private const double Spreads = 3; // of the data's energies: samples closer to their mean are among them
    private const double LeastNats = 0.05; // above the data: less is negligible at temperature 1
    private const int LeastCount = 16; // with fewer validation states, mean and spread are too uncertain
    private const double LeastSeparation = 0.02; // spreads of the data's energies: chains that end closer to the data have not left them
    private const double NatsAbove = 5, SpreadsAbove = 20; // above the data, wherever noise is
    private const double NatsBelow = 1, SpreadsBelow = 5; // below the data: in most models a short chain ends slightly below them

    /// <summary>The warnings of an epoch.</summary>
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
        // Nearly constant data are learned quickly.
        if (figures.GradientNorm < options.LeastGradient && validation.DataSpread < options.LeastSpread
            && figures.DataDifference > StateProbe.LeastDifference)
        {
            Add(SentinelReason.NothingLearned, figures.GradientNorm, options.LeastGradient);
        }
        else if (figures.StartsFromData && left < LeastSeparation)
        {
            verdicts.Add(
                new SentinelVerdict(SentinelLevel.Warning, SentinelReason.NothingLearned, left, LeastSeparation) { InSpreads = true });
        }
        if (validation.Count < LeastCount)
            return verdicts;
        if (validation.Divergence > Math.Max(LeastDivergence, Errors * validation.Error))
            Add(SentinelReason.NoiseLikelier, validation.Divergence, 0);
        double above = figures.SampleEnergy - validation.DataEnergy;
        double place = above / (validation.NoiseEnergy - validation.DataEnergy);
        double least = Math.Max(LeastNats, Spreads * validation.DataSpread);
        if (validation.Divergence < 0 && place > options.SamplesFarLimit && above > least)
            Add(SentinelReason.SamplesFar, place, options.SamplesFarLimit);
        else if (above > Math.Max(NatsAbove, SpreadsAbove * validation.DataSpread))
            AddFar(above, SpreadsAbove);
        // The samples of a model that has memorised its training data lie there, below the validation data.
        double data = double.IsNaN(figures.DataEnergy) ? validation.DataEnergy : Math.Min(validation.DataEnergy, figures.DataEnergy);
        double below = data - figures.SampleEnergy;
        if (below > Math.Max(NatsBelow, SpreadsBelow * validation.DataSpread))
            AddFar(-below, -SpreadsBelow);
        if (figures.SampleVariety < options.SamplesAlikeLimit && figures.DataDifference > StateProbe.LeastDifference)
            Add(SentinelReason.SamplesAlike, figures.SampleVariety, options.SamplesAlikeLimit);
        return verdicts;

        void AddFar(double from, double limit)
        {
            double spreads = from / Math.Max(validation.DataSpread, 1e-6);
            verdicts.Add(new SentinelVerdict(SentinelLevel.Warning, SentinelReason.SamplesFar, spreads, limit) { InSpreads = true });
        }

        void Add(SentinelReason reason, double value, double limit) =>
            verdicts.Add(new SentinelVerdict(SentinelLevel.Warning, reason, value, limit));
    }
}
