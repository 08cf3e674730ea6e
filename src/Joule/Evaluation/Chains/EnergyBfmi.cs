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
