namespace Joule.Evaluation;

/// <summary>
/// E-BFMI, the energy Bayesian fraction of missing information: whether new momenta move a Hamiltonian chain fast enough between energy
/// levels (Betancourt 2016, arXiv:1604.00695). About 1 is good; below 0.3 the chain explores the tails slowly.
/// </summary>
public static class EnergyBfmi
{
    /// <summary>Σ (Eₜ − Eₜ₋₁)² / Σ (Eₜ − Ē)², for every chain.</summary>
    /// <param name="energies">The Hamiltonian at the start of every trajectory, in nats: potential and kinetic energy.</param>
    /// <returns>One value per chain, from 0 to 4: near 0 for a slow drift, 2 for independent energies. NaN where all are equal.</returns>
    public static double[] Of(ChainDraws energies)
    {
        ArgumentNullException.ThrowIfNull(energies);
        double[] fractions = new double[energies.Chains];
        for (int chain = 0; chain < fractions.Length; chain++)
            fractions[chain] = Of(energies[chain]);
        return fractions;
    }

    /// <summary>
    /// What <see cref="Of(ChainDraws)"/> is expected to be, from the potential energies of draws alone: d / (Var U + d/2). A trajectory
    /// conserves the Hamiltonian, so that two successive ones differ by two independent kinetic energies. Each has the variance d/2, in a
    /// chain that is stationary.
    /// </summary>
    /// <param name="potentials">The potential energies U = E/T of the draws, in nats.</param>
    /// <param name="dimensions">d: how many numbers of the state move, at least 1.</param>
    /// <returns>One value per chain, from 0 to 2; 1 for a Gaussian. NaN for a single draw.</returns>
    public static double[] OfPotentials(ChainDraws potentials, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(potentials);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        return [.. ChainMoments.Of(potentials).Variances.Select(variance => dimensions / (variance + dimensions / 2.0))];
    }

    private static double Of(ReadOnlySpan<double> energies)
    {
        double mean = ChainMoments.Of(energies).Mean, steps = 0, squares = 0;
        for (int t = 0; t < energies.Length; t++)
        {
            squares += (energies[t] - mean) * (energies[t] - mean);
            if (t > 0)
                steps += (energies[t] - energies[t - 1]) * (energies[t] - energies[t - 1]);
        }
        return steps / squares;
    }
}
