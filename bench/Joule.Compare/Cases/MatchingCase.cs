using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Compare.Cases;

/// <summary>
/// One complete update of an objective that matches ∇ₓE with targets at noisy states: data, noise, the gradient, the mixed derivative of
/// the loss, Adam. The network is that of the preset <c>digits</c>.
/// </summary>
internal sealed class MatchingCase(string name, string what, ObjectiveOptions objective) : ComparisonCase
{
    private const int Batch = 128;

    private static readonly RunConfig Digits = Presets.Load("digits");

    public override string Name => name;

    public override string Summary => $"one training update, {what}, network of digits, {Batch} images";

    public override double? Flops => Batch * NetworkWork.Of(BenchNetworks.MnistShape, BenchNetworks.LayersOf(Digits)).Matching;

    public override CaseRun Open(Device device, bool quick) => new MatchingRun(device, Digits with
    {
        Objective = objective,
        Training = new TrainingOptions { Batch = Batch, Optimizer = new AdamOptions { LearningRate = 1e-4f } },
    });
}
