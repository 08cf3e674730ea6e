namespace Joule.Energies;

/// <summary>
/// E(x) = Σₖ wₖEₖ(x): the product of experts exp(−Eₖ)^wₖ (Hinton, "Training products of experts by minimizing contrastive divergence",
/// Neural Computation 14, 2002). A weight of −1 negates (Du, Li and Mordatch, "Compositional visual generation with energy based models",
/// NeurIPS 2020).
/// </summary>
/// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
/// <param name="weights">wₖ, one of each energy, finite; none for 1.</param>
public sealed class SumEnergy(IReadOnlyList<Energy> parts, params IReadOnlyList<double> weights)
    : WeightedEnergy(parts, PartWeights.Of(nameof(SumEnergy), parts, weights, double.NegativeInfinity));
