using System.Text.Json.Nodes;
using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Compare.Cases;

/// <summary>
/// The no-U-turn sampler on a normal distribution of 100 dimensions, with unit masses and a step size that was adapted beforehand. The
/// figure is the time of 1,000 effective draws: the smallest bulk effective sample size of all dimensions counts.
/// </summary>
internal sealed class NoUTurnCase : ComparisonCase
{
    private const int Dimensions = 100;
    private const double Condition = 100; // of the covariance
    private const int Chains = 16;
    private const int Draws = 20;
    private const int SampleDraws = 250;
    private const int QuickSampleDraws = 50;
    private const float StepSize = 0.088f; // adapted to an acceptance of 0.8
    private const int MaxDepth = 10;

    public override string Name => "nuts-gaussian-100";

    public override string Summary =>
        $"{SamplePlan.Unit:N0} effective draws of NUTS, normal distribution of {Dimensions} dimensions, condition number {Condition}, "
            + $"{Chains} chains";

    public override CaseRun Open(Device device, bool quick)
    {
        float[] deviations =
            [.. Enumerable.Range(0, Dimensions).Select(i => (float)Math.Pow(Condition, 0.5 * (i / (Dimensions - 1.0) - 1)))];
        GaussianEnergy energy = new(new float[Dimensions], deviations);
        NoUTurn sampler = new(energy, new NoUTurnOptions { StepSize = StepSize, MaxDepth = MaxDepth });
        JsonObject specification = new()
        {
            ["kind"] = "gaussian-nuts",
            ["shape"] = new JsonArray(Dimensions, 1, 1),
            ["step"] = StepSize,
            ["max_depth"] = MaxDepth,
        };
        return new ChainRun(device, energy, ChainRun.ExactStart(device, energy, Chains), sampler, null, Draws, specification)
        {
            Described = folder => new JsonObject { ["deviations"] = folder.Write("deviations", deviations) },
            Sampling = new SamplePlan(energy, Chains, quick ? QuickSampleDraws : SampleDraws, 1, Draws),
        };
    }
}
