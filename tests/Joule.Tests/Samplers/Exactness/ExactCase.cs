using Joule.Energies;
using Joule.States;

namespace Joule.Tests.Samplers;

/// <summary>An energy with exact answers that samplers are tested on.</summary>
/// <param name="Create">Makes the energy.</param>
/// <param name="Step">The time of a leapfrog step for samplers that a warm-up does not adapt.</param>
/// <param name="Target">The acceptance that step sizes are adapted to; null for a sampler's own target.</param>
/// <param name="AdaptsMass">Whether masses are adapted too.</param>
internal sealed record ExactCase(Func<Energy> Create, double Step, double? Target = null, bool AdaptsMass = true)
{
    /// <summary>The cases by name, besides the Gaussians.</summary>
    public static IReadOnlyDictionary<string, ExactCase> All { get; } = new Dictionary<string, ExactCase>
    {
        // Modes of different weights and widths, two to three deviations apart, so that chains go to and fro.
        ["mixture"] = new(() => new GaussianMixtureEnergy([1, 2, 3], [[-1.5, 0], [1.5, 0], [0, 2]], [0.7, 1, 0.8]), 0.4),
        // From neck to mouth the width changes by e^(6σ/2) = 20. Neal's own funnel, σ = 3, has a test of its own.
        ["funnel"] = new(() => new FunnelEnergy(5, 1), 0.2),
        // A step size of the middle is too long for the tips, where the ridge is steep, and masses make it steeper still.
        ["banana"] = new(() => new BananaEnergy(3), 0.4, Target: 0.95, AdaptsMass: false),
        // A barrier of 2.25 nats in each number.
        ["double_well"] = new(() => new DoubleWellEnergy(Shape.Vector(2), 1, 1.5f), 0.2),
        ["box"] = new(() => new BoxedGaussianEnergy(), 0.3),
        ["eight_schools"] = new(() => new EightSchoolsEnergy(), 0.3),
        ["eight_schools_log_normal"] = new(() => new EightSchoolsEnergy(prior: EightSchoolsPrior.LogNormal), 0.3),
        // The funnel of small τ needs a small step. The half-Cauchy prior leaves its neck open, where no step is small enough.
        ["eight_schools_centred"] = new(() => new EightSchoolsEnergy(centred: true, EightSchoolsPrior.LogNormal), 0.3, Target: 0.95),
    };

    /// <summary>What a sampler of <see cref="UnbiasedSamplers"/> need not do, with the reason.</summary>
    public static IReadOnlyDictionary<(string Sampler, string Case), string> Exempt { get; } = new Dictionary<(string, string), string>
    {
        [("mala", "eight_schools_centred")] = "a step as narrow as ln τ needs over 100,000 steps to cross the effects, ten points wide",
        [("ais", "eight_schools_centred")] = "few runs from a normal base reach the neck of the funnel, where its weights are largest",
        [("smc", "eight_schools_centred")] = "as for ais",
    };

    /// <summary>The exact answers.</summary>
    public static IKnown Answers(Energy energy) => energy as IKnown ?? new QuadratureAnswers(energy);
}
