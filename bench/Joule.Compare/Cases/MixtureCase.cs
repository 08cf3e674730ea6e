using System.Text.Json.Nodes;
using Joule.Compare.Contenders;
using Joule.Compare.Measuring;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Compare.Cases;

/// <summary>
/// MALA chains on a mixture of eight normal distributions in ten dimensions, from exact draws of it; or parallel tempering of such chains.
/// </summary>
internal sealed class MixtureCase(bool isTempered = false) : ComparisonCase
{
    private const int Components = 8;
    private const int Dimensions = 10;
    private const double Spread = 2; // of the means
    private const int Chains = 256;
    private const int Steps = 200;
    private const int QuickSteps = 40;
    private const int TemperedChains = 64;
    private const float StepSize = 0.64f; // accepts about 57%

    // Neighbours exchange about half of the states that are offered.
    private static readonly double[] Ladder = [1, 1.4, 2, 2.8, 4, 5.6];

    public override string Name => isTempered ? "tempering-mixture" : "mala-mixture";

    public override string Summary => $"{Components} normal distributions in {Dimensions} dimensions, "
        + (isTempered ? $"{TemperedChains} chains of {Ladder.Length} replicas × {Steps} tempering steps of MALA"
            : $"{Chains} chains × {Steps} MALA steps");

    public override double QuickShare => (double)QuickSteps / Steps;

    /// <summary>The mixture, and its description for the peer: of one deviation, with unequal weights.</summary>
    public static (GaussianMixtureEnergy Energy, Func<WorkFolder, JsonObject> Describe) Mixture()
    {
        float[] means = new float[Components * Dimensions], weights = [.. Enumerable.Range(1, Components).Select(k => k / 36f)];
        new RandomStream(1, RandomPurpose.User, 0).FillNormal(means, 0, 0, (float)Spread);
        GaussianMixtureEnergy energy = new([.. weights.Select(w => (double)w)],
            [.. means.Chunk(Dimensions).Select(m => (double[])[.. m.Select(v => (double)v)])], [.. Enumerable.Repeat(1.0, Components)]);
        return (energy, folder => new JsonObject
        {
            ["shape"] = new JsonArray(Dimensions, 1, 1),
            ["means"] = folder.Write("means", means),
            ["weights"] = folder.Write("weights", weights),
            ["deviation"] = 1,
        });
    }

    public override CaseRun Open(Device device, bool quick)
    {
        (GaussianMixtureEnergy energy, Func<WorkFolder, JsonObject> describe) = Mixture();
        int steps = quick ? QuickSteps : Steps;
        SamplerOptions local = new MetropolisAdjustedLangevinOptions { StepSize = StepSize };
        SamplerOptions options = isTempered ? new ParallelTemperingOptions { Inner = local, Ladder = Ladder } : local;
        JsonObject specification = new() { ["kind"] = isTempered ? "mixture-tempering" : "mixture-mala", ["step"] = StepSize };
        if (isTempered)
            specification["ladder"] = new JsonArray([.. Ladder.Select(t => JsonValue.Create(t))]);
        int chains = isTempered ? TemperedChains : Chains;
        return new ChainRun(device, energy, ChainRun.ExactStart(device, energy, chains), options.Create(energy), null, steps,
            specification)
        {
            Described = describe,
            Sampling = new SamplePlan(energy, chains, 1, steps),
        };
    }
}
