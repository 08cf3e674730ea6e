using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Objectives;
using Joule.Runs;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>One complete update of a contrastive training: data, negatives, both forward passes, reverse, optimiser.</summary>
internal sealed class TrainingCase(string name, string what, Shape shape, RunConfig config, NegativesOptions quickNegatives)
    : ComparisonCase
{
    public override string Name => name;

    public override string Summary => $"one training update, {what}";

    public override double? Flops => FlopsWith(Steps);

    public override double QuickShare => FlopsWith(quickNegatives.Steps) / FlopsWith(Steps);

    public override CaseRun Open(Device device, bool quick)
    {
        RunConfig chosen = quick ? BenchNetworks.With(config, quickNegatives) : config;
        return new TrainingRun(device, chosen);
    }

    private int Steps => BenchNetworks.ObjectiveOf(config).Negatives.Steps;

    private double FlopsWith(int steps)
    {
        NetworkWork work = NetworkWork.Of(shape, BenchNetworks.LayersOf(config));
        return config.Training.Batch * (steps * work.Gradient + 2 * work.Training);
    }
}
