namespace Joule.Energies;

/// <summary>E(x) = (E₁(x) + … + Eₘ(x))/m: the mean of several energies, as of several trainings of one network.</summary>
/// <param name="parts">The energies, at least one, all on the same states and all with gradients.</param>
public sealed class EnsembleEnergy(IReadOnlyList<Energy> parts) : WeightedEnergy(parts, PartWeights.Equal(parts));
